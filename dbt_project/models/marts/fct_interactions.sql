-- Who turned to whom: replies, answers, reactions, reposts, approving reviews and whatever
-- else has a parent that somebody else wrote, and who brought whom. What two sources tell
-- of is one; without bots, and up to the as-of day. The side that acted comes first.
-- grain: activity_id
with activities as (

    select
        activity_id,
        member_id,
        company_id,
        source,
        activity_type,
        occurred_at,
        local_date,
        event_id,
        object_key,
        parent_activity_id,
        working_group
    from {{ ref('fct_activities') }}
    where category = 'share' and not is_future and not is_bot

),

answered as (

    select
        activities.activity_id,
        activities.member_id as from_member_id,
        parents.member_id as to_member_id,
        activities.activity_type as type,
        activities.source,
        activities.occurred_at,
        activities.local_date,
        activities.event_id,
        activities.working_group,
        activities.object_key
    from activities
    inner join {{ ref('fct_activities') }} as parents
        on activities.parent_activity_id = parents.activity_id
    where activities.member_id <> parents.member_id and not parents.is_bot

),

answered_once as (

    select *
    from answered
    qualify row_number() over (
        partition by
            from_member_id,
            to_member_id,
            type,
            coalesce(object_key, activity_id)
        order by occurred_at, activity_id
    ) = 1

),

-- A referral without a day has no company of that day either.
referrals as (

    select
        'referral:' || referrals.member_id as activity_id,
        referrals.referrer_member_id as from_member_id,
        referrals.member_id as to_member_id,
        'referral' as type,
        cast(null as string) as source,
        referrals.referred_at as occurred_at,
        referrals.referred_date as local_date,
        referrals.event_id,
        cast(null as string) as working_group
    from {{ ref('fct_referrals') }} as referrals
    where referrals.referrer_member_id is not null and referrals.referred_date is not null

),

interactions as (

    select
        activity_id,
        from_member_id,
        to_member_id,
        type,
        source,
        occurred_at,
        local_date,
        event_id,
        working_group
    from answered_once

    union all

    select * from referrals

),

affiliations as (

    select
        member_id,
        company_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
    from {{ ref('int_member_affiliations') }}

),

members as (

    select
        member_id,
        company_id,
        department,
        is_internal,
        is_bot
    from {{ ref('int_members_resolved') }}

),

-- A department is told of today's employer alone.
sided as (

    select
        interactions.*,
        from_stays.company_id as from_company_id,
        to_stays.company_id as to_company_id,
        case when from_stays.company_id = from_members.company_id then from_members.department end
            as from_department,
        case when to_stays.company_id = to_members.company_id then to_members.department end
            as to_department,
        from_members.is_internal or to_members.is_internal as is_internal
    from interactions
    inner join members as from_members
        on interactions.from_member_id = from_members.member_id
    inner join members as to_members
        on interactions.to_member_id = to_members.member_id
    left join affiliations as from_stays
        on
            interactions.from_member_id = from_stays.member_id
            and interactions.local_date between from_stays.valid_from and from_stays.valid_to
    left join affiliations as to_stays
        on
            interactions.to_member_id = to_stays.member_id
            and interactions.local_date between to_stays.valid_from and to_stays.valid_to
    where not from_members.is_bot and not to_members.is_bot

)

select
    ----------  ids
    activity_id,
    from_member_id,
    to_member_id,
    from_company_id,
    to_company_id,
    event_id,

    ----------  what it was
    type,
    source,
    occurred_at,
    local_date,
    working_group,

    ----------  boundaries
    from_company_id <> to_company_id as is_cross_company,
    case when from_company_id = to_company_id then from_department <> to_department end
        as is_cross_department,
    is_internal
from sided
