-- Each source by month: the rows it landed and what became of them, the events of the
-- month, the accounts first seen in it and what their people did. A platform whose data
-- comes by files has its rows under the connector that landed them (files, or its own).
-- Employees of the organiser and bots are left out of what people did.
-- grain: source, month

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

counted_loads as (

    select
        counts.source,
        counts._dlt_load_id as load_id,
        cast(date_trunc(
            'month', {{ local_date('counts._observed_at', 'parameters.timezone') }}
        ) as date) as month,
        max(counts._observed_at) as loaded_at,
        sum(counts.landed) as landed,
        sum(counts.quarantined) as quarantined
    from {{ source('operations', 'load_counts') }} as counts
    cross join parameters
    where {{ is_complete_load() }} and counts.landed > 0
    group by counts.source, counts._dlt_load_id, month

),

judged_loads as (

    select
        source,
        load_id,
        sum(row_count) filter (where row_status = 'staged') as staged,
        sum(row_count) filter (where row_status = 'superseded') as superseded,
        sum(row_count) filter (where row_status = 'quarantined') as quarantined
    from {{ ref('int_row_counts') }}
    group by source, load_id

),

landed as (

    select
        loads.source,
        loads.month,
        max(loads.loaded_at) as last_loaded_at,
        sum(loads.landed) as rows_landed,
        sum(judged.staged) as rows_staged,
        sum(judged.superseded) as rows_superseded,
        sum(loads.quarantined + coalesce(judged.quarantined, 0)) as rows_quarantined
    from counted_loads as loads
    left join judged_loads as judged
        on
            loads.source = judged.source
            and loads.load_id = judged.load_id
    group by loads.source, loads.month

),

held_events as (

    select
        events.event_id,
        events.source,
        cast(date_trunc('month', events.local_date) as date) as month
    from {{ ref('dim_events') }} as events
    cross join parameters
    where events.local_date <= parameters.as_of_date and events.status <> 'cancelled'

),

registrations as (

    select
        event_id,
        count(*) as registration_count,
        count(*) filter (where attended) as attendance_count
    from {{ ref('fct_registrations') }}
    where not is_internal and not is_bot
    group by event_id

),

events as (

    select
        held_events.source,
        held_events.month,
        count(*) as event_count,
        sum(registrations.registration_count) as registration_count,
        sum(registrations.attendance_count) as attendance_count
    from held_events
    left join registrations
        on held_events.event_id = registrations.event_id
    group by held_events.source, held_events.month

),

accounts as (

    select
        accounts.source,
        cast(date_trunc(
            'month', {{ local_date('accounts.first_seen_at', 'parameters.timezone') }}
        ) as date) as month,
        count(*) as new_account_count
    from {{ ref('int_accounts') }} as accounts
    inner join {{ ref('member_accounts') }} as member_accounts
        on accounts.account_id = member_accounts.account_id
    inner join {{ ref('int_metric_members') }} as members
        on member_accounts.member_id = members.member_id
    cross join parameters
    where
        {{ local_date('accounts.first_seen_at', 'parameters.timezone') }}
        <= parameters.as_of_date
    group by accounts.source, month

),

activities as (

    select
        source,
        cast(date_trunc('month', local_date) as date) as month,
        count(*) as activity_count,
        count(distinct member_id) as active_member_count,
        sum(reactions) as reaction_count
    from {{ ref('fct_activities') }}
    where not is_future and not is_internal and not is_bot
    group by source, month

),

months as (

    select source, month from landed
    union
    select source, month from events
    union
    select source, month from accounts
    union
    select source, month from activities

)

select
    ----------  ids
    months.source,
    months.month,

    ----------  rows
    landed.last_loaded_at,
    cast(coalesce(landed.rows_landed, 0) as bigint) as rows_landed,
    cast(coalesce(landed.rows_staged, 0) as bigint) as rows_staged,
    cast(coalesce(landed.rows_superseded, 0) as bigint) as rows_superseded,
    cast(coalesce(landed.rows_quarantined, 0) as bigint) as rows_quarantined,

    ----------  events
    coalesce(events.event_count, 0) as event_count,
    cast(coalesce(events.registration_count, 0) as bigint) as registration_count,
    cast(coalesce(events.attendance_count, 0) as bigint) as attendance_count,

    ----------  people
    coalesce(accounts.new_account_count, 0) as new_account_count,
    coalesce(activities.active_member_count, 0) as active_member_count,
    coalesce(activities.activity_count, 0) as activity_count,
    cast(activities.reaction_count as bigint) as reaction_count
from months
left join landed
    on months.source = landed.source and months.month = landed.month
left join events
    on months.source = events.source and months.month = events.month
left join accounts
    on months.source = accounts.source and months.month = accounts.month
left join activities
    on months.source = activities.source and months.month = activities.month
