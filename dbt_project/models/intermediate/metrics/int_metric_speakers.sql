-- Metrics 33 and 34: speakers of each fiscal quarter and how many of them spoke for the
-- first time; the share of the talks of four quarters that their five busiest speakers
-- gave. Coverage: share of the events held whose speakers are known.
-- grain: metric_id, period_start
{{ config(materialized='view') }}

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

quarters as (

    select distinct
        {{ fiscal_quarter_start('months.period_start', 'parameters.fiscal_year_start_month') }}
            as period_start,
        parameters.as_of_date
    from {{ ref('int_metric_periods') }} as months
    cross join parameters
    where months.period_grain = 'month'

),

windows as (

    select
        'new_speaker_rate' as measured,
        period_start,
        as_of_date,
        period_start as from_date,
        {{ fiscal_quarter_end('period_start') }} as period_end
    from quarters

    union all

    select
        'speaker_concentration' as measured,
        period_start,
        as_of_date,
        cast(period_start - to_months(9) as date) as from_date,
        {{ fiscal_quarter_end('period_start') }} as period_end
    from quarters

),

talks as (

    select
        member_id,
        occasion,
        local_date,
        min(local_date) over (partition by member_id) as first_date
    from {{ ref('int_metric_talks') }}

),

-- A quarter's talks per person first: four quarters are four such rows.
talks_per_quarter as (

    select
        {{ fiscal_quarter_start('talks.local_date', 'parameters.fiscal_year_start_month') }}
            as quarter_start,
        talks.member_id,
        min(talks.first_date) as first_date,
        count(*) as talk_count
    from talks
    cross join parameters
    group by quarter_start, talks.member_id

),

speakers as (

    select
        windows.measured,
        windows.period_start,
        talks_per_quarter.member_id,
        min(talks_per_quarter.first_date) >= windows.from_date as is_new,
        sum(talks_per_quarter.talk_count) as talk_count
    from windows
    inner join talks_per_quarter
        on
            windows.from_date <= talks_per_quarter.quarter_start
            and windows.period_start >= talks_per_quarter.quarter_start
    group by
        windows.measured,
        windows.period_start,
        windows.from_date,
        talks_per_quarter.member_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by measured, period_start
            order by talk_count desc, member_id
        ) as talk_rank
    from speakers

),

counted as (

    select
        measured,
        period_start,
        count(*) as speaker_count,
        count(*) filter (where is_new) as new_count,
        sum(talk_count) as talk_count,
        sum(case when talk_rank <= 5 then talk_count else 0 end) as top_talk_count
    from ranked
    group by measured, period_start

),

events_with_speakers as (

    select distinct real_events.real_event_id
    from {{ ref('int_member_activities') }} as activities
    inner join {{ ref('int_metric_real_events') }} as real_events
        on activities.event_id = real_events.event_id
    where activities.activity_type in ('speak', 'lightning_talk')

),

held_events as (

    select distinct
        real_events.real_event_id,
        real_events.local_date,
        events_with_speakers.real_event_id is not null as has_speakers
    from {{ ref('int_metric_real_events') }} as real_events
    left join events_with_speakers
        on real_events.real_event_id = events_with_speakers.real_event_id
    where real_events.is_held

),

coverages as (

    select
        windows.measured,
        windows.period_start,
        count(*) filter (where held_events.has_speakers) / cast(count(*) as double)
            as coverage
    from windows
    inner join held_events
        on
            windows.from_date <= held_events.local_date
            and windows.period_end >= held_events.local_date
    group by windows.measured, windows.period_start

),

measured as (

    -- a quarter without any is a zero from the first talk on
    select
        'speakers' as metric_id,
        windows.measured,
        windows.period_start,
        coalesce(counted.speaker_count, 0) as numerator,
        cast(null as bigint) as denominator,
        coalesce(counted.speaker_count, 0) as n
    from windows
    left join counted
        on
            windows.measured = counted.measured
            and windows.period_start = counted.period_start
    where
        windows.measured = 'new_speaker_rate'
        and windows.period_start
        >= (select min(first_quarters.quarter_start) from talks_per_quarter as first_quarters)

    union all

    select
        'new_speaker_rate' as metric_id,
        measured,
        period_start,
        new_count as numerator,
        speaker_count as denominator,
        speaker_count as n
    from counted
    where measured = 'new_speaker_rate'

    union all

    select
        'speaker_concentration' as metric_id,
        measured,
        period_start,
        top_talk_count as numerator,
        talk_count as denominator,
        speaker_count as n
    from counted
    where measured = 'speaker_concentration'

)

select
    measured.metric_id,
    'quarter' as period_grain,
    measured.period_start,
    windows.period_end,
    windows.period_end <= windows.as_of_date as is_complete,
    'all' as dimension,
    'all' as dimension_value,
    measured.numerator / coalesce(cast(measured.denominator as double), 1) as value,
    cast(measured.numerator as double) as numerator,
    cast(measured.denominator as double) as denominator,
    measured.n,
    coverages.coverage
from measured
inner join windows
    on
        measured.measured = windows.measured
        and measured.period_start = windows.period_start
left join coverages
    on
        measured.measured = coverages.measured
        and measured.period_start = coverages.period_start
