-- Every event any source tells of. Where a platform and an imported file tell of the same
-- event, the platform's word comes first and the file fills the gaps (targets, costs).
-- grain: event_id
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
from {{ ref('int_stacked_events') }}
group by event_id
