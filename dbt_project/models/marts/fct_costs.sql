-- What the community costs, one row each: of an event, a training, a production.
-- grain: cost_id
select
    cost_id,
    connector as source,
    cost_date,
    category,
    event_id,
    working_group,
    amount,
    currency,
    {{ yen_of('amount', 'currency') }} as amount_jpy,
    vendor,
    note
from {{ ref('stg_files__costs') }}
