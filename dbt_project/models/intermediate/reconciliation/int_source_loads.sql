-- What each connector brought per local day, over its complete loads of that day: rows
-- that were new or changed (landed) and rows it read again (unchanged). The gate learns
-- from it what is usual.
-- grain: source, load_date

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

)

select
    counts.source,
    {{ local_date('counts._observed_at', 'parameters.timezone') }} as load_date,
    cast(sum(counts.landed) as bigint) as landed,
    cast(coalesce(sum(counts.unchanged), 0) as bigint) as unchanged
from {{ source('operations', 'load_counts') }} as counts
cross join parameters
where {{ is_complete_load() }} and counts.landed is not null
group by counts.source, load_date
