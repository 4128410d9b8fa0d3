-- Articles, broadcasts and interviews: the newest version of each.
-- grain: mention_id
select
    mention_id,
    published_date,
    media,
    title,
    url,
    type,
    account_id,
    email,
    name,
    event_id,
    reach,
    production_cost,
    currency,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__media_mentions_checked') }}
where _row_status = 'staged'
