-- How long somebody was at an event: stays are united, so that two devices at a time count
-- once; the waiting room does not count. The person is the e-mail, that of the registrant
-- where the report names one; a guest without any is known by name in this event alone.
-- grain: event_id, account_id
{{ config(materialized='table') }}

with stays as (

    select
        meetings.event_id,
        coalesce(
            participants.email,
            registrants.email,
            lower(meetings.event_id || '/' || coalesce(participants.name, participants.registrant_id))
        ) as account_id,
        coalesce(participants.email, registrants.email) as email,
        participants.zoom_user_id,
        participants.registrant_id,
        participants.name,
        participants.is_internal,
        coalesce(participants.email = meetings.host_email, false) as is_host,
        participants.joined_at,
        participants.left_at,
        participants.observed_at
    from {{ ref('stg_zoom__participants') }} as participants
    inner join {{ ref('stg_zoom__meetings') }} as meetings
        on participants.meeting_uuid = meetings.uuid
    left join {{ ref('stg_zoom__registrants') }} as registrants
        on
            meetings.meeting_number = registrants.meeting_number
            and participants.registrant_id = registrants.registrant_id
    where participants.status <> 'in_waiting_room'

),

followed as (

    select
        *,
        max(left_at) over (
            partition by event_id, account_id
            order by joined_at, left_at
            rows between unbounded preceding and 1 preceding
        ) as left_before
    from stays

),

-- What a stay adds to those that began before it.
added as (

    select
        *,
        greatest(
            epoch(left_at) - epoch(greatest(joined_at, coalesce(left_before, joined_at))), 0
        ) as added_seconds
    from followed

)

select
    event_id,
    account_id,
    max(email) as email,
    max(zoom_user_id) as zoom_user_id,
    max(registrant_id) as registrant_id,
    max_by(name, joined_at) as name,
    coalesce(bool_or(is_internal), false) as is_internal,
    bool_or(is_host) as is_host,
    min(joined_at) as joined_at,
    max(left_at) as left_at,
    cast(floor(sum(added_seconds) / 60) as bigint) as minutes,
    count(*) as stay_count,
    max(observed_at) as observed_at
from added
group by event_id, account_id
