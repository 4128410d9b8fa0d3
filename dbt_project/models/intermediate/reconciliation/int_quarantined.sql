-- Every row and file that was set aside: by a connector before landing, by staging after.
-- grain: one row set aside
-- A new source is one line here.
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
select *, 'staging' as set_aside_by from (
{{ quarantined_rows('connpass', ['events', 'presentations', 'groups', 'users', 'user_events', 'participants']) }}
union all
{{ quarantined_rows('feeds', ['feeds', 'entries']) }}
union all
{{ quarantined_rows('files', ['accounts', 'events', 'registrations', 'activities', 'companies', 'affiliations', 'links', 'deals', 'labels']) }}
union all
{{ quarantined_rows('hubspot', ['contacts', 'companies', 'deals', 'associations', 'owners', 'pipelines']) }}
union all
{{ quarantined_rows('x', ['posts', 'users']) }}
) as staged_tables
