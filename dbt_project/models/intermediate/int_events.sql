-- Every event any source tells of. Where a platform and an imported file tell of the same
-- event, the platform's word comes first and the file fills the gaps (targets, costs).
-- grain: event_id

with stacked as (

    select * from {{ ref('int_stacked_events') }}

),

attendance_taken as (

    select distinct event_id
    from {{ ref('int_registrations') }}
    where attended

),

merged as (

    select
        event_id,
        max(source) as source,
        max(source_event_id) as source_event_id,
        {{ own_first('title') }} as title,
        {{ own_first('started_at') }} as started_at,
        {{ own_first('ended_at') }} as ended_at,
        {{ own_first('local_date') }} as local_date,
        {{ own_first('format') }} as format,
        {{ own_first('place') }} as place,
        {{ own_first('prefecture') }} as prefecture,
        {{ own_first('working_group') }} as working_group,
        {{ own_first('hashtag') }} as hashtag,
        {{ own_first('url') }} as url,
        {{ own_first('capacity') }} as capacity,
        {{ own_first('accepted_reported') }} as accepted_reported,
        {{ own_first('attended_reported') }} as attended_reported,
        {{ own_first('attendance_target') }} as attendance_target,
        {{ own_first('cost_jpy') }} as cost_jpy,
        {{ own_first('status') }} as status,
        {{ own_first('reported_at') }} as reported_at,
        {{ own_first('mentioned_urls') }} as mentioned_urls
    from stacked
    group by event_id

),

-- The n-th event of one title and start on a platform is the n-th on the others.
counted as (

    select
        *,
        {{ comparable_text('title') }} as title_key,
        row_number() over (
            partition by {{ comparable_text('title') }}, started_at, source
            order by event_id
        ) as slot
    from merged

),

grouped as (

    select
        *,
        case
            when started_at is null or title_key is null then event_id
            else min(event_id) over (partition by title_key, started_at, slot)
        end as event_group_id
    from counted

)

select
    grouped.event_id,
    grouped.source,
    grouped.source_event_id,
    grouped.event_group_id,
    grouped.title,
    grouped.started_at,
    grouped.ended_at,
    grouped.local_date,
    grouped.format,
    grouped.place,
    grouped.prefecture,
    grouped.working_group,
    grouped.hashtag,
    grouped.url,
    grouped.capacity,
    grouped.accepted_reported,
    grouped.attended_reported,
    grouped.attendance_target,
    grouped.cost_jpy,
    grouped.status,
    attendance_taken.event_id is not null as is_attendance_taken,
    grouped.reported_at,
    grouped.mentioned_urls
from grouped
left join attendance_taken on grouped.event_id = attendance_taken.event_id
