-- Where the person behind an account worked, as each source says it: statements, not yet
-- one history. The company is found by the source's company id, by the e-mail domain (for
-- the company an account itself names), by the name; a company nobody else tells of is
-- `name:<its name as a key>`. An address at a known company's domain is a statement too.
-- grain: account_id, company_id, valid_from, evidence

with stacked as (

    select * from {{ ref('int_stacked_account_affiliations') }}

),

aliases as (

    select * from {{ ref('int_company_aliases') }}

),

companies_by_domain as (

    select
        domain,
        min(company_id) as company_id
    from aliases
    where domain is not null
    group by domain
    having min(company_id) = max(company_id)

),

companies_by_name as (

    select
        name_key,
        min(company_id) as company_id
    from aliases
    where name_key is not null
    group by name_key
    having min(company_id) = max(company_id)

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

),

named as (

    select
        stacked.account_id,
        stacked.company_name,
        coalesce(
            aliases.company_id,
            case when stacked.evidence <> 'affiliation' then accounts_at_domains.company_id end,
            companies_by_name.company_id,
            'name:' || {{ comparable_company('stacked.company_name') }}
        ) as company_id,
        stacked.valid_from,
        stacked.valid_to,
        stacked.known_since,
        stacked.evidence
    from stacked
    left join aliases on stacked.company_id = aliases.source_company_id
    left join accounts_at_domains on stacked.account_id = accounts_at_domains.account_id
    left join companies_by_name
        on {{ comparable_company('stacked.company_name') }} = companies_by_name.name_key

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
