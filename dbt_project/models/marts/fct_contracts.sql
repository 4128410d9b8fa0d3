-- Contracts: those that lists name, and one per company and product where a source only
-- says that the company has a contract. A contract runs from its first to its last day;
-- without a first day since ever, without a last one still. It never ran when it is said
-- to be to come, or ended while nobody says when.
-- grain: contract_id
with listed as (

    select * from {{ ref('stg_files__contracts') }}

),

aliases as (

    select
        source_company_id,
        company_id
    from {{ ref('int_company_aliases') }}

),

contracts as (

    select
        listed.contract_id,
        listed.connector as source,
        aliases.company_id,
        listed.product,
        listed.is_cloud,
        listed.start_date,
        listed.end_date,
        listed.annual_amount,
        listed.currency,
        {{ yen_of('listed.annual_amount', 'listed.currency') }} as annual_amount_jpy,
        listed.licences,
        listed.status,
        'contract' as evidence,
        case
            when {{ is_contract_to_come('listed.status') }} then null
            when
                listed.end_date is null
                and not coalesce({{ is_active_contract('listed.status') }}, true)
                then null
            else coalesce(listed.start_date, cast('1990-01-01' as date))
        end as active_from,
        listed.end_date as active_to
    from listed
    left join aliases on listed.company_id = aliases.source_company_id

),

-- What a company's status says of it, where no list says more.
stated as (

    select
        companies.company_id,
        companies.source,
        companies.contract_status as status,
        nullif(products.part, '') as product
    from {{ ref('int_companies') }} as companies
    cross join
        {{ split_to_rows("translate(coalesce(companies.products, ''), ',、', ';;')", ';') }}
        as products
    where
        {{ is_active_contract('companies.contract_status') }}
        and companies.company_id not in (
            select contracts.company_id from contracts where contracts.company_id is not null
        )

),

stated_once as (

    select distinct
        company_id,
        source,
        status,
        product
    from stated

),

complete as (

    select
        contract_id,
        source,
        company_id,
        product,
        is_cloud,
        start_date,
        end_date,
        annual_amount,
        currency,
        annual_amount_jpy,
        licences,
        status,
        evidence,
        active_from,
        active_to
    from contracts

    union all

    select
        company_id || '/' || coalesce(product, '') as contract_id,
        source,
        company_id,
        product,
        cast(null as boolean) as is_cloud,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(null as decimal(18, 2)) as annual_amount,
        'JPY' as currency,
        cast(null as decimal(18, 2)) as annual_amount_jpy,
        cast(null as bigint) as licences,
        status,
        'company_status' as evidence,
        cast('1990-01-01' as date) as active_from,
        cast(null as date) as active_to
    from stated_once

)

select
    complete.contract_id,
    complete.source,
    complete.company_id,
    complete.product,
    complete.is_cloud,
    complete.start_date,
    complete.end_date,
    complete.annual_amount,
    complete.currency,
    complete.annual_amount_jpy,
    complete.licences,
    complete.status,
    complete.evidence,
    complete.active_from,
    case when complete.active_from is not null then complete.active_to end as active_to,
    coalesce(
        {{ is_contract_active(
            'complete.active_from', 'complete.active_to', 'parameters.as_of_date'
        ) }},
        false
    ) as is_active
from complete
cross join {{ ref('stg_run__parameters') }} as parameters
