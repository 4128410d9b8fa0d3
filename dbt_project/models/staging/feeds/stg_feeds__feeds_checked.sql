-- Every landed feed row, judged.
-- grain: one landed row
with landed as (

    select * from {{ source('feeds', 'feeds') }}
    where {{ is_complete_load() }}

),

judged as (

    select
        feed_url,
        {{ filled_text('title') }} as title,
        link,
        platform,
        kind,
        status,
        items as item_count,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id,
        case when feed_url is null then 'feed_url is empty' end as _reason
    from landed

)

select
    feed_url,
    title,
    link,
    platform,
    kind,
    status,
    item_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['feed_url']) }} as _row_status
from judged
