-- Metric 38: questions that another member answered within 7 days (168 hours), and the
-- median hours until the first of those replies. A question whose 7 days are not over
-- leaves both parts and lowers the coverage of its month.
-- grain: metric_id, period_start
{{ config(materialized='view') }}

with questions as (

    select
        cast(date_trunc('month', questions.local_date) as date) as period_start,
        {{ add_days('questions.local_date', 7) }} <= parameters.as_of_date as is_over,
        coalesce(
            questions.first_reply_at <= questions.occurred_at + interval 168 hour, false
        ) as is_answered,
        {{ minutes_between('questions.occurred_at', 'questions.first_reply_at') }} / 60.0
            as reply_hours
    from {{ ref('int_metric_questions') }} as questions
    cross join {{ ref('stg_run__parameters') }} as parameters

),

counted as (

    select
        period_start,
        count(*) filter (where is_over) as question_count,
        count(*) filter (where is_over and is_answered) as answered_count,
        median(reply_hours) filter (where is_over and is_answered) as median_hours,
        count(*) filter (where is_over) / cast(count(*) as double) as coverage
    from questions
    group by period_start

),

measured as (

    select
        'answered_rate' as metric_id,
        period_start,
        answered_count / cast(question_count as double) as value,
        cast(answered_count as double) as numerator,
        cast(question_count as double) as denominator,
        question_count as n,
        coverage
    from counted
    where question_count > 0

    union all

    select
        'median_first_reply_h' as metric_id,
        period_start,
        median_hours as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        answered_count as n,
        answered_count / cast(question_count as double) as coverage
    from counted
    where answered_count > 0

)

select
    measured.metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    measured.value,
    measured.numerator,
    measured.denominator,
    measured.n,
    measured.coverage
from measured
inner join {{ ref('int_metric_periods') }} as months
    on
        measured.period_start = months.period_start
        and months.period_grain = 'month'
