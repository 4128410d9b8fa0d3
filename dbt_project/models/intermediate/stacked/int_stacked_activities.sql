-- What every source tells of what people did.
-- A new source is one line here.
-- grain: activity_id, source that tells
{%- set sources = [
    'connpass',
    'feeds',
    'files',
    'qiita',
    'slack',
    'x',
    'youtube',
] %}

{%- for source in sources %}
select
    activity_id, account_id, source, source_table, activity_type, occurred_at,
    local_date, event_id, object_key, object_url, title, hashtags,
    parent_activity_id, working_group, reactions, impressions,
    {{ is_own(source) }} as is_own,
    {{ 'true' if source == 'files' else 'false' }} as is_file
from {{ ref('stg_' ~ source ~ '__as_activities') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
