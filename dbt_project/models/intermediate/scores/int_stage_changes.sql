-- The stage of every member from each day on which anything that speaks for a stage begins
-- or ends. Each priority is one bit of a mask; the highest bit that is set is the stage.
-- grain: formula_version, member_id, valid_from
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with periods as (

    select *
    from {{ ref('int_stage_periods') }}
    where {{ is_to_score() }}

),

flags as (

    select
        formula_version,
        member_id,
        valid_from as day,
        cast(power(2, priority) as bigint) as flag
    from periods

    union all

    select
        formula_version,
        member_id,
        {{ add_days('last_date', 1) }} as day,
        -cast(power(2, priority) as bigint) as flag
    from periods
    where last_date is not null

),

summed as (

    select
        formula_version,
        member_id,
        day,
        sum(flag) as flag
    from flags
    group by formula_version, member_id, day

),

running as (

    select
        formula_version,
        member_id,
        day,
        cast(
            sum(flag) over (
                partition by formula_version, member_id order by day
                rows between unbounded preceding and current row
            ) as bigint
        ) as mask
    from summed

)

select
    formula_version,
    member_id,
    day as valid_from,
    {{ stage_highest_flag('mask') }} as priority
from running
where mask > 0
