-- Which of the companies that sources tell of are one: same corporate number (法人番号),
-- else same e-mail domain, else same name without its legal form. Companies of different
-- numbers are never one; a domain or name they share leads nobody to any of them, nor does
-- a name shared by companies of different domains. The smallest id stands for all.
-- grain: source_company_id

with stacked as (

    select * from {{ ref('int_stacked_companies') }}

),

free_mail_domains as (

    select * from {{ ref('free_mail_domains') }}

),

keyed as (

    select
        stacked.*,
        {{ comparable_company('stacked.name') }} as name_key,
        case
            when free_mail_domains.domain is null
                then regexp_replace(lower(stacked.domain), '^www\.', '')
        end as domain_key
    from stacked
    left join free_mail_domains on lower(stacked.domain) = free_mail_domains.domain

),

by_number as (

    select
        *,
        coalesce(
            min(case when corporate_number is not null then company_id end)
                over (partition by corporate_number),
            company_id
        ) as number_company_id
    from keyed

),

by_domain as (

    select
        *,
        case
            when domain_key is null or corporate_number is not null then number_company_id
            when
                min(corporate_number) over (partition by domain_key)
                <> max(corporate_number) over (partition by domain_key)
                then number_company_id
            else coalesce(
                min(case when corporate_number is not null then number_company_id end)
                    over (partition by domain_key),
                min(number_company_id) over (partition by domain_key)
            )
        end as domain_company_id
    from by_number

),

by_name as (

    select
        *,
        case
            when name_key is null then domain_company_id
            when
                min(corporate_number) over (partition by name_key)
                <> max(corporate_number) over (partition by name_key)
                or min(domain_key) over (partition by name_key)
                <> max(domain_key) over (partition by name_key)
                then domain_company_id
            else min(domain_company_id) over (partition by name_key)
        end as name_company_id
    from by_domain

),

-- A company that its name led to another takes along those it stood for.
followed as (

    select
        *,
        min(name_company_id) over (partition by domain_company_id) as resolved_company_id
    from by_name

)

select
    company_id as source_company_id,
    resolved_company_id as company_id,
    source,
    name,
    corporate_number,
    domain_key as domain,
    name_key,
    industry,
    is_customer,
    contract_status,
    products
from followed
