-- What sources tell of companies, with what they can be recognised by. A domain that many
-- share is none; a department's own one (eng.abc.example) is its company's where a company
-- of the same name has that.
-- grain: company_id (the source's)
{{ config(materialized='view') }}

with stacked as (

    select
        *,
        {{ corporate_number('corporate_number') }} as checked_number,
        {{ host_of('domain') }} as host,
        {{ comparable_company('name') }} as name_key,
        {{ legal_form('name') }} as legal_form
    from {{ ref('int_stacked_companies') }}

),

hosts as (

    select
        stacked.host,
        stacked.name_key,
        enclosing.suffix,
        enclosing.depth
    from (select distinct host, name_key from stacked where host is not null) as stacked
    cross join {{ enclosing_domains('stacked.host') }} as enclosing

),

shared_hosts as (

    select distinct hosts.host
    from hosts
    inner join {{ ref('shared_domains') }} as shared_domains
        on hosts.suffix = shared_domains.domain
    where shared_domains.kind <> 'suffix' or hosts.depth = 0

),

departments as (

    select
        hosts.host,
        hosts.name_key,
        max_by(hosts.suffix, hosts.depth) as company_host
    from hosts
    inner join stacked
        on hosts.suffix = stacked.host and hosts.name_key = stacked.name_key
    left join shared_hosts on hosts.suffix = shared_hosts.host
    where shared_hosts.host is null
    group by hosts.host, hosts.name_key

)

select
    stacked.company_id,
    stacked.source,
    stacked.name,
    stacked.checked_number as corporate_number,
    case when shared_hosts.host is null
        then coalesce(departments.company_host, stacked.host) end as domain,
    stacked.name_key,
    stacked.legal_form,
    coalesce(stacked.prefecture, registered.prefecture) as prefecture,
    stacked.industry,
    stacked.is_customer,
    stacked.contract_status,
    stacked.products
from stacked
left join shared_hosts on stacked.host = shared_hosts.host
left join departments
    on stacked.host = departments.host and stacked.name_key = departments.name_key
left join {{ ref('int_registered_companies') }} as registered
    on stacked.checked_number = registered.corporate_number
