-- Metric 57: members known by the end of each month with an SNS account or a CRM
-- contact, together and apart. Links are those known today.
-- grain: period_start, dimension, dimension_value
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

linked as (

    select
        members.member_since,
        members.member_id,
        links.kind
    from {{ ref('int_metric_members') }} as members
    inner join {{ ref('int_metric_member_links') }} as links
        on members.member_id = links.member_id

),

linked_by_day as (

    select
        member_since,
        'all' as dimension,
        'all' as dimension_value,
        count(distinct member_id) as linked_count
    from linked
    group by member_since

    union all

    select
        member_since,
        'kind' as dimension,
        kind as dimension_value,
        count(*) as linked_count
    from linked
    group by member_since, kind

),

dimensions as (

    select distinct
        dimension,
        dimension_value
    from linked_by_day

),

counted as (

    select
        months.period_start,
        dimensions.dimension,
        dimensions.dimension_value,
        cast(coalesce(sum(linked_by_day.linked_count), 0) as bigint) as linked_count
    from months
    cross join dimensions
    left join linked_by_day
        on
            dimensions.dimension = linked_by_day.dimension
            and dimensions.dimension_value = linked_by_day.dimension_value
            and months.through_date >= linked_by_day.member_since
    group by months.period_start, dimensions.dimension, dimensions.dimension_value

)

select
    'coverage_rate' as metric_id,
    'month' as period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    counted.dimension,
    counted.dimension_value,
    counted.linked_count / cast(months.member_count as double) as value,
    cast(counted.linked_count as double) as numerator,
    cast(months.member_count as double) as denominator,
    months.member_count as n,
    months.coverage
from counted
inner join months
    on counted.period_start = months.period_start
