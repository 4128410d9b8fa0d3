-- How many members were known at the end of each period. Those without any date are in
-- no period and lower its coverage: the share of all members that have a date.
-- grain: period_grain, period_start

with members as (

    select * from {{ ref('int_metric_members') }}

),

joined_by_day as (

    select
        member_since,
        count(*) as member_count
    from members
    where member_since is not null
    group by member_since

),

dated as (

    select count(member_since) / cast(nullif(count(*), 0) as double) as coverage
    from members

)

select
    periods.period_grain,
    periods.period_start,
    periods.period_end,
    periods.through_date,
    periods.is_complete,
    cast(sum(joined_by_day.member_count) as bigint) as member_count,
    dated.coverage
from {{ ref('int_metric_periods') }} as periods
inner join joined_by_day
    on periods.through_date >= joined_by_day.member_since
cross join dated
group by
    periods.period_grain,
    periods.period_start,
    periods.period_end,
    periods.through_date,
    periods.is_complete,
    dated.coverage
