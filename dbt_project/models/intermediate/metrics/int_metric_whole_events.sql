-- Each listing with what its whole real event comes to: attendances (of all its listings;
-- where none was taken, as reported), target and cost. A target is what the event itself
-- says, else the newest of a list of targets. A cost is the sum of the rows of fct_costs,
-- else what the event itself says, never both; with a row in another currency it is not
-- known.
-- grain: event_id

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

costs as (

    select
        costs.event_id,
        sum(costs.amount_jpy) as amount_jpy,
        bool_or(costs.amount_jpy is null) as lacks_yen
    from {{ ref('fct_costs') }} as costs
    cross join parameters
    where costs.event_id is not null and costs.cost_date <= parameters.as_of_date
    group by costs.event_id

),

targets as (

    select
        event_id,
        target
    from {{ ref('stg_files__targets') }}
    where event_id is not null and {{ is_attendance_target('metric') }}
    qualify row_number() over (
        partition by event_id
        order by period_start desc nulls last, target desc
    ) = 1

),

listings as (

    select
        events.event_id,
        events.event_group_id as real_event_id,
        case when events.status <> 'cancelled' then events.local_date end as local_date,
        counts.is_held,
        counts.is_attendance_taken,
        case when counts.is_attendance_taken then counts.attendee_count end
            as attendee_count,
        events.attended_reported,
        cast(events.attendance_target as double) as own_target,
        cast(targets.target as double) as listed_target,
        cast(events.cost_jpy as double) as own_cost_jpy,
        cast(costs.amount_jpy as double) as listed_cost_jpy,
        costs.event_id is not null as has_cost_rows,
        coalesce(costs.lacks_yen, false) as lacks_yen
    from {{ ref('dim_events') }} as events
    inner join {{ ref('int_metric_event_counts') }} as counts
        on events.event_id = counts.event_id
    left join costs
        on events.event_id = costs.event_id
    left join targets
        on events.event_id = targets.event_id

)

select
    event_id,
    real_event_id,
    min(local_date) over whole as local_date,
    bool_or(is_held) over whole as is_held,
    bool_or(is_attendance_taken) over whole as is_attendance_taken,
    cast(
        coalesce(sum(attendee_count) over whole, max(attended_reported) over whole) as bigint
    ) as attendance_count,
    coalesce(max(own_target) over whole, max(listed_target) over whole)
        as attendance_target,
    case
        when bool_or(lacks_yen) over whole then null
        when bool_or(has_cost_rows) over whole then sum(listed_cost_jpy) over whole
        else max(own_cost_jpy) over whole
    end as cost_jpy,
    own_target is not null or listed_target is not null as names_target,
    own_cost_jpy is not null or has_cost_rows as names_cost
from listings
window whole as (partition by real_event_id)
