-- Staged rows that a mart holds under their own key, per raw table. Tables whose rows are
-- folded into others (profiles, registrations, associations) have none.
-- grain: source, table_name
-- Activities count themselves; another table of a source is one line here.

-- Imported activities keep the name of the platform they are about.
select
    case when source_table = 'activities' then 'files' else source end as source,
    source_table as table_name,
    count(*) as row_count
from {{ ref('fct_activities') }}
where source_table <> 'registrations'
group by
    case when source_table = 'activities' then 'files' else source end,
    source_table
union all
{{ rows_in_mart('files', 'accounts', 'account_id', 'member_accounts') }}
union all
{{ rows_in_mart('files', 'companies', 'company_id', 'dim_companies') }}
union all
{{ rows_in_mart('files', 'deals', 'deal_id', 'fct_deals') }}
union all
{{ rows_in_mart('files', 'events', 'event_id', 'dim_events') }}
