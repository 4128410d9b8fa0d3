-- Metric 2: new members less those who left, of each month, and the two parts. Who came
-- back after leaving has not left; a person who left one platform and is still seen at
-- another has not either.
-- grain: period_start, dimension, dimension_value
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

joined as (

    select
        cast(date_trunc('month', member_since) as date) as period_start,
        count(*) as member_count
    from {{ ref('int_metric_members') }}
    where member_since is not null
    group by cast(date_trunc('month', member_since) as date)

),

withdrawn as (

    select
        cast(date_trunc('month', withdrawn_date) as date) as period_start,
        count(*) as member_count
    from {{ ref('int_metric_withdrawals') }}
    group by cast(date_trunc('month', withdrawn_date) as date)

),

flows as (

    select
        months.period_start,
        coalesce(joined.member_count, 0) as new_count,
        coalesce(withdrawn.member_count, 0) as withdrawn_count
    from months
    left join joined
        on months.period_start = joined.period_start
    left join withdrawn
        on months.period_start = withdrawn.period_start

),

parts as (

    select
        period_start,
        'all' as dimension,
        'all' as dimension_value,
        new_count - withdrawn_count as member_count,
        new_count + withdrawn_count as n
    from flows

    union all

    select
        period_start,
        'flow' as dimension,
        'new' as dimension_value,
        new_count as member_count,
        new_count as n
    from flows

    union all

    select
        period_start,
        'flow' as dimension,
        'withdrawn' as dimension_value,
        withdrawn_count as member_count,
        withdrawn_count as n
    from flows

)

select
    'net_member_growth' as metric_id,
    'month' as period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    parts.dimension,
    parts.dimension_value,
    cast(parts.member_count as double) as value,
    cast(parts.member_count as double) as numerator,
    cast(null as double) as denominator,
    parts.n,
    months.coverage
from parts
inner join months
    on parts.period_start = months.period_start
