-- People. Fields survive from the accounts by rules in int_members_resolved.
-- grain: member_id
with members as (

    select * from {{ ref('int_members_resolved') }}

),

activity as (

    select
        member_id,
        min(
            case
                when activity_type in ('attend', 'speak', 'lightning_talk', 'organise')
                    then local_date
            end
        ) as first_attended_date
    from {{ ref('int_member_activities') }}
    where not is_future
    group by member_id

)

select
    members.member_id,
    members.display_name,
    members.name_kana,
    members.primary_email,
    members.company_id,
    members.department,
    members.title,
    members.prefecture,
    members.is_internal,
    members.is_bot,
    members.first_seen_at,
    activity.first_attended_date,
    scores.last_active_date,
    members.account_count,
    members.sources,
    scores.stage,
    scores.event_score,
    scores.share_score,
    members.has_email_consent,
    members.primary_email_purpose
from members
left join activity on members.member_id = activity.member_id
left join {{ ref('member_scores') }} as scores on members.member_id = scores.member_id
