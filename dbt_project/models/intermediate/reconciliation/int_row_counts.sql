-- What became of every landed row, as the staging models count it.
-- grain: source, table_name, row_status
-- A new source is one line here.
{%- set sources = {
    'connpass': ['events', 'presentations', 'groups', 'users', 'user_events', 'participants'],
    'doorkeeper': ['events', 'groups'],
    'feeds': ['feeds', 'entries'],
    'files': ['accounts', 'events', 'registrations', 'activities', 'companies', 'affiliations', 'links', 'deals', 'labels', 'survey_responses', 'contracts', 'certifications', 'hires', 'costs', 'media_mentions', 'referrals', 'targets'],
    'hubspot': ['contacts', 'companies', 'deals', 'associations', 'owners', 'pipelines'],
    'qiita': ['items', 'users'],
    'x': ['posts', 'users'],
} %}

{% for source, tables in sources.items() -%}
{{ row_counts(source, tables) }}
{{ 'union all' if not loop.last }}
{% endfor %}
