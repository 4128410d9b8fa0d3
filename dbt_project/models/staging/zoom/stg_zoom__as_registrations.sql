-- Who was at a meeting or registered for it, in the shape of int_registrations. Ten minutes
-- of somebody's united stays are attendance. An approved registrant who was never there
-- was absent, where the report tells registrants apart.
-- grain: event_id, account_id, role, application_id
{%- set attendance_minutes = 10 %}

with visits as (

    select * from {{ ref('stg_zoom__visits') }}

),

-- Of a number that is used again and again nobody says for which day people registered.
registered as (

    select
        events.event_id,
        registrants.email as account_id,
        registrants.registrant_id,
        registrants.status,
        registrants.registered_at,
        registrants.observed_at
    from {{ ref('stg_zoom__registrants') }} as registrants
    inner join (
        select distinct event_id
        from {{ ref('stg_zoom__meetings') }}
        where not is_recurring
    ) as events
        on registrants.meeting_number = events.event_id
    qualify row_number() over (
        partition by events.event_id, registrants.email
        order by registrants.registered_at desc nulls last, registrants.registrant_id desc
    ) = 1

),

tells_registrants as (

    select
        event_id,
        bool_or(registrant_id is not null) as is_told
    from visits
    group by event_id

)

select
    'zoom' as source,
    'zoom:' || coalesce(visits.event_id, registered.event_id) as event_id,
    'zoom:' || coalesce(visits.account_id, registered.account_id) as account_id,
    registered.registrant_id as application_id,
    case when visits.account_id is not null then 'accepted' else registered.status end
        as status,
    case when visits.is_host then 'organiser' else 'attendee' end as role,
    registered.registered_at,
    cast(null as {{ var('timestamp_type') }}) as cancelled_at,
    case
        when visits.account_id is not null then visits.minutes >= {{ attendance_minutes }}
        when registered.status = 'accepted' and tells_registrants.is_told then false
    end as attended,
    visits.joined_at as attended_at,
    visits.minutes as minutes_attended,
    cast(null as string) as referrer_account_id,
    greatest(visits.observed_at, registered.observed_at) as observed_at
from visits
full outer join registered
    on
        visits.event_id = registered.event_id
        and visits.account_id = registered.account_id
left join tells_registrants
    on registered.event_id = tells_registrants.event_id
