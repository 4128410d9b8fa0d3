-- Metric 4: companies with at least one member at the end of each month.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

employed as (

    select
        months.period_start,
        count(distinct affiliations.company_id) as company_count,
        count(distinct members.member_id) as employed_count
    from months
    inner join {{ ref('int_metric_members') }} as members
        on months.through_date >= members.member_since
    inner join {{ ref('int_member_affiliations') }} as affiliations
        on
            members.member_id = affiliations.member_id
            and months.through_date >= coalesce(affiliations.valid_from, members.member_since)
            and (
                affiliations.valid_to is null
                or months.through_date <= affiliations.valid_to
            )
    where affiliations.company_id is not null
    group by months.period_start

)

select
    'companies_reached' as metric_id,
    'month' as period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(coalesce(employed.company_count, 0) as double) as value,
    cast(coalesce(employed.company_count, 0) as double) as numerator,
    cast(null as double) as denominator,
    coalesce(employed.employed_count, 0) as n,
    coalesce(employed.employed_count, 0) / cast(months.member_count as double) as coverage
from months
left join employed
    on months.period_start = employed.period_start
