-- Metric 7: what members' actions weigh in the 7 and in the 28 days up to the end of each
-- week, in total and by working group; and per member who acted in those days. Members are
-- counted over pieces of time that end at the next action, as in metric 5.
-- grain: metric_id, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with weeks as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'week'

),

windows as (

    select * from (values ('', 7), ('_28d', 28)) as lengths (suffix, day_count)

),

event_groups as (

    select distinct working_group
    from {{ ref('int_metric_real_events') }}
    where working_group <> ''

),

-- The whole community is the group 'all': no real group counts twice in it.
member_days as (

    select
        'all' as dimension,
        'all' as dimension_value,
        member_id,
        local_date,
        sum(points) as points
    from {{ ref('int_metric_actions') }}
    group by member_id, local_date

    union all

    select
        'working_group' as dimension,
        actions.working_group as dimension_value,
        actions.member_id,
        actions.local_date,
        actions.points
    from {{ ref('int_metric_actions') }} as actions
    inner join event_groups
        on actions.working_group = event_groups.working_group

),

followed as (

    select
        *,
        lead(local_date) over (
            partition by dimension, dimension_value, member_id
            order by local_date
        ) as next_date
    from member_days

),

-- Per day: points that come and go after the window, members likewise.
begun as (

    select
        dimension,
        dimension_value,
        local_date as day,
        sum(points) as points,
        count(*) as member_count
    from followed
    group by dimension, dimension_value, local_date

),

ended as (

    select
        windows.suffix,
        followed.dimension,
        followed.dimension_value,
        least(
            {{ add_days('followed.local_date', 'windows.day_count') }}, followed.next_date
        ) as day,
        count(*) as member_count
    from followed
    cross join windows
    group by
        windows.suffix,
        followed.dimension,
        followed.dimension_value,
        least(
            {{ add_days('followed.local_date', 'windows.day_count') }}, followed.next_date
        )

),

daily_changes as (

    select
        windows.suffix,
        begun.dimension,
        begun.dimension_value,
        begun.day,
        begun.points,
        begun.member_count
    from begun
    cross join windows

    union all

    select
        windows.suffix,
        begun.dimension,
        begun.dimension_value,
        {{ add_days('begun.day', 'windows.day_count') }} as day,
        -begun.points as points,
        0 as member_count
    from begun
    cross join windows

    union all

    select
        suffix,
        dimension,
        dimension_value,
        day,
        0 as points,
        -member_count as member_count
    from ended

),

week_ends as (

    select
        groups.suffix,
        groups.dimension,
        groups.dimension_value,
        weeks.through_date as day,
        weeks.period_start,
        0 as points,
        0 as member_count
    from (
        select distinct
            suffix,
            dimension,
            dimension_value
        from daily_changes
    ) as groups
    cross join weeks

),

standing as (

    select
        suffix,
        dimension,
        dimension_value,
        period_start,
        sum(points) over running as points,
        cast(sum(member_count) over running as bigint) as member_count
    from (
        select
            suffix,
            dimension,
            dimension_value,
            day,
            cast(null as date) as period_start,
            points,
            member_count
        from daily_changes
        union all
        select
            suffix,
            dimension,
            dimension_value,
            day,
            period_start,
            points,
            member_count
        from week_ends
    ) as changes_and_week_ends
    window running as (partition by suffix, dimension, dimension_value order by day)

),

measured as (

    select
        'heat_index' || suffix as metric_id,
        period_start,
        dimension,
        dimension_value,
        cast(points as double) as numerator,
        cast(null as bigint) as denominator,
        member_count as n
    from standing
    where period_start is not null and (member_count > 0 or dimension = 'all')

    union all

    select
        'heat_per_member' || suffix as metric_id,
        period_start,
        dimension,
        dimension_value,
        cast(points as double) as numerator,
        member_count as denominator,
        member_count as n
    from standing
    where period_start is not null and member_count > 0

)

select
    measured.metric_id,
    weeks.period_grain,
    weeks.period_start,
    weeks.period_end,
    weeks.is_complete,
    measured.dimension,
    measured.dimension_value,
    measured.numerator / coalesce(cast(measured.denominator as double), 1) as value,
    measured.numerator,
    cast(measured.denominator as double) as denominator,
    measured.n,
    weeks.coverage
from measured
inner join weeks
    on measured.period_start = weeks.period_start
