-- Every person once, with the fields that survive of their accounts (int_member_accounts
-- has the order, docs/members.md the reasons). Employer: the one of the as-of day. People
-- of the organiser are known by a source, by hand, by an address at the organiser's domain
-- or as employed there (TSUNAGARI_INTERNAL_COMPANIES).
-- grain: member_id
with accounts as (

    select * from {{ ref('int_member_accounts') }}

),

own_companies as (

    select distinct
        lower(parts.part) as part,
        regexp_matches(parts.part, '^[0-9]{13}$') as is_number
    from {{ ref('stg_run__parameters') }} as parameters
    cross join {{ split_to_rows('parameters.internal_companies', ',') }} as parts
    where
        parts.part <> ''
        and lower(parts.part) not in (
            select shared.domain from {{ ref('shared_domains') }} as shared
        )

),

own_employers as (

    select distinct companies.company_id
    from {{ ref('int_companies') }} as companies
    inner join own_companies
        on
            companies.corporate_number = own_companies.part
            or companies.domain = own_companies.part

),

own_addresses as (

    select distinct accounts.account_id
    from {{ ref('int_accounts') }} as accounts
    inner join own_companies
        on
            not own_companies.is_number
            and '.' || {{ email_domain('accounts.email') }} like '%.' || own_companies.part
    where accounts.email is not null

),

-- A job is told by one account; another one fills a gap in it, if it tells no other job.
jobs as (

    select
        member_id,
        title,
        department
    from accounts
    where job_order = 1

),

survivors as (

    select
        accounts.member_id,
        coalesce(
            min_by(accounts.shown_name, accounts.name_order)
                filter (where accounts.shown_name is not null),
            min_by(accounts.handle, accounts.name_order)
                filter (where accounts.handle is not null),
            -- some ids are addresses
            split_part(min_by(accounts.source_account_id, accounts.name_order), '@', 1)
        ) as display_name,
        min_by(accounts.name_kana, accounts.name_order)
            filter (where accounts.name_kana is not null) as name_kana,
        max(accounts.email) filter (where accounts.email_order = 1) as primary_email,
        max(case when accounts.email is not null then coalesce(accounts.email_purpose, 'any') end)
            filter (where accounts.email_order = 1) as primary_email_purpose,
        min_by(accounts.department, accounts.job_order) filter (
            where accounts.department is not null
            and coalesce(accounts.title = jobs.title, true)
        ) as department,
        min_by(accounts.title, accounts.job_order) filter (
            where accounts.title is not null
            and coalesce(accounts.department = jobs.department, true)
        ) as title,
        max(accounts.prefecture) filter (where accounts.place_order = 1) as prefecture,
        min(accounts.employer_id) as company_id,
        bool_or(accounts.is_colleague)
        or (
            coalesce(bool_and(accounts.is_internal_by_hand), true)
            and (
                bool_or(own_addresses.account_id is not null)
                or bool_or(own_employers.company_id is not null)
            )
        ) as is_internal,
        bool_or(accounts.is_program) as is_bot,
        -- one refusal outweighs every consent
        bool_and(accounts.has_email_consent) as has_email_consent,
        min(accounts.first_seen_at) as first_seen_at,
        count(*) as account_count,
        {{ sorted_list('accounts.source') }} as sources
    from accounts
    inner join jobs on accounts.member_id = jobs.member_id
    left join own_addresses on accounts.account_id = own_addresses.account_id
    left join own_employers on accounts.employer_id = own_employers.company_id
    group by accounts.member_id

)

select
    member_id,
    display_name,
    name_kana,
    primary_email,
    company_id,
    department,
    title,
    prefecture,
    is_internal,
    is_bot,
    has_email_consent,
    primary_email_purpose,
    first_seen_at,
    account_count,
    sources
from survivors
