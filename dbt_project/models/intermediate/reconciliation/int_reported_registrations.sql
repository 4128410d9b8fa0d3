-- The platform's own count of accepted registrations against the persons we hold. The
-- difference is taken only where a list of participants was loaded after the platform's
-- answer: an older list, or the few people known from elsewhere, says nothing.
-- grain: event_id
-- A new source that brings lists is one select here.
{{ config(materialized='view') }}

with lists as (

    select
        'connpass:' || event_id as event_id,
        max(observed_at) as listed_at
    from {{ ref('stg_connpass__participants') }}
    group by event_id

    union all

    select
        event_id,
        max(observed_at) as listed_at
    from {{ ref('stg_files__as_registrations') }}
    group by event_id

),

newest_lists as (

    select
        event_id,
        max(listed_at) as listed_at
    from lists
    group by event_id

),

accepted as (

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
        when newest_lists.listed_at >= events.reported_at
            then events.accepted_reported - coalesce(accepted.accepted_rows, 0)
    end as accepted_difference
from {{ ref('int_events') }} as events
left join accepted
    on events.event_id = accepted.event_id
left join newest_lists
    on events.event_id = newest_lists.event_id
