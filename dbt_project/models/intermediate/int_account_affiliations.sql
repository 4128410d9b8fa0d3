-- Where the person behind an account worked, as each source says it: statements, not yet
-- one history. The company is found by the source's company id, by the e-mail domain (for
-- the company an account itself names), by the name; a company nobody else tells of is
-- `name:<its name as a key>`. An address at a known company's domain, or at a subdomain of
-- one, is a statement too. Who writes that there is none (フリーランス) works at `none`.
-- grain: account_id, company_id, valid_from, evidence

with aliases as (

    select * from {{ ref('int_company_aliases') }}

),

-- The longest known domain that an address lies in; NULL where it is several companies'.
companies_by_domain as (

    select
        addresses.domain,
        companies.company_id
    from (
        select distinct {{ email_domain('email') }} as domain
        from {{ ref('int_accounts') }}
        where email is not null
    ) as addresses
    cross join {{ enclosing_domains('addresses.domain') }} as enclosing
    inner join (
        select
            domain,
            case when min(company_id) = max(company_id) then min(company_id) end as company_id
        from aliases
        where domain is not null
        group by domain
    ) as companies
        on enclosing.suffix = companies.domain
    qualify row_number() over (partition by addresses.domain order by enclosing.depth) = 1

),

first_activities as (

    select
        account_id,
        min(occurred_at) as first_active_at
    from {{ ref('int_activities') }}
    group by account_id

),

accounts_at_domains as (

    select
        accounts.account_id,
        companies_by_domain.company_id,
        coalesce(accounts.first_seen_at, first_activities.first_active_at) as known_since
    from {{ ref('int_accounts') }} as accounts
    inner join companies_by_domain
        on {{ email_domain('accounts.email') }} = companies_by_domain.domain
    left join first_activities on accounts.account_id = first_activities.account_id
    where companies_by_domain.company_id is not null

),

-- Each name once: many people work at one company.
names as (

    select
        company_name,
        {{ comparable_company('company_name') }} as name_key,
        {{ legal_form('company_name') }} as legal_form
    from (
        select distinct company_name
        from {{ ref('int_stacked_account_affiliations') }}
        where company_name is not null
    ) as stated

),

keyed as (

    select
        stacked.*,
        names.name_key,
        names.legal_form,
        no_companies.name_key is not null as is_none
    from {{ ref('int_stacked_account_affiliations') }} as stacked
    left join names on stacked.company_name = names.company_name
    left join {{ ref('no_companies') }} as no_companies
        on names.name_key = no_companies.name_key

),

-- A name that fits two companies leads to none.
companies_by_name as (

    select
        stated.name_key,
        stated.legal_form,
        case when min(known.company_id) = max(known.company_id) then min(known.company_id) end
            as company_id
    from (select distinct name_key, legal_form from names) as stated
    inner join {{ ref('int_company_names') }} as known
        on
            stated.name_key = known.name_key
            and coalesce(array_contains(known.legal_forms, stated.legal_form), true)
    group by stated.name_key, stated.legal_form

),

-- Companies that only people name are one by their name, unless its legal forms differ or
-- others bear it too.
statements as (

    select
        *,
        'name:' || name_key
        || case
            when
                min(legal_form) over (partition by name_key)
                <> max(legal_form) over (partition by name_key)
                or name_key in (select known.name_key from {{ ref('int_company_names') }} as known)
                then coalesce('/' || legal_form, '')
            else ''
        end as only_named_id
    from keyed

),

named as (

    select
        statements.account_id,
        statements.company_name,
        coalesce(
            aliases.company_id,
            case when statements.is_none then 'none' end,
            case when statements.evidence <> 'affiliation' then accounts_at_domains.company_id end,
            companies_by_name.company_id,
            statements.only_named_id
        ) as company_id,
        statements.valid_from,
        statements.valid_to,
        statements.known_since,
        statements.evidence
    from statements
    left join aliases on statements.company_id = aliases.source_company_id
    left join accounts_at_domains on statements.account_id = accounts_at_domains.account_id
    left join companies_by_name
        on
            statements.name_key = companies_by_name.name_key
            and coalesce(statements.legal_form, '') = coalesce(companies_by_name.legal_form, '')

),

complete as (

    select
        account_id,
        company_name,
        company_id,
        valid_from,
        valid_to,
        known_since,
        evidence
    from named
    where company_id is not null

    union all

    select
        accounts_at_domains.account_id,
        cast(null as string) as company_name,
        accounts_at_domains.company_id,
        coalesce(
            {{ local_date('accounts_at_domains.known_since', 'parameters.timezone') }},
            cast('1990-01-01' as date)
        ) as valid_from,
        cast(null as date) as valid_to,
        accounts_at_domains.known_since,
        'email_domain' as evidence
    from accounts_at_domains
    cross join {{ ref('stg_run__parameters') }} as parameters

)

select
    account_id,
    max(company_name) as company_name,
    company_id,
    valid_from,
    max(valid_to) as valid_to,
    min(known_since) as known_since,
    evidence
from complete
group by account_id, company_id, valid_from, evidence
