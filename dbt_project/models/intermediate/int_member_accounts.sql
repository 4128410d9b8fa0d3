-- Every account with its person and its place in line for each field that one account
-- lends the person: docs/members.md says which source comes first where, and why.
-- grain: account_id
{{ config(materialized='view') }}

with employers as (

    select
        affiliations.member_id,
        affiliations.company_id
    from {{ ref('int_member_affiliations') }} as affiliations
    cross join {{ ref('stg_run__parameters') }} as parameters
    where
        parameters.as_of_date between affiliations.valid_from
        and coalesce(affiliations.valid_to, cast('9999-12-31' as date))

),

-- The employer that an account itself names last, by the as-of day.
named_employers as (

    select
        affiliations.account_id,
        max_by(affiliations.company_id, affiliations.valid_from) as company_id,
        max(affiliations.valid_from) as named_date
    from {{ ref('int_account_affiliations') }} as affiliations
    cross join {{ ref('stg_run__parameters') }} as parameters
    where
        affiliations.evidence in ('crm', 'account')
        and affiliations.valid_from <= parameters.as_of_date
    group by affiliations.account_id

),

accounts as (

    select
        accounts.*,
        account_members.member_id,
        coalesce(account_flags.is_bot, accounts.is_bot) as is_program,
        coalesce(account_flags.is_internal, accounts.is_internal) as is_colleague,
        account_flags.is_internal as is_internal_by_hand,
        case when accounts.crm_contact_id is not null
            then {{ without_honorific('accounts.display_name') }}
            else trim(accounts.display_name) end as shown_name,
        coalesce(precedence.name_rank, case when accounts.crm_contact_id is not null then 1 else 2 end)
            as name_rank,
        coalesce(precedence.email_rank, 2) as email_rank,
        coalesce(precedence.job_rank, 2) as job_rank,
        employers.company_id as employer_id,
        named_employers.company_id as named_employer_id,
        coalesce(
            named_employers.named_date,
            {{ local_date('accounts.first_seen_at', 'parameters.timezone') }}
        ) as told_date
    from {{ ref('int_accounts') }} as accounts
    inner join {{ ref('account_members') }} as account_members
        on accounts.account_id = account_members.account_id
    left join {{ ref('account_flags') }} as account_flags
        on accounts.account_id = account_flags.account_id
    left join {{ ref('name_precedence') }} as precedence
        on accounts.source = precedence.source
    left join employers on account_members.member_id = employers.member_id
    left join named_employers on accounts.account_id = named_employers.account_id
    cross join {{ ref('stg_run__parameters') }} as parameters

),

-- Addresses and jobs that cannot be the person's own or today's are nobody's.
fit as (

    select
        account_id,
        member_id,
        source,
        source_account_id,
        handle,
        shown_name,
        name_kana,
        email_purpose,
        email_is_verified,
        prefecture,
        first_seen_at,
        has_email_consent,
        is_program,
        is_colleague,
        is_internal_by_hand,
        name_rank,
        email_rank,
        job_rank,
        employer_id,
        named_employer_id,
        told_date,
        case when email_rank < 9 and not {{ is_role_address('email') }} then email end as email,
        case when coalesce(named_employer_id = employer_id, true) then department end
            as department,
        case when coalesce(named_employer_id = employer_id, true) then title end as title,
        {{ is_full_name('shown_name', 'crm_contact_id is not null') }} as has_full_name
    from accounts

)

select
    account_id,
    member_id,
    source,
    source_account_id,
    handle,
    shown_name,
    name_kana,
    email,
    email_purpose,
    department,
    title,
    prefecture,
    first_seen_at,
    employer_id,
    is_program,
    is_colleague,
    is_internal_by_hand,
    has_email_consent,
    row_number() over (
        partition by member_id
        order by
            case when has_full_name then 0 else 1 end,
            name_rank,
            case when email_is_verified then 0 else 1 end,
            first_seen_at desc nulls last,
            account_id
    ) as name_order,
    row_number() over (
        partition by member_id
        order by
            case when email is not null then 0 else 1 end,
            -- an address given to run one event is shown only for want of another
            case when email_purpose = 'event' then 1 else 0 end,
            case when email_is_verified then 0 else 1 end,
            email_rank,
            first_seen_at desc nulls last,
            account_id
    ) as email_order,
    row_number() over (
        partition by member_id
        order by
            case when coalesce(department, title) is not null then 0 else 1 end,
            case when named_employer_id is not null then 0 else 1 end,
            told_date desc nulls last,
            job_rank,
            account_id
    ) as job_order,
    row_number() over (
        partition by member_id
        order by
            case when prefecture is not null then 0 else 1 end,
            job_rank,
            told_date desc nulls last,
            account_id
    ) as place_order
from fit
