-- Employers of the universal import in the shape of int_account_affiliations: dated rows
-- of `affiliations`, and the company each version of an account row named, from the day
-- the account was first seen (first version) or the day we were told (later ones).
-- grain: account_id, company_name, valid_from, evidence
with affiliations as (

    select * from {{ ref('stg_files__affiliations') }}

),

account_versions as (

    select
        *,
        lag(company_name) over (
            partition by source, account_id
            order by _observed_at, _source_line
        ) as previous_company_name
    from {{ ref('stg_files__accounts_checked') }}
    where not _is_replaced and _reason is null and company_name is not null

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

named_companies as (

    select
        account_versions.source,
        account_versions.account_id,
        account_versions.company_name,
        case
            when account_versions.previous_company_name is null
                then {{ local_date(
                    'coalesce(account_versions.first_seen_at, account_versions._observed_at)',
                    'parameters.timezone'
                ) }}
            else {{ local_date('account_versions._observed_at', 'parameters.timezone') }}
        end as valid_from,
        account_versions._observed_at as known_since
    from account_versions
    cross join parameters
    where account_versions.company_name <> coalesce(account_versions.previous_company_name, '')

)

select
    source || ':' || account_id as account_id,
    company_name,
    cast(null as string) as company_id,
    coalesce(valid_from, cast('1990-01-01' as date)) as valid_from,
    valid_to,
    observed_at as known_since,
    'affiliation' as evidence
from affiliations

union all

select
    source || ':' || account_id as account_id,
    company_name,
    cast(null as string) as company_id,
    valid_from,
    cast(null as date) as valid_to,
    min(known_since) as known_since,
    'account' as evidence
from named_companies
group by source, account_id, company_name, valid_from
