-- One row per event and person, whatever number of applications, roles and accounts: the
-- latest application gives status and times, attended in any of them counts. At an event
-- where attendance was taken a blank means not attended; elsewhere it stays unknown.
-- grain: event_id, member_id
with applications as (

    select
        registrations.event_id,
        account_members.member_id,
        registrations.source,
        registrations.status,
        registrations.role,
        registrations.registered_at,
        registrations.cancelled_at,
        registrations.attended,
        registrations.attended_at,
        registrations.minutes_attended,
        referrers.member_id as referrer_member_id,
        row_number() over (
            partition by registrations.event_id, account_members.member_id
            order by
                registrations.registered_at desc nulls last,
                registrations.observed_at desc,
                case registrations.status
                    when 'accepted' then 1 when 'waitlisted' then 2 else 3
                end asc,
                registrations.registration_id asc
        ) as recency,
        case registrations.role
            when 'speaker' then 1
            when 'lt' then 2
            when 'organiser' then 3
            when 'staff' then 4
            else 5
        end + case when registrations.status = 'cancelled' then 10 else 0 end as role_order
    from {{ ref('int_registrations') }} as registrations
    inner join {{ ref('account_members') }} as account_members
        on registrations.account_id = account_members.account_id
    left join {{ ref('account_members') }} as referrers
        on registrations.referrer_account_id = referrers.account_id

),

merged as (

    select
        event_id,
        member_id,
        min(source) as source,
        max(case when recency = 1 then status end) as status,
        max(case when recency = 1 then registered_at end) as registered_at,
        max(case when recency = 1 then cancelled_at end) as cancelled_at,
        bool_or(attended) as attended_stated,
        min(attended_at) as attended_at,
        max(minutes_attended) as minutes_attended,
        min_by(role, role_order) as role,
        min_by(referrer_member_id, recency) filter (where referrer_member_id is not null)
            as referrer_member_id
    from applications
    group by event_id, member_id

),

attended_or_not as (

    select
        merged.*,
        events.event_group_id,
        events.started_at,
        events.local_date as event_date,
        case
            when merged.attended_stated is not null then merged.attended_stated
            when events.is_attendance_taken then false
        end as attended
    from merged
    inner join {{ ref('dim_events') }} as events on merged.event_id = events.event_id

),

earlier as (

    select * from {{ ref('int_prior_attendances') }}

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
    registrations.event_id,
    registrations.member_id,
    affiliations.company_id,
    registrations.source,
    registrations.status,
    registrations.role,
    registrations.registered_at,
    registrations.cancelled_at,
    registrations.attended,
    registrations.attended_stated is not null as is_attendance_stated,
    registrations.attended_at,
    registrations.minutes_attended,
    earlier.prior_attendances = 0 as is_first_time,
    earlier.prior_attendances,
    {{ days_between(
        local_date('registrations.registered_at', 'parameters.timezone'),
        'registrations.event_date'
    ) }} as lead_time_days,
    registrations.referrer_member_id,
    members.is_internal,
    members.is_bot
from attended_or_not as registrations
cross join {{ ref('stg_run__parameters') }} as parameters
inner join {{ ref('int_members_resolved') }} as members
    on registrations.member_id = members.member_id
left join earlier
    on
        registrations.event_id = earlier.event_id
        and registrations.member_id = earlier.member_id
left join affiliations
    on
        registrations.member_id = affiliations.member_id
        and registrations.event_date between affiliations.valid_from and affiliations.valid_to
