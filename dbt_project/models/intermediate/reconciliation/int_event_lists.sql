-- Events whose whole list of participants was loaded, and when we last read one. Of other
-- events only people known from elsewhere are seen, never those who cancelled.
-- grain: event_id
-- A new source that brings lists is one select here.
{{ config(materialized='view') }}

with lists as (

    select
        'connpass:' || event_id as event_id,
        observed_at
    from {{ ref('stg_connpass__participants') }}

    union all

    select
        event_id,
        observed_at
    from {{ ref('stg_eventhub__as_registrations') }}

    union all

    select
        event_id,
        observed_at
    from {{ ref('stg_files__as_registrations') }}

    union all

    select
        event_id,
        observed_at
    from {{ ref('stg_zoom__as_registrations') }}

)

select
    event_id,
    max(observed_at) as listed_at
from lists
group by event_id
