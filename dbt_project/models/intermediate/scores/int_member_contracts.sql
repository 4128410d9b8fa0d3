-- Periods in which a member worked for a company with an active contract: the days of the
-- contracts that lists name; where only a company's status says that it has one, without
-- any day, it holds for the whole affiliation (fct_contracts has it since ever).
-- Contracts of one company that meet or overlap are one period.
-- grain: member_id, valid_from (both days inclusive; 9999-12-31 means still)
with contracts as (

    select
        company_id,
        active_from,
        coalesce(active_to, cast('9999-12-31' as date)) as active_to
    from {{ ref('fct_contracts') }}
    where company_id is not null and active_from is not null

),

numbered as (

    select
        *,
        coalesce(
            {{ add_days('active_from', -1) }} > max(active_to) over (
                partition by company_id order by active_from, active_to
                rows between unbounded preceding and 1 preceding
            ),
            true
        ) as is_start
    from contracts

),

grouped as (

    select
        *,
        count(*) filter (where is_start) over (
            partition by company_id order by active_from, active_to
            rows between unbounded preceding and current row
        ) as period
    from numbered

),

periods as (

    select
        company_id,
        min(active_from) as active_from,
        max(active_to) as active_to
    from grouped
    group by company_id, period

)

select
    affiliations.member_id,
    greatest(
        coalesce(affiliations.valid_from, cast('1990-01-01' as date)), periods.active_from
    ) as valid_from,
    least(
        coalesce(affiliations.valid_to, cast('9999-12-31' as date)), periods.active_to
    ) as valid_to
from {{ ref('int_member_affiliations') }} as affiliations
inner join periods
    on
        affiliations.company_id = periods.company_id
        and coalesce(affiliations.valid_from, cast('1990-01-01' as date)) <= periods.active_to
        and coalesce(affiliations.valid_to, cast('9999-12-31' as date)) >= periods.active_from
