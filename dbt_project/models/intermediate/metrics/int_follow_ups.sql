-- Follow-ups that somebody logged, and feedback: with whom, on which day and about which
-- real event (empty: about none in particular). The one place where they come together; a
-- CRM's tasks are one more part of the union.
-- grain: one follow-up
{{ config(materialized='view') }}

with listings as (

    select
        event_id,
        real_event_id
    from {{ ref('int_metric_whole_events') }}

),

told as (

    select
        member_id,
        event_id,
        local_date
    from {{ ref('int_member_activities') }}
    where activity_type in ('follow_up', 'survey_answer')

    union all

    select
        member_id,
        event_id,
        local_date
    from {{ ref('fct_survey_responses') }}
    where member_id is not null and answer is not null

)

select
    told.member_id,
    coalesce(listings.real_event_id, told.event_id) as real_event_id,
    told.local_date as follow_up_date
from told
cross join {{ ref('stg_run__parameters') }} as parameters
left join listings on told.event_id = listings.event_id
where told.local_date <= parameters.as_of_date
