-- Every landed version of a channel, cast and judged.
-- grain: one landed row
with landed as (

    select * from {{ source('youtube', 'channels') }}
    where {{ is_complete_load() }}

),

filled as (

    select
        {{ filled_text('id') }} as channel_id,
        {{ filled_text('title') }} as title,
        {{ filled_text('description') }} as description,
        lower(ltrim({{ filled_text('custom_url') }}, '@')) as handle,
        {{ filled_text('country') }} as country,
        {{ linked_profiles('description') }} as profile_urls,
        view_count,
        subscriber_count,
        hidden_subscriber_count as has_hidden_subscribers,
        video_count,
        coalesce(is_own, false) as is_own,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id
    from landed

),

judged as (

    select
        *,
        case when channel_id is null then 'the channel has no id' end as _reason
    from filled

)

select
    channel_id,
    title,
    description,
    handle,
    country,
    profile_urls,
    view_count,
    subscriber_count,
    has_hidden_subscribers,
    video_count,
    is_own,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['channel_id']) }} as _row_status
from judged
