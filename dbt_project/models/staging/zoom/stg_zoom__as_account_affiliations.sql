-- Companies that registrants filled in, in the shape of int_account_affiliations: each from
-- the day of the first registration that names it.
-- grain: account_id, company_name, valid_from, evidence
with compared as (

    select
        *,
        lag(company_name) over (
            partition by email
            order by registered_at, meeting_number, registrant_id
        ) as previous_company_name
    from {{ ref('stg_zoom__registrants') }}
    where company_name is not null and registered_at is not null

)

select
    'zoom:' || compared.email as account_id,
    compared.company_name,
    cast(null as string) as company_id,
    {{ local_date('compared.registered_at', 'parameters.timezone') }} as valid_from,
    cast(null as date) as valid_to,
    min(compared.registered_at) as known_since,
    'account' as evidence
from compared
cross join {{ ref('stg_run__parameters') }} as parameters
where compared.company_name <> coalesce(compared.previous_company_name, '')
group by 1, 2, 4
