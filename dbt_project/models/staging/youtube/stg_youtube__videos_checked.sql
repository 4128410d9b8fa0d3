-- Every landed version of a video, cast and judged: a version is a snapshot of the
-- counters. That a video is gone is a fact of its own beside its last version.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('youtube', 'videos') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as video_id,
        {{ filled_text('landed.channel_id') }} as channel_id,
        {{ filled_text('landed.title') }} as title,
        {{ filled_text('landed.description') }} as description,
        landed.event_pages,
        {{ filled_text('landed.published_at') }} as published_text,
        {{ parse_timestamp('landed.published_at', 'parameters.timezone') }} as published_at,
        landed.tags,
        landed.category_id,
        landed.live_broadcast_content,
        landed.duration,
        landed.privacy_status,
        landed.upload_status,
        landed.view_count,
        landed.like_count,
        landed.comment_count,
        coalesce(landed.is_gone, false) as is_gone,
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
        {{ local_date('published_at', 'timezone') }} as local_date,
        case
            when video_id is null then 'the video has no id'
            when is_gone then null
            when channel_id is null then 'the video names no channel'
            when published_text is null then 'the video has no time'
            when published_at is null then 'publishedAt is not a time: ' || published_text
            when not {{ is_plausible_date(local_date('published_at', 'timezone'), 'as_of_date') }}
                then 'publishedAt lies outside 1990 and three years ahead: ' || published_text
        end as _reason
    from converted

)

select
    video_id,
    channel_id,
    title,
    description,
    event_pages,
    published_at,
    local_date,
    tags,
    category_id,
    live_broadcast_content,
    duration,
    privacy_status,
    upload_status,
    view_count,
    like_count,
    comment_count,
    is_gone,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['video_id', 'is_gone']) }} as _row_status
from judged
