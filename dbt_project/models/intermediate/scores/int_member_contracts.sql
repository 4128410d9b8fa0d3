-- Periods in which a member worked for a company with an active contract. A company's
-- status carries no dates yet, so today's status holds for the whole affiliation.
-- grain: member_id, valid_from (both days inclusive; 9999-12-31 means still)
with affiliations as (

    select * from {{ ref('int_member_affiliations') }}

),

companies as (

    select company_id
    from {{ ref('int_companies') }}
    where {{ is_active_contract('contract_status') }}

)

select
    affiliations.member_id,
    coalesce(affiliations.valid_from, cast('1990-01-01' as date)) as valid_from,
    coalesce(affiliations.valid_to, cast('9999-12-31' as date)) as valid_to
from affiliations
inner join companies on affiliations.company_id = companies.company_id
