-- Fails for events and people of int_registrations that fct_registrations does not hold:
-- nothing may be lost on the way from applications to one row per event and person.
select
    registrations.event_id,
    account_members.member_id
from {{ ref('int_registrations') }} as registrations
inner join {{ ref('account_members') }} as account_members
    on registrations.account_id = account_members.account_id
left join {{ ref('fct_registrations') }} as facts
    on
        registrations.event_id = facts.event_id
        and account_members.member_id = facts.member_id
where facts.event_id is null
