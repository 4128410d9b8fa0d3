-- Rows handed over by each connector over all its complete loads, as it counted them.
-- grain: source, table_name
{{ config(materialized='view') }}

select
    source,
    table_name,
    cast(sum(landed) as bigint) as landed_count
from {{ source('operations', 'load_counts') }}
where {{ is_complete_load() }} and landed is not null
group by source, table_name
