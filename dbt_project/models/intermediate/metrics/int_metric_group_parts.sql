-- What the health of a working group is made of, month by month, each as a rate of which
-- more is better: members active in 30 days (5), show rate (9), first-timers among those
-- who came (14), sharers among them (23), and talks of the last 12 months that did not
-- come from its five busiest speakers (34). What is not known in a month has no row.
-- grain: part, period_start, working_group
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_periods') }}
    where period_grain = 'month'

),

real_events as (

    select distinct
        real_event_id,
        working_group
    from {{ ref('int_metric_real_events') }}
    where working_group <> ''

),

connected as (

    select bool_or(is_connected) filter (where input = 'event_shares') as has_event_shares
    from {{ ref('int_metric_inputs') }}

),

events as (

    select
        cast(date_trunc('month', counts.local_date) as date) as period_start,
        groups.working_group,
        counts.is_attendance_taken and counts.has_audience as has_show_rate,
        counts.is_attendance_taken,
        counts.is_attendance_taken
        and counts.is_share_window_over
        and connected.has_event_shares as has_share_rate,
        counts.attended_at_start_count,
        counts.accepted_at_start_count,
        counts.first_timer_count,
        counts.attendee_count,
        counts.sharer_count
    from {{ ref('int_metric_event_counts') }} as counts
    inner join real_events as groups
        on counts.event_group_id = groups.real_event_id
    cross join connected
    where counts.is_held

),

event_parts as (

    select
        'show_rate' as part,
        period_start,
        working_group,
        sum(attended_at_start_count) as numerator,
        sum(accepted_at_start_count) as denominator
    from events
    where has_show_rate
    group by period_start, working_group

    union all

    select
        'first_time_attendees' as part,
        period_start,
        working_group,
        sum(first_timer_count) as numerator,
        sum(attendee_count) as denominator
    from events
    where is_attendance_taken
    group by period_start, working_group

    union all

    select
        'share_rate' as part,
        period_start,
        working_group,
        sum(sharer_count) as numerator,
        sum(attendee_count) as denominator
    from events
    where has_share_rate
    group by period_start, working_group

),

talks as (

    select
        groups.working_group,
        talks.member_id,
        cast(date_trunc('month', talks.local_date) as date) as talk_month,
        count(*) as talk_count
    from {{ ref('int_metric_talks') }} as talks
    inner join real_events as groups
        on talks.occasion = groups.real_event_id
    group by groups.working_group, talks.member_id, talk_month

),

speakers as (

    select
        months.period_start,
        talks.working_group,
        talks.member_id,
        sum(talks.talk_count) as talk_count
    from months
    inner join talks
        on
            talks.talk_month between cast(months.period_start - to_months(11) as date)
            and months.period_start
    group by months.period_start, talks.working_group, talks.member_id

),

ranked_speakers as (

    select
        *,
        row_number() over (
            partition by period_start, working_group
            order by talk_count desc, member_id
        ) as speaker_rank
    from speakers

),

parts as (

    select
        'active_rate' as part,
        standing.period_start,
        standing.working_group,
        standing.active_members as numerator,
        standing.members as denominator
    from {{ ref('int_metric_group_members_at') }} as standing
    where standing.period_grain = 'month' and standing.working_group not in ('', '(all)')

    union all

    select * from event_parts

    union all

    select
        'speaker_concentration' as part,
        period_start,
        working_group,
        sum(case when speaker_rank > 5 then talk_count else 0 end) as numerator,
        sum(talk_count) as denominator
    from ranked_speakers
    group by period_start, working_group

)

select
    part,
    period_start,
    working_group,
    numerator / cast(denominator as double) as value
from parts
where denominator > 0
