-- Every landed presentation row, cast and judged. A presentation without a presenter is
-- credited to the person who added it.
-- grain: one landed row

with landed as (

    select * from {{ source('connpass', 'presentations') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        landed.event_id,
        {{ filled_text('landed.url') }} as url,
        {{ filled_text('landed.name') }} as title,
        lower({{ filled_text('landed.presentation_type') }}) as presentation_type,
        {{ filled_text('landed.user_id') }} as user_id,
        {{ filled_text('landed.user_nickname') }} as user_nickname,
        {{ filled_text('landed.presenter_id') }} as presenter_id,
        {{ filled_text('landed.presenter_nickname') }} as presenter_nickname,
        landed.created_at as created_text,
        {{ parse_timestamp('landed.created_at', "'Asia/Tokyo'") }} as created_at,
        parameters.as_of_date,
        parameters.timezone,
        landed._observed_at,
        landed._row_hash,
        landed._source_file,
        landed._source_line,
        landed._dlt_load_id
    from landed
    cross join parameters

),

judged as (

    select
        *,
        coalesce(presenter_nickname, user_nickname) as speaker_nickname,
        {{ local_date('created_at', 'timezone') }} as local_date,
        case
            when event_id is null then 'the presentation has no event'
            when coalesce(url, title) is null
                then 'the presentation has neither url nor name'
            when coalesce(presenter_nickname, user_nickname) is null
                then 'the presentation names nobody'
            when created_text is not null and created_at is null
                then 'created_at is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'created_at lies outside 1990 and three years ahead: ' || created_text
        end as _reason
    from converted

)

select
    event_id,
    url,
    title,
    presentation_type,
    speaker_nickname,
    user_id,
    user_nickname,
    presenter_id,
    presenter_nickname,
    created_at,
    local_date,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['event_id', 'coalesce(url, title)', 'user_nickname']) }} as _row_status
from judged
