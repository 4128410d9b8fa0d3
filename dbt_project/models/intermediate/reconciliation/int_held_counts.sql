-- What we hold of the things a platform reports a count of: rows it would still count
-- itself. listed_at is when we last read a list of them, where it can be older than the
-- platform's word: an older list is not held against a newer count.
-- grain: source, table_name, period
-- A new source whose count is not simply its staged rows is one select here.
{{ config(materialized='view') }}

select
    'connpass' as source,
    'events' as table_name,
    'group:' || group_subdomain as period,
    count(*) as held_count,
    cast(null as {{ var('timestamp_type') }}) as listed_at
from {{ ref('stg_connpass__events') }}
where group_subdomain is not null
group by group_subdomain

union all

select
    'connpass' as source,
    'participants' as table_name,
    'event:' || event_id || ':'
    || case status when 'waitlisted' then 'waiting' else status end as period,
    count(*) as held_count,
    max(observed_at) as listed_at
from {{ ref('stg_connpass__participants') }}
where status in ('accepted', 'waitlisted')
group by event_id, status

union all

-- Lists an organiser downloaded, of platforms that tell by API only how many came.
select
    source,
    'file_registrations' as table_name,
    'event:' || event_id || ':'
    || case status when 'waitlisted' then 'waiting' else status end as period,
    count(distinct account_id) as held_count,
    max(observed_at) as listed_at
from {{ ref('stg_files__registrations') }}
where status in ('accepted', 'waitlisted')
group by source, event_id, status

union all

{{ live_hubspot_rows('companies', 'company') }}
union all
{{ live_hubspot_rows('contacts', 'contact') }}
union all
{{ live_hubspot_rows('deals', 'deal') }}
