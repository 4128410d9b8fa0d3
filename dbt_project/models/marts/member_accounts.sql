-- Which accounts belong to which person, and why we think so.
-- grain: account_id
select
    accounts.account_id,
    account_members.member_id,
    accounts.source,
    accounts.source_account_id,
    accounts.handle,
    accounts.email,
    case when accounts.email is not null then coalesce(accounts.email_purpose, 'any') end
        as email_purpose,
    account_members.link_rule,
    account_members.link_probability,
    account_members.linked_at,
    account_members.is_manual
from {{ ref('int_accounts') }} as accounts
inner join {{ ref('account_members') }} as account_members
    on accounts.account_id = account_members.account_id
