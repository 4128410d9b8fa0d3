-- Days on which a member's company had a dated contract, as far as it was known where the
-- member worked. Statuses without dates are left out: they are those of today.
-- grain: member_id, known_since, active_from, active_to
with affiliations as (

    select * from {{ ref('int_member_affiliations') }}

),

contracts as (

    select
        aliases.company_id,
        contracts.start_date,
        coalesce(contracts.end_date, cast('9999-12-31' as date)) as end_date
    from {{ ref('stg_files__contracts') }} as contracts
    inner join {{ ref('int_company_aliases') }} as aliases
        on contracts.company_id = aliases.source_company_id
    where contracts.start_date is not null

)

select distinct
    affiliations.member_id,
    affiliations.known_since,
    greatest(affiliations.valid_from, contracts.start_date) as active_from,
    least(
        coalesce(affiliations.valid_to, cast('9999-12-31' as date)), contracts.end_date
    ) as active_to
from affiliations
inner join contracts on affiliations.company_id = contracts.company_id
where
    greatest(affiliations.valid_from, contracts.start_date)
    <= least(
        coalesce(affiliations.valid_to, cast('9999-12-31' as date)), contracts.end_date
    )
