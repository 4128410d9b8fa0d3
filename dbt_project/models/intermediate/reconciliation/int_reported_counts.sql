-- What each platform last said it has: of a whole table ('all') or of a part of it
-- ('group:<subdomain>', 'event:<id>:accepted').
-- grain: source, table_name, period
{{ config(materialized='view') }}

select
    source,
    table_name,
    coalesce(nullif(period, ''), 'all') as period,
    reported_by_source,
    _observed_at as reported_at
from {{ source('operations', 'load_counts') }}
where {{ is_complete_load() }} and reported_by_source is not null
qualify row_number() over (
    partition by source, table_name, period
    order by _observed_at desc, cast(_dlt_load_id as decimal(20, 7)) desc
) = 1
