-- Every company once: those sources tell of (CRM before imported files, field by field)
-- and those that are only named by people. Registers fill what is missing: by corporate
-- number, else by a name that one company here and one open company there have, unless
-- its legal form is another or its number another company's here.
-- grain: company_id
with aliases as (

    select
        *,
        source <> 'files' as is_own
    from {{ ref('int_company_aliases') }}

),

told as (

    select
        company_id,
        case when bool_or(is_own) then min(source) filter (where is_own) else 'files' end
            as source,
        {{ own_first('name') }} as name,
        max(corporate_number) as corporate_number,
        {{ own_first('domain') }} as domain,
        {{ own_first('industry') }} as industry,
        bool_or(is_customer) as is_customer,
        {{ own_first('contract_status') }} as contract_status,
        {{ own_first('products') }} as products
    from aliases
    group by company_id

),

only_named as (

    select
        affiliations.company_id,
        max(affiliations.company_name) as name
    from {{ ref('int_account_affiliations') }} as affiliations
    left join told on affiliations.company_id = told.company_id
    where told.company_id is null and affiliations.company_id <> 'none'
    group by affiliations.company_id

),

complete as (

    select
        company_id,
        source,
        name,
        corporate_number,
        domain,
        industry,
        is_customer,
        contract_status,
        products
    from told

    union all

    select
        company_id,
        'named' as source,
        name,
        cast(null as string) as corporate_number,
        cast(null as string) as domain,
        cast(null as string) as industry,
        cast(null as boolean) as is_customer,
        cast(null as string) as contract_status,
        cast(null as string) as products
    from only_named

),

keyed as (

    select
        *,
        {{ comparable_company('name') }} as name_key,
        {{ legal_form('name') }} as legal_form,
        count(*) over (partition by {{ comparable_company('name') }}) as namesakes
    from complete

),

registered as (

    select * from {{ ref('int_registered_companies') }}

),

registered_by_name as (

    select
        name_key,
        min(corporate_number) as corporate_number,
        min({{ legal_form('name') }}) as legal_form
    from registered
    where not is_closed and name_key is not null
    group by name_key
    having
        min(corporate_number) = max(corporate_number)
        and min(corporate_number) not in (
            select complete.corporate_number from complete
            where complete.corporate_number is not null
        )

),

numbered as (

    select
        keyed.*,
        coalesce(keyed.corporate_number, registered_by_name.corporate_number)
            as known_number
    from keyed
    left join registered_by_name
        on
            keyed.name_key = registered_by_name.name_key
            and coalesce(keyed.legal_form = registered_by_name.legal_form, true)
            and keyed.namesakes = 1

)

select
    numbered.company_id,
    numbered.source,
    coalesce(numbered.name, registered.name) as name,
    numbered.known_number as corporate_number,
    numbered.domain,
    coalesce(numbered.industry, registered.industry) as industry,
    numbered.is_customer,
    numbered.contract_status,
    numbered.products
from numbered
left join registered on numbered.known_number = registered.corporate_number
