-- Companies that people answered when they registered, in the shape of
-- int_account_affiliations: each from the day of the first answer that names it.
-- grain: account_id, company_name, valid_from, evidence
with answers as (

    select
        participants.account_id,
        participants.company_name,
        coalesce(participants.registered_at, participants.observed_at) as answered_at,
        participants.reception_no
    from {{ ref('stg_connpass__participants') }} as participants
    where participants.company_name is not null and not participants.is_withdrawn

),

compared as (

    select
        *,
        lag(company_name) over (
            partition by account_id
            order by answered_at, reception_no
        ) as previous_company_name
    from answers

)

select
    'connpass:' || compared.account_id as account_id,
    compared.company_name,
    cast(null as string) as company_id,
    {{ local_date('compared.answered_at', 'parameters.timezone') }} as valid_from,
    cast(null as date) as valid_to,
    min(compared.answered_at) as known_since,
    'account' as evidence
from compared
cross join {{ ref('stg_run__parameters') }} as parameters
where compared.company_name <> coalesce(compared.previous_company_name, '')
group by 1, 2, 4
