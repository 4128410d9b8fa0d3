-- Metrics 41, 42, 49 and 50: per real event and summed over the events of each month, of
-- surveys over each fiscal quarter. What is not known of an event leaves both parts of the
-- ratio and lowers the coverage. A person counts once per event: of several questions of
-- one kind the mean is taken.
-- grain: metric_id, period_grain, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

listings as (

    select * from {{ ref('int_metric_whole_events') }}

),

events as (

    select distinct
        listings.real_event_id,
        listings.local_date,
        listings.is_attendance_taken,
        listings.attendance_count,
        listings.attendance_target,
        listings.cost_jpy,
        {{ add_days('listings.local_date', 14) }} as follow_up_through_date,
        {{ fiscal_quarter_start('listings.local_date', 'parameters.fiscal_year_start_month') }}
            as quarter_start,
        parameters.as_of_date
    from listings
    cross join parameters
    where listings.is_held

),

attendees as (

    select distinct
        registrations.event_group_id as real_event_id,
        registrations.member_id
    from {{ ref('int_metric_registrations') }} as registrations
    where registrations.has_attended

),

attendee_counts as (

    select
        real_event_id,
        count(*) as attendee_count
    from attendees
    group by real_event_id

),

followed_up_counts as (

    select
        events.real_event_id,
        count(distinct attendees.member_id) as followed_up_count
    from events
    inner join attendees
        on events.real_event_id = attendees.real_event_id
    inner join {{ ref('int_follow_ups') }} as follow_ups
        on attendees.member_id = follow_ups.member_id
    where
        follow_ups.follow_up_date between events.local_date and events.follow_up_through_date
        and coalesce(follow_ups.real_event_id, events.real_event_id) = events.real_event_id
    group by events.real_event_id

),

-- An answer belongs to the day of its event, else to the day it was sent.
answers as (

    select
        responses.source,
        responses.survey_id,
        coalesce(listings.real_event_id, responses.event_id) as real_event_id,
        coalesce(responses.member_id, responses.response_id) as respondent_id,
        responses.nps,
        responses.csat,
        case
            when listings.event_id is null then responses.local_date
            when listings.is_held then listings.local_date
        end as day
    from {{ ref('fct_survey_responses') }} as responses
    cross join parameters
    left join listings
        on responses.event_id = listings.event_id
    where
        responses.answer is not null
        and not responses.is_internal
        and coalesce(responses.local_date <= parameters.as_of_date, true)

),

respondents as (

    select
        real_event_id,
        respondent_id,
        avg(cast(nps as double)) as nps,
        avg(cast(csat as double)) as csat,
        max(day) as day
    from answers
    where day is not null
    group by
        real_event_id,
        respondent_id,
        case when real_event_id is null then source || '/' || coalesce(survey_id, '') end

),

respondents_dated as (

    select
        respondents.*,
        events.attendance_count,
        events.real_event_id is not null as is_of_event,
        {{ fiscal_quarter_start('respondents.day', 'parameters.fiscal_year_start_month') }}
            as quarter_start
    from respondents
    cross join parameters
    left join events
        on respondents.real_event_id = events.real_event_id

),

respondent_counts as (

    select
        real_event_id,
        count(*) as respondent_count
    from respondents
    group by real_event_id

),

voices as (

    select
        'nps' as metric_id,
        real_event_id,
        is_of_event,
        attendance_count,
        day,
        quarter_start,
        case when nps >= 9 then 1 when nps <= 6 then -1 else 0 end as voice
    from respondents_dated
    where nps is not null

    union all

    select
        'csat' as metric_id,
        real_event_id,
        is_of_event,
        attendance_count,
        day,
        quarter_start,
        case when csat >= 4 then 1 else 0 end as voice
    from respondents_dated
    where csat is not null

),

quarter_attendances as (

    select
        quarter_start,
        sum(attendance_count) as attendance_count
    from events
    group by quarter_start

),

voices_per_event as (

    select
        metric_id,
        'event' as period_grain,
        day as period_start,
        day as period_end,
        'event' as dimension,
        real_event_id as dimension_value,
        sum(voice) as numerator,
        count(*) as denominator,
        count(*) as n,
        least(1, count(*) / cast(nullif(max(attendance_count), 0) as double)) as coverage
    from voices
    where is_of_event
    group by metric_id, real_event_id, day

),

