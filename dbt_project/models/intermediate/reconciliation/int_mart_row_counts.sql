-- Rows of the marts that come from a raw table under its own key: accounts, events, deals,
-- companies (those found to be one company are counted each) and activities, of which one
-- row may tell several (a presentation is a slide and a talk). Tables whose rows are folded
-- into others (profiles, registrations, associations) have none.
-- grain: source, table_name
-- A new source is one line here; rows of mapped files are counted by who landed them.
{%- set sources = [
    'connpass',
    'feeds',
    'files',
    'qiita',
    'slack',
    'x',
    'youtube',
] %}

with activity_tables as (

    {%- for source in sources %}
    {{ activity_tables(source) }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

activities as (

    select
        activity_tables.connector as source,
        activities.source_table as table_name,
        count(*) as row_count
    from {{ ref('fct_activities') }} as activities
    inner join activity_tables
        on
            activities.source = activity_tables.source
            and activities.source_table = activity_tables.source_table
    group by activity_tables.connector, activities.source_table

),

-- Two mapped sources may tell of one platform, so these are known by their ids.
mapped_activities as (

    select
        told.connector as source,
        told.source_table as table_name,
        count(*) as row_count
    from {{ ref('stg_files__as_activities') }} as told
    where
        told.connector <> 'files'
        and told.activity_id in (
            select published.activity_id
            from {{ ref('fct_activities') }} as published
            where published.source_table = 'file_activities'
        )
    group by told.connector, told.source_table

),

published_companies as (

    select
        aliases.source_company_id as company_id,
        aliases.source
    from {{ ref('int_company_aliases') }} as aliases
    inner join {{ ref('dim_companies') }} as companies
        on aliases.company_id = companies.company_id

),

companies as (

    select
        coalesce(told.connector, companies.source) as source,
        case
            when companies.source = 'salesforce' then 'accounts'
            when coalesce(told.connector, 'files') = 'files' then 'companies'
            else 'file_companies'
        end as table_name,
        count(*) as row_count
    from published_companies as companies
    left join {{ ref('stg_files__as_companies') }} as told
        on companies.company_id = told.company_id
    where not coalesce(told.is_of_contract, false)
    group by told.connector, companies.source

)

select * from activities
union all
select * from mapped_activities
union all
select * from companies
union all
{{ rows_in_mart('connpass', 'events', 'event_id', 'dim_events') }}
union all
{{ rows_in_mart('doorkeeper', 'events', 'event_id', 'dim_events') }}
union all
{{ rows_in_mart('eventhub', 'events', 'event_id', 'dim_events') }}
union all
{{ rows_in_mart('files', 'accounts', 'account_id', 'member_accounts') }}
union all
{{ rows_in_mart('files', 'deals', 'deal_id', 'fct_deals') }}
union all
{{ rows_in_mart('files', 'events', 'event_id', 'dim_events') }}
union all
{{ rows_in_mart('hubspot', 'deals', 'deal_id', 'fct_deals') }}
union all
select
    source,
    'opportunities' as table_name,
    count(*) as row_count
from {{ ref('fct_deals') }}
where source = 'salesforce'
group by source
