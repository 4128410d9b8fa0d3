-- Who in-house looks after a member: the owner of their contact in the CRM, else those of
-- their company. Members of whom no CRM says it have no row.
-- grain: member_id
with contacts as (

    select
        'salesforce:' || contacts.contact_id as account_id,
        users.name as owner
    from {{ ref('stg_salesforce__contacts') }} as contacts
    inner join {{ ref('stg_salesforce__users') }} as users
        on contacts.owner_id = users.user_id
    where not coalesce(contacts.is_deleted, false) and coalesce(users.is_active, true)

    union all

    select
        'hubspot:' || contacts.contact_id as account_id,
        {{ filled_text("concat_ws(' ', owners.last_name, owners.first_name)") }} as owner
    from {{ ref('stg_hubspot__contacts') }} as contacts
    inner join {{ ref('stg_hubspot__owners') }} as owners
        on contacts.owner_id = owners.owner_id
    where
        contacts.merged_into_contact_id is null
        and not coalesce(contacts.is_archived, false)
        and not coalesce(owners.is_archived, false)

),

own as (

    select
        account_members.member_id,
        {{ sorted_list('contacts.owner') }} as owner
    from contacts
    inner join {{ ref('account_members') }} as account_members
        on contacts.account_id = account_members.account_id
    where contacts.owner is not null
    group by account_members.member_id

)

select
    members.member_id,
    coalesce(own.owner, companies.owner) as owner
from {{ ref('int_members_resolved') }} as members
left join own on members.member_id = own.member_id
left join {{ ref('int_company_owners') }} as companies
    on members.company_id = companies.company_id
where coalesce(own.owner, companies.owner) is not null
