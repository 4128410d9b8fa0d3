-- Rows handed over by each connector over all its complete loads, as it counted them, and
-- lines of the decisions file.
-- grain: source, table_name
{{ config(materialized='view') }}

select
    source,
    table_name,
    cast(sum(landed) as bigint) as landed_count
from {{ source('operations', 'load_counts') }}
where {{ is_complete_load() }} and landed is not null
group by source, table_name

union all

select
    'identity' as source,
    'decisions' as table_name,
    count(*) as landed_count
from {{ ref('manual_decisions') }}
having count(*) > 0
