-- Costs of the community: the newest version of each.
-- grain: cost_id
select
    cost_id,
    cost_date,
    amount,
    currency,
    category,
    event_id,
    working_group,
    vendor,
    note,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__costs_checked') }}
where _row_status = 'staged'
