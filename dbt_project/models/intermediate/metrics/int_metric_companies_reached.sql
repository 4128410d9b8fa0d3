-- Metric 4: companies with at least one member at the end of each month. Members come and
-- go by day; a company is reached from the day it has one to the day it has none.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

stays as (

    select
        affiliations.company_id,
        greatest(
            coalesce(affiliations.valid_from, members.member_since), members.member_since
        ) as from_date,
        {{ add_days('affiliations.valid_to', 1) }} as until_date
    from {{ ref('int_member_affiliations') }} as affiliations
    inner join {{ ref('int_metric_members') }} as members
        on affiliations.member_id = members.member_id
    where affiliations.company_id is not null and members.member_since is not null

),

lasting as (

    select *
    from stays
    where until_date is null or until_date > from_date

),

changes as (

    select
        company_id,
        from_date as day,
        1 as change
    from lasting

    union all

    select
        company_id,
        until_date as day,
        -1 as change
    from lasting
    where until_date is not null

),

company_days as (

    select
        company_id,
        day,
        sum(change) as member_change
    from changes
    group by company_id, day

),

staffed as (

    select
        company_id,
        day,
        member_change,
        sum(member_change) over (partition by company_id order by day) as member_count
    from company_days

),

daily_changes as (

    select
        day,
        sum(member_change) as member_change,
        sum(
            case when member_count > 0 then 1 else 0 end
            - case when member_count - member_change > 0 then 1 else 0 end
        ) as company_change
    from staffed
    group by day

),

counted as (

    select
        months.period_start,
        cast(coalesce(sum(daily_changes.company_change), 0) as bigint) as company_count,
        cast(coalesce(sum(daily_changes.member_change), 0) as bigint) as employed_count
    from months
    left join daily_changes
        on months.through_date >= daily_changes.day
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
    cast(counted.company_count as double) as value,
    cast(counted.company_count as double) as numerator,
    cast(null as double) as denominator,
    counted.employed_count as n,
    counted.employed_count / cast(months.member_count as double) as coverage
from months
inner join counted
    on months.period_start = counted.period_start
