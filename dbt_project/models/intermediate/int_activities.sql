-- Everything anybody did: what sources tell of, and what registrations imply. An activity
-- that a platform and a file both tell of is kept once, as the platform has it: by its API
-- before by its export, and by its export before by the universal import.
-- The same talk or post seen by two sources stays two rows with one object_key; scores
-- count it once.
-- grain: activity_id

with stacked as (

    select * from {{ ref('int_stacked_activities') }}

),

told_once as (

    select *
    from stacked
    qualify row_number() over (
        partition by activity_id order by is_own desc, is_file, source_table
    ) = 1

),

from_registrations as (

    select * from {{ ref('int_registration_activities') }}

),

-- A registration that says what an activity row says already adds nothing.
implied_only as (

    select from_registrations.*
    from from_registrations
    left join told_once
        on
            from_registrations.account_id = told_once.account_id
            and from_registrations.event_id = told_once.event_id
            and from_registrations.activity_type = told_once.activity_type
    where told_once.activity_id is null

),

complete as (

    select
        activity_id, account_id, source, source_table, activity_type, occurred_at,
        local_date, event_id, object_key, object_url, title, hashtags,
        parent_activity_id, working_group, reactions, impressions
    from told_once

    union all

    select
        activity_id, account_id, source, source_table, activity_type, occurred_at,
        local_date, event_id, object_key, object_url, title, hashtags,
        parent_activity_id, working_group, reactions, impressions
    from implied_only

),

outputs as (

    select activity_type
    from {{ ref('output_types') }}

)

select
    complete.activity_id,
    complete.account_id,
    complete.source,
    complete.source_table,
    complete.activity_type,
    complete.occurred_at,
    complete.local_date,
    complete.event_id,
    case
        when outputs.activity_type is not null
            then coalesce({{ canonical_url('complete.object_url') }}, complete.object_key)
        else complete.object_key
    end as object_key,
    complete.object_url,
    complete.title,
    complete.hashtags,
    complete.parent_activity_id,
    complete.working_group,
    complete.reactions,
    complete.impressions,
    outputs.activity_type is not null as is_output,
    complete.local_date > parameters.as_of_date as is_future
from complete
left join outputs on complete.activity_type = outputs.activity_type
cross join {{ ref('stg_run__parameters') }} as parameters
