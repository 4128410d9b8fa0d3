-- Follow-ups that somebody logged, and feedback: with whom, on which day and about which
-- real event (empty: about none in particular). The one place where they come together: a
-- new kind is one more part of the union.
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

    union all

    -- what a CRM's owner did for a contact: calls, mails, visits; due tasks are not done
    select
        account_members.member_id,
        cast(null as string) as event_id,
        coalesce(
            {{ local_date('tasks.completed_at', 'parameters.timezone') }}, tasks.activity_date
        ) as local_date
    from {{ ref('stg_salesforce__tasks') }} as tasks
    inner join {{ ref('account_members') }} as account_members
        on tasks.account_id = account_members.account_id
    cross join {{ ref('stg_run__parameters') }} as parameters
    where tasks.is_completed and not tasks.is_deleted

)

select
    told.member_id,
    coalesce(listings.real_event_id, told.event_id) as real_event_id,
    told.local_date as follow_up_date
from told
cross join {{ ref('stg_run__parameters') }} as parameters
left join listings on told.event_id = listings.event_id
where told.local_date <= parameters.as_of_date
