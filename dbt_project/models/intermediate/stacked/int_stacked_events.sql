-- What every source tells of events.
-- A new source is one line here.
-- grain: event_id, source that tells
{%- set sources = [
    'connpass',
    'doorkeeper',
    'eventhub',
    'files',
    'zoom',
] %}

{%- for source in sources %}
select
    event_id, source, source_event_id, title, started_at, ended_at, local_date, format,
    place, prefecture, working_group, hashtag, url, capacity, accepted_reported,
    attended_reported, attendance_target, cost_jpy, status, reported_at, mentioned_urls,
    {{ is_own(source) }} as is_own
from {{ ref('stg_' ~ source ~ '__as_events') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
