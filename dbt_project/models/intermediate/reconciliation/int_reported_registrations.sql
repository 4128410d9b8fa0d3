-- The platform's own count of accepted registrations against the persons we hold. The
-- difference is taken only where a list of participants was loaded after the platform's
-- answer: an older list, or the few people known from elsewhere, says nothing.
-- grain: event_id
{{ config(materialized='view') }}

with accepted as (

    select
        event_id,
        count(*) as accepted_rows
    from {{ ref('fct_registrations') }}
    where status = 'accepted'
    group by event_id

)

select
    events.event_id,
    events.accepted_reported,
    coalesce(accepted.accepted_rows, 0) as accepted_rows,
    case
        when event_lists.listed_at >= events.reported_at
            then events.accepted_reported - coalesce(accepted.accepted_rows, 0)
    end as accepted_difference
from {{ ref('int_events') }} as events
left join accepted
    on events.event_id = accepted.event_id
left join {{ ref('int_event_lists') }} as event_lists
    on events.event_id = event_lists.event_id
