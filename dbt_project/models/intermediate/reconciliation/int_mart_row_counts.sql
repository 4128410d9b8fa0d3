-- Rows of the marts that come from a raw table under its own key: accounts, events, deals,
-- companies (those found to be one company are counted each) and activities, of which one
-- row may tell several (a presentation is a slide and a talk). Tables whose rows are folded
-- into others (profiles, registrations, associations) have none.
-- grain: source, table_name
-- A new source is one line here.
{%- set sources = [
    'connpass',
    'feeds',
    'files',
    'qiita',
    'x',
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

companies as (

    select
        aliases.source,
        'companies' as table_name,
        count(*) as row_count
    from {{ ref('int_company_aliases') }} as aliases
    inner join {{ ref('dim_companies') }} as companies
        on aliases.company_id = companies.company_id
    group by aliases.source

)

select * from activities
union all
select * from companies
union all
{{ rows_in_mart('connpass', 'events', 'event_id', 'dim_events') }}
union all
{{ rows_in_mart('files', 'accounts', 'account_id', 'member_accounts') }}
union all
{{ rows_in_mart('files', 'deals', 'deal_id', 'fct_deals') }}
union all
{{ rows_in_mart('files', 'events', 'event_id', 'dim_events') }}
union all
{{ rows_in_mart('hubspot', 'deals', 'deal_id', 'fct_deals') }}
