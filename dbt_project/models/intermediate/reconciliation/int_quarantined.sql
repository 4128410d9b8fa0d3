-- Every row and file that was set aside: by a connector before landing, by staging after;
-- and decisions of people that identity cannot use. Their reasons quote accounts, which
-- here stand in the payload only.
-- grain: one row set aside
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
{{ config(materialized='view') }}

select
    source,
    table_name,
    file,
    _dlt_load_id as load_id,
    line,
    reason,
    payload,
    'connector' as set_aside_by
from {{ source('operations', 'quarantine') }}
where {{ is_complete_load() }}
union all
select
    source,
    table_name,
    file,
    file as load_id,
    line,
    {{ without_quotations('reason') }} as reason,
    payload,
    'identity' as set_aside_by
from {{ ref('rejected_decisions') }}
union all
select *, 'staging' as set_aside_by from (
{% for source, tables in sources.items() -%}
{{ quarantined_rows(source, tables) }}
{{ 'union all' if not loop.last }}
{% endfor -%}
) as staged_tables
