-- Posts of feeds: the newest version of each. A post that stands in two feeds is two rows
-- with one canonical_url.
-- grain: feed_url, entry_key
select
    feed_url,
    entry_key,
    feed_kind,
    platform,
    site,
    url,
    canonical_url,
    title,
    author_name,
    author_handle,
    author_account_id,
    published_at,
    updated_at,
    first_observed_at,
    tags,
    summary,
    _observed_at as observed_at
from {{ ref('stg_feeds__entries_checked') }}
where _row_status = 'staged'
