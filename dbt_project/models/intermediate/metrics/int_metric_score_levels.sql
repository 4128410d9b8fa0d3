-- Metrics 20 and 21: mean, median and change of the scores at each of the last 13 month
-- ends, in total, by stage and by working group.
-- grain: metric_id, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

scores as (

    select
        scores.*,
        months.through_date
    from {{ ref('int_metric_scores') }} as scores
    inner join months
        on scores.period_start = months.period_start

),

event_groups as (

    select distinct working_group
    from {{ ref('int_metric_real_events') }}
    where working_group <> ''

),

parts as (

    select
        period_start,
        'all' as dimension,
        'all' as dimension_value,
        event_score,
        share_score
    from scores

    union all

    select
        period_start,
        'stage' as dimension,
        stage as dimension_value,
        event_score,
        share_score
    from scores
    where stage is not null

    union all

    select
        scores.period_start,
        'working_group' as dimension,
        group_members.working_group as dimension_value,
        scores.event_score,
        scores.share_score
    from scores
    inner join {{ ref('int_metric_group_members') }} as group_members
        on
            scores.member_id = group_members.member_id
            and scores.through_date >= group_members.since_date
    inner join event_groups
        on group_members.working_group = event_groups.working_group

),

levels as (

    select
        'event' as category,
        period_start,
        dimension,
        dimension_value,
        sum(event_score) as score_sum,
        median(cast(event_score as double)) as median_score,
        count(*) as member_count
    from parts
    group by period_start, dimension, dimension_value

    union all

    select
        'share' as category,
        period_start,
        dimension,
        dimension_value,
        sum(share_score) as score_sum,
        median(cast(share_score as double)) as median_score,
        count(*) as member_count
    from parts
    group by period_start, dimension, dimension_value

),

means as (

    select
        *,
        cast(score_sum as double) / member_count as mean_score
    from levels

),

compared as (

    select
        this_month.*,
        last_month.mean_score as last_mean_score,
        last_month.member_count as last_member_count
    from means as this_month
    left join means as last_month
        on
            this_month.category = last_month.category
            and this_month.dimension = last_month.dimension
            and this_month.dimension_value = last_month.dimension_value
            and cast(
                date_trunc('month', {{ add_days('this_month.period_start', -1) }}) as date
            ) = last_month.period_start

),

measured as (

    select
        category || '_score_avg' as metric_id,
        period_start,
        dimension,
        dimension_value,
        mean_score as value,
        cast(score_sum as double) as numerator,
        cast(member_count as double) as denominator,
        member_count as n
    from compared

    union all

    select
        category || '_score_med' as metric_id,
        period_start,
        dimension,
        dimension_value,
        median_score as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        member_count as n
    from compared

    union all

    -- The smaller month decides: a change would give the other month's mean away.
    select
        category || '_score_delta' as metric_id,
        period_start,
        dimension,
        dimension_value,
        mean_score - last_mean_score as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        least(member_count, last_member_count) as n
    from compared
    where last_mean_score is not null

)

select
    measured.metric_id,
    months.period_grain,
    measured.period_start,
    months.period_end,
    months.is_complete,
    measured.dimension,
    measured.dimension_value,
    measured.value,
    measured.numerator,
    measured.denominator,
    measured.n,
    case
        when measured.dimension = 'all'
            then measured.n / cast(months.member_count as double)
    end as coverage
from measured
inner join months
    on measured.period_start = months.period_start
