-- Through which kinds of platform a member can be seen: an account there, a profile link
-- that names an account there, or a CRM contact.
-- grain: member_id, kind

with accounts as (

    select
        account_members.member_id,
        int_accounts.source,
        int_accounts.crm_contact_id,
        ';' || int_accounts.profile_urls as profile_urls
    from {{ ref('int_accounts') }} as int_accounts
    inner join {{ ref('account_members') }} as account_members
        on int_accounts.account_id = account_members.account_id

)

select distinct
    accounts.member_id,
    source_kinds.kind
from accounts
inner join {{ ref('source_kinds') }} as source_kinds
    on
        accounts.source = source_kinds.source
        or position(';' || source_kinds.source || ':' in accounts.profile_urls) > 0
        or (source_kinds.kind = 'crm' and accounts.crm_contact_id is not null)
where source_kinds.kind in ('sns', 'crm')
