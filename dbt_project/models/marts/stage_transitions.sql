-- How many members went from which stage to which in each month: from that of the end of
-- the month before to that of the month's end (the as-of day, in the month that runs).
-- Stages in between do not count. Those who stayed are rows too, so that the shares of a
-- month and a stage make 1. Never lists members x months: stays are those who were there
-- less those who left.
-- grain: month, from_stage, to_stage
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

-- A stage counts in the months at whose ends it holds.
counted as (

    select
        stages.member_id,
        stages.valid_from,
        stages.valid_to,
        stages.stage,
        cast(date_trunc('month', stages.valid_from) as date) as month
    from {{ ref('int_member_stages') }} as stages
    cross join parameters
    where
        coalesce(
            stages.valid_to >= least(last_day(stages.valid_from), parameters.as_of_date), true
        )

),

moves as (

    select
        month,
        coalesce(
            lag(stage) over (partition by member_id order by valid_from), 'unknown'
        ) as from_stage,
        stage as to_stage
    from counted

),

moved as (

    select
        month,
        from_stage,
        to_stage,
        count(*) as members
    from moves
    group by month, from_stage, to_stage

),

known as (

    select
        min(counted.month) as first_month,
        max(parameters.as_of_date) as as_of_date
    from counted
    cross join parameters

),

months as (

    select day as month
    from {{ each_day('known', 'known.first_month', 'known.as_of_date') }} as days
    where extract(day from day) = 1

),

-- Members at the end of each month, by what came and went in it.
net as (

    select
        month,
        to_stage as stage,
        members
    from moved

    union all

    select
        month,
        from_stage as stage,
        -members as members
    from moved
    where from_stage <> 'unknown'

),

standing as (

    select
        months.month,
        stages.stage,
        coalesce(
            sum(sum(net.members)) over (
                partition by stages.stage order by months.month
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as members
    from months
    cross join (select distinct came.stage from net as came) as stages
    left join net on months.month = net.month and stages.stage = net.stage
    group by months.month, stages.stage

),

stayed as (

    select
        standing.month,
        standing.stage as from_stage,
        standing.stage as to_stage,
        standing.members - coalesce(sum(moved.members), 0) as members
    from standing
    left join moved
        on standing.month = moved.month and standing.stage = moved.from_stage
    group by standing.month, standing.stage, standing.members

),

-- Who left a stage within a month and was back at its end has a row among the moved.
transitions as (

    select
        month,
        from_stage,
        to_stage,
        sum(members) as members
    from (select * from moved union all select * from stayed) as stacked
    group by month, from_stage, to_stage
    having sum(members) > 0

)

select
    transitions.month,
    cast(transitions.from_stage as string) as from_stage,
    cast(transitions.to_stage as string) as to_stage,
    cast(transitions.members as bigint) as members,
    cast(
        sum(transitions.members) over (
            partition by transitions.month, transitions.from_stage
        ) as bigint
    ) as members_from,
    cast(transitions.members as double) / sum(transitions.members) over (
        partition by transitions.month, transitions.from_stage
    ) as share,
    last_day(transitions.month) <= parameters.as_of_date as is_complete
from transitions
cross join parameters
