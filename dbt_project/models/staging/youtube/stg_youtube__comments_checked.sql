-- Every landed version of a comment, cast and judged.
-- grain: one landed row
with landed as (

    select * from {{ source('youtube', 'comments') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as comment_id,
        {{ filled_text('landed.video_id') }} as video_id,
        {{ filled_text('landed.parent_id') }} as parent_id,
        {{ filled_text('landed.author_channel_id') }} as author_channel_id,
        {{ filled_text('landed.author_display_name') }} as author_name,
        lower(nullif(
            regexp_extract(landed.author_channel_url, 'youtube[.]com/@([^/?#]+)', 1), ''
        )) as author_handle,
        {{ filled_text('landed.text') }} as text,
        landed.like_count,
        landed.reply_count,
        {{ filled_text('landed.published_at') }} as published_text,
        {{ parse_timestamp('landed.published_at', 'parameters.timezone') }} as published_at,
        {{ parse_timestamp('landed.updated_at', 'parameters.timezone') }} as updated_at,
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
            when comment_id is null then 'the comment has no id'
            when published_text is null then 'the comment has no time'
            when published_at is null then 'publishedAt is not a time: ' || published_text
            when not {{ is_plausible_date(local_date('published_at', 'timezone'), 'as_of_date') }}
                then 'publishedAt lies outside 1990 and three years ahead: ' || published_text
        end as _reason
    from converted

)

select
    comment_id,
    video_id,
    parent_id,
    author_channel_id,
    author_name,
    author_handle,
    text,
    like_count,
    reply_count,
    published_at,
    updated_at,
    local_date,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['comment_id']) }} as _row_status
from judged
