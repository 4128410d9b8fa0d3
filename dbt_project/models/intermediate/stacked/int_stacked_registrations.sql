-- What every source tells of applications for events.
-- A new source is one line here.
-- grain: event_id, account_id, role, application_id, source that tells
{%- set sources = [
    'connpass',
    'eventhub',
    'files',
    'zoom',
] %}

{%- for source in sources %}
select
    '{{ source }}' as told_by,
    source, event_id, account_id, application_id, status, role, registered_at, cancelled_at,
    attended, attended_at, minutes_attended, referrer_account_id, observed_at
from {{ ref('stg_' ~ source ~ '__as_registrations') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
