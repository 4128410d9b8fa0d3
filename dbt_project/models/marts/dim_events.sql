-- Every event: those sources describe, and those only a registration or an activity names.
-- grain: event_id
with events as (

    select * from {{ ref('int_events') }}

),

named as (

    select event_id, source from {{ ref('int_registrations') }}
    union
    select event_id, source from {{ ref('int_activities') }} where event_id is not null

),

only_named as (

    select
        named.event_id,
        coalesce(min(event_groups.event_group_id), named.event_id) as event_group_id,
        min(named.source) as source
    from named
    left join events on named.event_id = events.event_id
    left join {{ ref('int_event_groups') }} as event_groups
        on named.event_id = event_groups.event_id
    where events.event_id is null
    group by named.event_id

)

select
    event_id,
    source,
    source_event_id,
    event_group_id,
    title,
    started_at,
    ended_at,
    local_date,
    format,
    place,
    prefecture,
    working_group,
    hashtag,
    url,
    capacity,
    accepted_reported,
    attended_reported,
    attendance_target,
    cost_jpy,
    status,
    is_attendance_taken,
    reported_at
from events

union all

select
    event_id,
    source,
    substr(event_id, length(source) + 2) as source_event_id,
    event_group_id,
    cast(null as string) as title,
    cast(null as {{ var('timestamp_type') }}) as started_at,
    cast(null as {{ var('timestamp_type') }}) as ended_at,
    cast(null as date) as local_date,
    cast(null as string) as format,
    cast(null as string) as place,
    cast(null as string) as prefecture,
    cast(null as string) as working_group,
    cast(null as string) as hashtag,
    cast(null as string) as url,
    cast(null as bigint) as capacity,
    cast(null as bigint) as accepted_reported,
    cast(null as bigint) as attended_reported,
    cast(null as bigint) as attendance_target,
    cast(null as bigint) as cost_jpy,
    'named only' as status,
    event_id in (
        select taken.event_id from {{ ref('int_registrations') }} as taken where taken.attended
    ) as is_attendance_taken,
    cast(null as {{ var('timestamp_type') }}) as reported_at
from only_named
