-- By which names people mean which company: those sources tell, and those under which the
-- registers know its number, past ones too.
-- grain: name_key, company_id
with names as (

    select
        name_key,
        legal_form,
        company_id
    from {{ ref('int_company_aliases') }}
    where name_key is not null

    union

    select
        registered.name_key,
        registered.legal_form,
        aliases.company_id
    from {{ ref('int_registered_names') }} as registered
    inner join {{ ref('int_company_aliases') }} as aliases
        on registered.corporate_number = aliases.corporate_number

)

select
    name_key,
    company_id,
    {{ values_known('legal_form') }} as legal_forms
from names
group by name_key, company_id
