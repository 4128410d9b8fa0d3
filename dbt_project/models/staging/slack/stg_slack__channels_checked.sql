-- Every landed version of a channel, cast and judged.
-- grain: one landed row
with landed as (

    select * from {{ source('slack', 'channels') }}
    where {{ is_complete_load() }}

),

converted as (

    select
        {{ filled_text('id') }} as channel_id,
        {{ filled_text('name') }} as name,
        to_timestamp(created) as created_at,
        is_archived,
        is_general,
        is_member,
        {{ filled_text('topic') }} as topic,
        {{ filled_text('purpose') }} as purpose,
        num_members as member_count,
        {{ filled_text('team_id') }} as team_id,
        regexp_replace({{ filled_text('team_url') }}, '/*$', '/') as team_url,
        _observed_at,
        _source_file,
        _source_line,
        _dlt_load_id
    from landed

),

judged as (

    select
        *,
        case
            when channel_id is null then 'the channel has no id'
        end as _reason
    from converted

)

select
    *,
    {{ row_status(['channel_id']) }} as _row_status
from judged
