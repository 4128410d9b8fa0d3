-- The mark by which a company that some source tells of is known: `number:<法人番号>`, its own
-- or that of the only numbered company with its domain; else `domain:<its domain>`, and
-- where its name leads to a numbered company without another domain, that number; else
-- `row:<its id>`. Companies of different numbers never have one mark.
-- grain: company_id (the source's)
with keyed as (

    select * from {{ ref('int_company_keys') }}

),

domains as (

    select
        domain,
        min(corporate_number) as corporate_number,
        count(distinct corporate_number) as number_count
    from keyed
    where domain is not null
    group by domain

),

marked as (

    select
        keyed.*,
        case
            when keyed.corporate_number is not null then 'number:' || keyed.corporate_number
            when domains.number_count = 1 then 'number:' || domains.corporate_number
            when domains.number_count = 0 then 'domain:' || domains.domain
            else 'row:' || keyed.company_id
        end as mark
    from keyed
    left join domains on keyed.domain = domains.domain

),

bearers as (

    {{ bearers_of_names('marked') }}

),

by_name as (

    {{ marks_meant('bearers', 'domain', "'number'") }}

)

select
    marked.company_id,
    marked.source,
    marked.name,
    marked.corporate_number,
    marked.domain,
    marked.name_key,
    marked.legal_form,
    marked.prefecture,
    marked.industry,
    marked.is_customer,
    marked.contract_status,
    marked.products,
    coalesce(by_name.meant, marked.mark) as mark
from marked
left join by_name on marked.mark = by_name.mark