voices_per_quarter as (

    select
        voices.metric_id,
        'quarter' as period_grain,
        voices.quarter_start as period_start,
        {{ fiscal_quarter_end('voices.quarter_start') }} as period_end,
        'all' as dimension,
        'all' as dimension_value,
        sum(voices.voice) as numerator,
        count(*) as denominator,
        count(*) as n,
        least(
            1,
            count(voices.attendance_count)
            / cast(nullif(max(quarter_attendances.attendance_count), 0) as double)
        ) as coverage
    from voices
    left join quarter_attendances
        on voices.quarter_start = quarter_attendances.quarter_start
    group by voices.metric_id, voices.quarter_start

),

measured as (

    select
        'response_rate' as metric_id,
        events.real_event_id,
        events.local_date,
        events.local_date as through_date,
        'quarter' as summed_over,
        events.quarter_start as period_start,
        {{ fiscal_quarter_end('events.quarter_start') }} as period_end,
        cast(respondent_counts.respondent_count as double) as numerator,
        cast(events.attendance_count as double) as denominator,
        events.attendance_count as n,
        respondent_counts.respondent_count is not null
        and events.attendance_count is not null as is_known
    from events
    left join respondent_counts
        on events.real_event_id = respondent_counts.real_event_id

    union all

    select
        'follow_up_rate' as metric_id,
        events.real_event_id,
        events.local_date,
        events.follow_up_through_date as through_date,
        'month' as summed_over,
        cast(date_trunc('month', events.local_date) as date) as period_start,
        last_day(events.local_date) as period_end,
        cast(coalesce(followed_up_counts.followed_up_count, 0) as double) as numerator,
        cast(attendee_counts.attendee_count as double) as denominator,
        attendee_counts.attendee_count as n,
        events.is_attendance_taken
        and events.follow_up_through_date <= events.as_of_date
        and attendee_counts.attendee_count is not null as is_known
    from events
    left join attendee_counts
        on events.real_event_id = attendee_counts.real_event_id
    left join followed_up_counts
        on events.real_event_id = followed_up_counts.real_event_id

    union all

    select
        'attendance_target_rate' as metric_id,
        real_event_id,
        local_date,
        local_date as through_date,
        'month' as summed_over,
        cast(date_trunc('month', local_date) as date) as period_start,
        last_day(local_date) as period_end,
        cast(attendance_count as double) as numerator,
        attendance_target as denominator,
        attendance_count as n,
        attendance_count is not null and attendance_target > 0 as is_known
    from events

    union all

    select
        'cost_per_attendance' as metric_id,
        real_event_id,
        local_date,
        local_date as through_date,
        'month' as summed_over,
        cast(date_trunc('month', local_date) as date) as period_start,
        last_day(local_date) as period_end,
        cost_jpy as numerator,
        cast(attendance_count as double) as denominator,
        attendance_count as n,
        attendance_count is not null and cost_jpy is not null as is_known
    from events

),

measured_per_event as (

    select
        metric_id,
        'event' as period_grain,
        local_date as period_start,
        through_date as period_end,
        'event' as dimension,
        real_event_id as dimension_value,
        numerator,
        denominator,
        n,
        cast(1 as double) as coverage
    from measured
    where is_known

),

measured_per_period as (

    select
        metric_id,
        summed_over as period_grain,
        period_start,
        period_end,
        'all' as dimension,
        'all' as dimension_value,
        sum(case when is_known then numerator end) as numerator,
        sum(case when is_known then denominator end) as denominator,
        cast(sum(case when is_known then n end) as bigint) as n,
        sum(case when is_known then 1 else 0 end) / cast(count(*) as double) as coverage
    from measured
    group by metric_id, summed_over, period_start, period_end

),

combined as (

    select * from voices_per_event
    union all
    select * from voices_per_quarter
    union all
    select * from measured_per_event
    union all
    select * from measured_per_period

)

select
    combined.metric_id,
    combined.period_grain,
    combined.period_start,
    combined.period_end,
    combined.period_grain = 'event' or combined.period_end <= parameters.as_of_date
        as is_complete,
    combined.dimension,
    combined.dimension_value,
    combined.numerator / cast(nullif(combined.denominator, 0) as double) as value,
    cast(combined.numerator as double) as numerator,
    cast(combined.denominator as double) as denominator,
    combined.n,
    combined.coverage
from combined
cross join parameters
where combined.n > 0
