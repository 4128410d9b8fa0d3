-- Every landed version of an item, cast and judged: a version is a snapshot of the
-- counters.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('qiita', 'items') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as item_id,
        {{ filled_text('landed.user_permanent_id') }} as user_id,
        {{ filled_text('landed.user_id') }} as handle,
        {{ filled_text('landed.title') }} as title,
        {{ filled_text('landed.url') }} as url,
        {{ filled_text('landed.created_at') }} as created_text,
        {{ parse_timestamp('landed.created_at', 'parameters.timezone') }} as created_at,
        {{ parse_timestamp('landed.updated_at', 'parameters.timezone') }} as updated_at,
        landed.tags,
        {{ filled_text('landed.organization_url_name') }} as organization,
        landed.slide as is_slide,
        landed.likes_count as like_count,
        landed.comments_count as comment_count,
        landed.stocks_count as stock_count,
        landed.reactions_count as emoji_count,
        landed.page_views_count as view_count,
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
        {{ local_date('created_at', 'timezone') }} as local_date,
        case
            when item_id is null then 'the item has no id'
            when user_id is null then 'the item names no author'
            when created_text is null then 'the item has no time'
            when created_at is null then 'created_at is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'created_at lies outside 1990 and three years ahead: ' || created_text
        end as _reason
    from converted

)

select
    item_id,
    user_id,
    handle,
    title,
    url,
    created_at,
    updated_at,
    local_date,
    tags,
    organization,
    is_slide,
    like_count,
    comment_count,
    stock_count,
    emoji_count,
    view_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['item_id']) }} as _row_status
from judged
