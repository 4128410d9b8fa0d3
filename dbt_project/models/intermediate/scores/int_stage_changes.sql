-- The stage of every member from each day on which anything that speaks for a stage begins
-- or ends. Each priority is one bit of a mask; the highest bit that is set is the stage.
-- grain: member_id, valid_from
with periods as (

    select * from {{ ref('int_stage_periods') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

flags as (

    select
        member_id,
        valid_from as day,
        cast(power(2, priority) as bigint) as flag
    from periods

    union all

    select
        member_id,
        {{ add_days('last_date', 1) }} as day,
        -cast(power(2, priority) as bigint) as flag
    from periods
    where last_date is not null

),

summed as (

    select
        flags.member_id,
        flags.day,
        sum(flags.flag) as flag
    from flags
    inner join parameters on flags.day <= parameters.as_of_date
    group by flags.member_id, flags.day

),

running as (

    select
        member_id,
        day,
        cast(
            sum(flag) over (
                partition by member_id order by day
                rows between unbounded preceding and current row
            ) as bigint
        ) as mask
    from summed

)

select
    member_id,
    day as valid_from,
    {{ stage_highest_flag('mask') }} as priority
from running
where mask > 0
