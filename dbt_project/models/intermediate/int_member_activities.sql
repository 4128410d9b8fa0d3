-- Every activity with the person who did it and the company they worked for that day.
-- A kind nobody has listed in activity_types has the category of the row `unknown`.
-- grain: activity_id
with activities as (

    select * from {{ ref('int_activities') }}

),

activity_types as (

    select
        activity_type,
        category
    from {{ ref('activity_types') }}

),

unknown_type as (

    select category
    from activity_types
    where activity_type = 'unknown'

),

affiliations as (

    select
        member_id,
        company_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
    from {{ ref('int_member_affiliations') }}

)

select
    activities.activity_id,
    account_members.member_id,
    activities.account_id,
    affiliations.company_id,
    activities.source,
    activities.source_table,
    activities.activity_type,
    coalesce(activity_types.category, unknown_type.category) as category,
    activities.occurred_at,
    activities.local_date,
    activities.event_id,
    activities.object_key,
    activities.object_url,
    activities.title,
    activities.hashtags,
    activities.parent_activity_id,
    activities.working_group,
    activities.reactions,
    activities.impressions,
    activities.is_output,
    activities.is_future,
    members.is_internal,
    members.is_bot
from activities
inner join {{ ref('account_members') }} as account_members
    on activities.account_id = account_members.account_id
inner join {{ ref('int_members_resolved') }} as members
    on account_members.member_id = members.member_id
left join activity_types on activities.activity_type = activity_types.activity_type
cross join unknown_type
left join affiliations
    on
        account_members.member_id = affiliations.member_id
        and activities.local_date between affiliations.valid_from and affiliations.valid_to
