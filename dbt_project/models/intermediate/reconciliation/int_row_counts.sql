-- What became of every landed row, as the staging models count it; and of every line of
-- the decisions file.
-- grain: source, table_name, load_id, row_status
-- A new source is one line here.
{%- set sources = {
    'connpass': ['events', 'presentations', 'groups', 'users', 'user_events', 'participants'],
    'doorkeeper': ['events', 'groups'],
    'eventhub': ['events', 'users'],
    'feeds': ['feeds', 'entries'],
    'files': ['accounts', 'events', 'registrations', 'activities', 'companies', 'affiliations', 'links', 'deals', 'labels', 'survey_responses', 'contracts', 'certifications', 'hires', 'costs', 'media_mentions', 'referrals', 'targets'],
    'gbizinfo': ['companies'],
    'houjin_bangou': ['corporations'],
    'hubspot': ['contacts', 'companies', 'deals', 'associations', 'owners', 'pipelines'],
    'qiita': ['items', 'users'],
    'salesforce': ['accounts', 'contacts', 'leads', 'opportunities', 'opportunity_contact_roles', 'campaigns', 'campaign_members', 'tasks', 'users'],
    'slack': ['channels', 'users', 'messages', 'export_messages'],
    'x': ['posts', 'users'],
    'youtube': ['channels', 'videos', 'comments'],
    'zoom': ['meetings', 'participants', 'registrants'],
} %}

{% for source, tables in sources.items() -%}
{{ row_counts(source, tables) }}
union all
{% endfor -%}
select
    'identity' as source,
    'decisions' as table_name,
    file as load_id,
    case status when 'used' then 'staged' when 'rejected' then 'quarantined' else status end
        as row_status,
    count(*) as row_count
from {{ ref('manual_decisions') }}
where status is not null
group by file, status
