-- Metrics 3, 46, 47 and 48: contract companies and their members at each of the last 13
-- month ends. A company with two products counts once in the total and once in each.
-- grain: metric_id, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_periods') }}
    where period_grain = 'month' and is_recent

),

company_members as (

    select * from {{ ref('int_metric_company_members') }}

),

running as (

    select
        months.period_start,
        contracts.company_id,
        coalesce(contracts.product, 'unknown') as product,
        contracts.licences,
        contracts.is_cloud,
        case when contracts.is_cloud is not null then contracts.annual_amount_jpy end
            as annual_amount_jpy
    from months
    inner join {{ ref('fct_contracts') }} as contracts
        on {{ is_contract_active(
            'contracts.active_from', 'contracts.active_to', 'months.through_date'
        ) }}
    where contracts.company_id is not null

),

contract_companies as (

    select
        running.period_start,
        running.company_id,
        max(running.licences) as licences,
        count(*) as contract_count,
        count(running.annual_amount_jpy) as known_contract_count,
        sum(running.annual_amount_jpy) as annual_amount_jpy,
        sum(case when running.is_cloud then running.annual_amount_jpy else 0 end)
            as cloud_amount_jpy
    from running
    group by running.period_start, running.company_id

),

-- Companies under contract, in total and by product.
segments as (

    select
        period_start,
        company_id,
        'all' as dimension,
        'all' as dimension_value
    from contract_companies

    union all

    select distinct
        period_start,
        company_id,
        'product' as dimension,
        product as dimension_value
    from running

),

-- Where members work is known of a part of them only.
seen as (

    select
        period_start,
        sum(case when company_id is not null then member_count else 0 end)
        / cast(nullif(sum(member_count), 0) as double) as coverage
    from company_members
    group by period_start

),

registered as (

    select
        'contract_user_registration_rate' as metric_id,
        segments.period_start,
        segments.dimension,
        segments.dimension_value,
        sum(company_members.registered_contact_count) as numerator,
        sum(company_members.contact_count) as denominator,
        sum(company_members.contact_count) as n,
        sum(company_members.registered_contact_count)
        / cast(nullif(sum(company_members.member_count), 0) as double) as coverage
    from segments
    inner join company_members
        on
            segments.period_start = company_members.period_start
            and segments.company_id = company_members.company_id
    group by segments.period_start, segments.dimension, segments.dimension_value

),

amounts as (

    select
        contract_companies.*,
        coalesce(company_members.member_count, 0) > 0 as has_members
    from contract_companies
    left join company_members
        on
            contract_companies.period_start = company_members.period_start
            and contract_companies.company_id = company_members.company_id

),

cloud as (

    select
        'cloud_revenue_share' as metric_id,
        period_start,
        'all' as dimension,
        'all' as dimension_value,
        sum(cloud_amount_jpy) as numerator,
        sum(annual_amount_jpy) as denominator,
        count(annual_amount_jpy) as n,
        sum(known_contract_count) / cast(sum(contract_count) as double) as coverage
    from amounts
    where has_members
    group by period_start

    union all

    select
        'cloud_revenue_share' as metric_id,
        period_start,
        'segment' as dimension,
        'all_companies' as dimension_value,
        sum(cloud_amount_jpy) as numerator,
        sum(annual_amount_jpy) as denominator,
        count(annual_amount_jpy) as n,
        sum(known_contract_count) / cast(sum(contract_count) as double) as coverage
    from amounts
    group by period_start

),

-- Seats are never fewer than the people we know.
staffed as (

    select
        company_members.period_start,
        company_members.company_id,
        company_members.member_count,
        company_members.active_member_count,
        greatest(
            coalesce(contract_companies.licences, 0), company_members.member_count
        ) as seat_count
    from company_members
    left join contract_companies
        on
            company_members.period_start = contract_companies.period_start
            and company_members.company_id = contract_companies.company_id
    where company_members.company_id is not null and company_members.member_count > 0

),

seats as (

    select
        'seats_per_company' as metric_id,
        period_start,
        'all' as dimension,
        'all' as dimension_value,
        sum(active_member_count) as numerator,
        sum(seat_count) as denominator,
        sum(member_count) as n
    from staffed
    group by period_start

    union all

    -- Of the last month only, and not of companies that only people name.
    select
        'seats_per_company' as metric_id,
        period_start,
        'company' as dimension,
        company_id as dimension_value,
        active_member_count as numerator,
        seat_count as denominator,
        member_count as n
    from staffed
    where
        period_start = (select max(months.period_start) from months)
        and company_id not like 'name:%'

),

champions as (

    select
        'champion_gap' as metric_id,
        contract_companies.period_start,
        'all' as dimension,
        'all' as dimension_value,
        sum(case when coalesce(company_members.champion_count, 0) = 0 then 1 else 0 end)
            as numerator,
        count(*) as denominator,
        count(*) as n
    from contract_companies
    left join company_members
        on
            contract_companies.period_start = company_members.period_start
            and contract_companies.company_id = company_members.company_id
    group by contract_companies.period_start

),

combined as (

    select * from registered
    union all
    select * from cloud
    union all
    select
        seats.metric_id,
        seats.period_start,
        seats.dimension,
        seats.dimension_value,
        seats.numerator,
        seats.denominator,
        seats.n,
        case when seats.dimension = 'all' then seen.coverage end as coverage
    from seats
    left join seen
        on seats.period_start = seen.period_start
    union all
    select
        champions.metric_id,
        champions.period_start,
        champions.dimension,
        champions.dimension_value,
        champions.numerator,
        champions.denominator,
        champions.n,
        seen.coverage
    from champions
    left join seen
        on champions.period_start = seen.period_start

)

select
    combined.metric_id,
    'month' as period_grain,
    combined.period_start,
    months.period_end,
    months.is_complete,
    combined.dimension,
    combined.dimension_value,
    combined.numerator / cast(nullif(combined.denominator, 0) as double) as value,
    cast(combined.numerator as double) as numerator,
    cast(combined.denominator as double) as denominator,
    cast(combined.n as bigint) as n,
    combined.coverage
from combined
inner join months
    on combined.period_start = months.period_start
where combined.n > 0
