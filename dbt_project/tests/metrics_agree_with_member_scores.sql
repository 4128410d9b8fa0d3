-- The running month of metrics 8, 20 and 21 is the mean of what member_scores says of each
-- person on the as-of day: two ways to the same number.
with members as (

    select member_scores.*
    from {{ ref('member_scores') }} as member_scores
    where not member_scores.is_internal and not member_scores.is_bot

),

expected as (

    select
        'event_participation_rate' as metric_id,
        count(event_participation_rate) as n,
        avg(event_participation_rate) as value
    from members
    union all
    select
        'event_score_avg' as metric_id,
        count(*) as n,
        avg(cast(event_score as double)) as value
    from members
    where {{ days_between('last_active_date', 'as_of_date') }} <= 365
    union all
    select
        'share_score_avg' as metric_id,
        count(*) as n,
        avg(cast(share_score as double)) as value
    from members
    where {{ days_between('last_active_date', 'as_of_date') }} <= 365

)

select
    expected.*,
    int_metric_values.n as metric_n,
    int_metric_values.value as metric_value
from expected
cross join {{ ref('stg_run__parameters') }} as parameters
left join {{ ref('int_metric_values') }} as int_metric_values
    on
        expected.metric_id = int_metric_values.metric_id
        and int_metric_values.period_grain = 'month'
        and int_metric_values.dimension = 'all'
        and int_metric_values.period_start
        = cast(date_trunc('month', parameters.as_of_date) as date)
where
    expected.n > 0
    and not coalesce(
        expected.n = int_metric_values.n
        and abs(expected.value - int_metric_values.value) < 0.000000001,
        false
    )
