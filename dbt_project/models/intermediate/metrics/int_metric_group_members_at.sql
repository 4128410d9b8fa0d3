-- Members and active members of each working group at the end of each week and month: a
-- member from the first activity there on, active for 30 days after any. As in metric 5
-- the active are pieces of time begun less those ended. '(all)' is the whole community.
-- grain: period_grain, period_start, working_group

with periods as (

    select * from {{ ref('int_metric_population') }}

),

active_days as (

    select
        member_id,
        working_group,
        local_date
    from {{ ref('int_metric_group_activities') }}

    union all

    select distinct
        member_id,
        '(all)' as working_group,
        local_date
    from {{ ref('int_metric_activities') }}

),

followed as (

    select
        working_group,
        local_date,
        least(
            {{ add_days('local_date', 30) }},
            lead(local_date) over member_days
        ) as until_date,
        row_number() over member_days = 1 as is_first
    from active_days
    window member_days as (partition by member_id, working_group order by local_date)

),

-- A group is there although nobody has done anything in it yet.
groups as (

    select working_group from followed
    union
    select working_group from {{ ref('int_metric_real_events') }}
    union
    select * from (values (''), ('(all)')) as always (working_group)

),

changes as (

    select
        working_group,
        local_date as day,
        count(*) as active_change,
        count(*) filter (where is_first) as member_change
    from followed
    group by working_group, local_date

    union all

    select
        working_group,
        until_date as day,
        -count(*) as active_change,
        0 as member_change
    from followed
    group by working_group, until_date

    union all

    select
        groups.working_group,
        ends.through_date as day,
        0 as active_change,
        0 as member_change
    from groups
    cross join (select distinct through_date from periods) as ends

),

daily as (

    select
        working_group,
        day,
        sum(active_change) as active_change,
        sum(member_change) as member_change
    from changes
    group by working_group, day

),

standing as (

    select
        working_group,
        day,
        cast(sum(active_change) over through_day as bigint) as active_members,
        cast(sum(member_change) over through_day as bigint) as members
    from daily
    window through_day as (partition by working_group order by day)

)

select
    periods.period_grain,
    periods.period_start,
    periods.period_end,
    periods.through_date,
    periods.is_complete,
    standing.working_group,
    case when standing.working_group = '(all)' then periods.member_count else standing.members end
        as members,
    standing.active_members
from periods
inner join standing
    on periods.through_date = standing.day
