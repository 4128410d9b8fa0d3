-- What each platform last said it has: of a whole table ('all') or of a part of it
-- ('group:<subdomain>', 'event:<id>:accepted'), and since when it has said so. A platform
-- asked again that says the same has said nothing new: two builds then agree.
-- grain: source, table_name, period
{{ config(materialized='view') }}

with answers as (

    select
        source,
        table_name,
        coalesce(nullif(period, ''), 'all') as period,
        reported_by_source,
        _observed_at,
        cast(_dlt_load_id as double) as load_order,
        lag(reported_by_source) over (
            partition by source, table_name, period
            order by _observed_at, cast(_dlt_load_id as double)
        ) as said_before
    from {{ source('operations', 'load_counts') }}
    where {{ is_complete_load() }} and reported_by_source is not null

)

select
    source,
    table_name,
    period,
    reported_by_source,
    _observed_at as reported_at
from answers
where said_before is distinct from reported_by_source
qualify row_number() over (
    partition by source, table_name, period
    order by _observed_at desc, load_order desc
) = 1
