-- Every person once, with the fields that survive of their accounts. Name, kana,
-- department, title and prefecture: by name_precedence (CRM, portals, connpass, others),
-- then accounts with a verified address, then the newest. Address: those for any purpose
-- before those given to run one event, verified first, then the same order. Employer: the
-- one of the as-of day.
-- grain: member_id
with accounts as (

    select
        account_members.member_id,
        accounts.account_id,
        accounts.source,
        accounts.source_account_id,
        accounts.handle,
        accounts.display_name,
        accounts.name_kana,
        accounts.email,
        accounts.department,
        accounts.title,
        accounts.prefecture,
        accounts.first_seen_at,
        accounts.has_email_consent,
        accounts.email_purpose,
        coalesce(account_flags.is_bot, accounts.is_bot) as is_bot,
        coalesce(account_flags.is_internal, accounts.is_internal) as is_internal,
        row_number() over (
            partition by account_members.member_id
            order by
                case when accounts.crm_contact_id is not null then 1
                    else coalesce(name_precedence.name_rank, 2) end,
                case when accounts.email_is_verified then 0 else 1 end,
                accounts.first_seen_at desc nulls last,
                accounts.account_id
        ) as name_order,
        row_number() over (
            partition by account_members.member_id
            order by
                -- an address given to run one event is shown only for want of another
                case when accounts.email_purpose = 'event' then 1 else 0 end,
                case when accounts.email_is_verified then 0 else 1 end,
                case when accounts.crm_contact_id is not null then 1
                    else coalesce(name_precedence.name_rank, 2) end,
                accounts.first_seen_at desc nulls last,
                accounts.account_id
        ) as email_order
    from {{ ref('int_accounts') }} as accounts
    inner join {{ ref('account_members') }} as account_members
        on accounts.account_id = account_members.account_id
    left join {{ ref('account_flags') }} as account_flags
        on accounts.account_id = account_flags.account_id
    left join {{ ref('name_precedence') }} as name_precedence
        on accounts.source = name_precedence.source

),

survivors as (

    select
        member_id,
        min_by(display_name, name_order) filter (where display_name is not null)
            as display_name,
        min_by(handle, name_order) filter (where handle is not null) as handle,
        min_by(source_account_id, name_order) as source_account_id,
        min_by(name_kana, name_order) filter (where name_kana is not null) as name_kana,
        min_by(email, email_order) filter (where email is not null) as primary_email,
        min_by(coalesce(email_purpose, 'any'), email_order) filter (where email is not null)
            as primary_email_purpose,
        min_by(department, name_order) filter (where department is not null) as department,
        min_by(title, name_order) filter (where title is not null) as title,
        min_by(prefecture, name_order) filter (where prefecture is not null) as prefecture,
        bool_or(is_internal) as is_internal,
        bool_or(is_bot) as is_bot,
        -- one refusal outweighs every consent
        bool_and(has_email_consent) as has_email_consent,
        min(first_seen_at) as first_seen_at,
        count(*) as account_count,
        {{ sorted_list('source') }} as sources
    from accounts
    group by member_id

),

employers as (

    select
        affiliations.member_id,
        affiliations.company_id
    from {{ ref('int_member_affiliations') }} as affiliations
    cross join {{ ref('stg_run__parameters') }} as parameters
    where
        parameters.as_of_date between affiliations.valid_from
        and coalesce(affiliations.valid_to, cast('9999-12-31' as date))

)

select
    survivors.member_id,
    coalesce(survivors.display_name, survivors.handle, survivors.source_account_id)
        as display_name,
    survivors.name_kana,
    survivors.primary_email,
    employers.company_id,
    survivors.department,
    survivors.title,
    survivors.prefecture,
    survivors.is_internal,
    survivors.is_bot,
    survivors.has_email_consent,
    survivors.primary_email_purpose,
    survivors.first_seen_at,
    survivors.account_count,
    survivors.sources
from survivors
left join employers on survivors.member_id = employers.member_id
