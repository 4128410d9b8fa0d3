-- Everything members did, with the company of that day and the points it is worth before
-- decay (0 when a guard takes it out, or when its day has not come).
-- grain: activity_id
with activities as (

    select * from {{ ref('int_member_activities') }}

),

activity_points as (

    select
        activity_id,
        points
    from {{ ref('int_activity_points') }}

)

select
    activities.activity_id,
    activities.member_id,
    activities.account_id,
    activities.company_id,
    activities.source,
    activities.source_table,
    activities.activity_type,
    activities.category,
    activities.occurred_at,
    activities.local_date,
    activities.event_id,
    activities.object_key,
    activities.object_url,
    activities.title,
    activities.parent_activity_id,
    activities.working_group,
    activities.reactions,
    activities.impressions,
    activity_points.points,
    activities.is_future,
    activities.is_internal,
    activities.is_bot
from activities
left join activity_points on activities.activity_id = activity_points.activity_id
