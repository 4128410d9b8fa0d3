-- Configured feeds as last read.
-- grain: feed_url
select
    feed_url,
    title,
    link,
    platform,
    kind,
    status,
    item_count,
    _observed_at as observed_at
from {{ ref('stg_feeds__feeds_checked') }}
where _row_status = 'staged'
