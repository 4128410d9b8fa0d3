-- Metrics 53, 54 and 55: certificates and what they cost, media mentions and what
-- advertisements like them would, and hires. What a certificate or mention says it cost
-- comes first; a month in which none says anything takes the training or production costs
-- of fct_costs. Months without any are 0 from the first record to the as-of day.
-- grain: metric_id, period_grain, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

costs as (

    select
        cast(date_trunc('month', costs.cost_date) as date) as period_start,
        sum(case when {{ is_training_cost('costs.category') }} then costs.amount_jpy end)
            as training_jpy,
        sum(case when {{ is_production_cost('costs.category') }} then costs.amount_jpy end)
            as production_jpy
    from {{ ref('fct_costs') }} as costs
    cross join parameters
    where costs.cost_date <= parameters.as_of_date
    group by cast(date_trunc('month', costs.cost_date) as date)

),

-- A person earns a certificate once a month, whatever number of lists say so.
certificates as (

    select
        cast(date_trunc('month', earned.earned_date) as date) as period_start,
        earned.holder_id,
        earned.certification,
        coalesce(max(earned.department), 'unknown') as department,
        max(earned.training_cost_jpy) as training_cost_jpy
    from {{ ref('fct_certifications') }} as earned
    cross join parameters
    where earned.earned_date <= parameters.as_of_date
    group by
        cast(date_trunc('month', earned.earned_date) as date),
        earned.holder_id,
        earned.certification

),

mentions as (

    select
        cast(date_trunc('month', mentions.published_date) as date) as period_start,
        mentions.type,
        mentions.unit_price_jpy,
        mentions.production_cost_jpy
    from {{ ref('fct_media_mentions') }} as mentions
    cross join parameters
    where mentions.published_date <= parameters.as_of_date

),

hires as (

    select
        {{ fiscal_quarter_start('hires.hired_date', 'parameters.fiscal_year_start_month') }}
            as period_start,
        hires.is_community_hire
    from {{ ref('fct_hires') }} as hires
    cross join parameters
    where hires.hired_date <= parameters.as_of_date

),

bounds as (

    select
        least(
            (select min(certificates.period_start) from certificates),
            (select min(mentions.period_start) from mentions)
        ) as first_day,
        parameters.as_of_date as last_day
    from parameters

),

days as {{ each_day('bounds', 'bounds.first_day', 'bounds.last_day') }},

months as (

    select distinct cast(date_trunc('month', day) as date) as period_start
    from days

),

certificate_counts as (

    select
        months.period_start,
        'all' as dimension,
        'all' as dimension_value,
        count(certificates.holder_id) as certificate_count,
        count(certificates.training_cost_jpy) as known_count,
        sum(certificates.training_cost_jpy) as training_jpy
    from months
    left join certificates
        on months.period_start = certificates.period_start
    where months.period_start >= (select min(earliest.period_start) from certificates as earliest)
    group by months.period_start

    union all

    select
        period_start,
        'department' as dimension,
        department as dimension_value,
        count(*) as certificate_count,
        count(training_cost_jpy) as known_count,
        sum(training_cost_jpy) as training_jpy
    from certificates
    group by period_start, department

),

mention_counts as (

    select
        months.period_start,
        'all' as dimension,
        'all' as dimension_value,
        count(mentions.type) as mention_count,
        count(mentions.unit_price_jpy) as priced_count,
        sum(mentions.unit_price_jpy) as price_jpy,
        sum(case when mentions.unit_price_jpy is not null then mentions.production_cost_jpy end)
            as production_jpy
    from months
    left join mentions
        on months.period_start = mentions.period_start
    where months.period_start >= (select min(earliest.period_start) from mentions as earliest)
    group by months.period_start

    union all

    select
        period_start,
        'type' as dimension,
        type as dimension_value,
        count(*) as mention_count,
        count(unit_price_jpy) as priced_count,
        sum(unit_price_jpy) as price_jpy,
        sum(case when unit_price_jpy is not null then production_cost_jpy end)
            as production_jpy
    from mentions
    group by period_start, type

),

measured as (

    select
        'certs_earned' as metric_id,
        'month' as period_grain,
        period_start,
        dimension,
        dimension_value,
        cast(certificate_count as double) as numerator,
        cast(null as double) as denominator,
        certificate_count as n,
        cast(1 as double) as coverage
    from certificate_counts

    union all

    select
        'cost_per_cert' as metric_id,
        'month' as period_grain,
        certificate_counts.period_start,
        certificate_counts.dimension,
        certificate_counts.dimension_value,
        cast(
            case
                when certificate_counts.known_count > 0 then certificate_counts.training_jpy
                else costs.training_jpy
            end as double
        ) as numerator,
        cast(
            case
                when certificate_counts.known_count > 0 then certificate_counts.known_count
                else certificate_counts.certificate_count
            end as double
        ) as denominator,
        case
            when certificate_counts.known_count > 0 then certificate_counts.known_count
            else certificate_counts.certificate_count
        end as n,
        case
            when certificate_counts.known_count > 0
                then certificate_counts.known_count
                / cast(certificate_counts.certificate_count as double)
            else 1
        end as coverage
    from certificate_counts
    left join costs
        on
            certificate_counts.period_start = costs.period_start
            and certificate_counts.dimension = 'all'
    where
        certificate_counts.certificate_count > 0
        and (certificate_counts.known_count > 0 or costs.training_jpy is not null)

    union all

    select
        'media_outputs' as metric_id,
        'month' as period_grain,
        period_start,
        dimension,
        dimension_value,
        cast(mention_count as double) as numerator,
        cast(null as double) as denominator,
        mention_count as n,
        cast(1 as double) as coverage
    from mention_counts

    union all

    select
        'ad_value_equivalent' as metric_id,
        'month' as period_grain,
        mention_counts.period_start,
        mention_counts.dimension,
        mention_counts.dimension_value,
        cast(
            mention_counts.price_jpy
            - coalesce(mention_counts.production_jpy, costs.production_jpy, 0) as double
        ) as numerator,
        cast(null as double) as denominator,
        mention_counts.priced_count as n,
        mention_counts.priced_count / cast(mention_counts.mention_count as double)
            as coverage
    from mention_counts
    left join costs
        on
            mention_counts.period_start = costs.period_start
            and mention_counts.dimension = 'all'
    where mention_counts.priced_count > 0

    union all

    select
        'community_hires' as metric_id,
        'quarter' as period_grain,
        period_start,
        'all' as dimension,
        'all' as dimension_value,
        cast(count(*) filter (where is_community_hire) as double) as numerator,
        cast(null as double) as denominator,
        count(*) as n,
        count(is_community_hire) / cast(count(*) as double) as coverage
    from hires
    group by period_start

)

select
    measured.metric_id,
    measured.period_grain,
    measured.period_start,
    case
        when measured.period_grain = 'quarter'
            then {{ fiscal_quarter_end('measured.period_start') }}
        else last_day(measured.period_start)
    end as period_end,
    case
        when measured.period_grain = 'quarter'
            then {{ fiscal_quarter_end('measured.period_start') }}
        else last_day(measured.period_start)
    end <= parameters.as_of_date as is_complete,
    measured.dimension,
    measured.dimension_value,
    case
        when measured.denominator is null then measured.numerator
        else measured.numerator / nullif(measured.denominator, 0)
    end as value,
    measured.numerator,
    measured.denominator,
    measured.n,
    measured.coverage
from measured
cross join parameters
