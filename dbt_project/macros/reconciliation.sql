{#-
    Who landed a row of a staged table, and in which raw table. What staging calls `files`
    holds the universal import and the tables file_<kind> of every mapped source.
-#}
{% macro landed_by(source, table) -%}
    {%- if source == 'files' -%}
    _connector as source,
        case when _connector = 'files' then '{{ table }}' else 'file_{{ table }}' end
            as table_name
    {%- else -%}
    '{{ source }}' as source,
        '{{ table }}' as table_name
    {%- endif -%}
{%- endmacro %}

{#-
    What became of the rows of a source: one row per table, load and status, counted by
    the staging models themselves. Adding a source is one line in each model that calls these.
    tables: the raw tables of the source, each with a model stg_<source>__<table>_checked.
-#}
{% macro row_counts(source, tables) -%}
    {%- for table in tables %}
    {{ "union all" if not loop.first }}
    select
        {{ landed_by(source, table) }},
        _dlt_load_id as load_id,
        _row_status as row_status,
        count(*) as row_count
    from {{ ref("stg_" ~ source ~ "__" ~ table ~ "_checked") }}
    group by {{ '_connector, ' if source == 'files' }}_dlt_load_id, _row_status
    {%- endfor %}
{%- endmacro %}

{#- Rows that staging set aside: where each came from, why, and what it said. -#}
{% macro quarantined_rows(source, tables) -%}
    {%- for table in tables %}
    {{ "union all" if not loop.first }}
    select
        {{ landed_by(source, table) }},
        _source_file as file,
        _dlt_load_id as load_id,
        _source_line as line,
        _reason as reason,
        {{ row_as_json("checked") }} as payload
    from {{ ref("stg_" ~ source ~ "__" ~ table ~ "_checked") }} as checked
    where _row_status = 'quarantined'
    {%- endfor %}
{%- endmacro %}

{#- A whole row as JSON text; alias is the row's alias in the from clause. -#}
{% macro row_as_json(alias) -%}
    cast(to_json({{ alias }}) as varchar)
{%- endmacro %}

{#- Rows of stg_<source>__as_<table> whose key a mart holds, by who landed them. -#}
{% macro rows_in_mart(source, table, key, mart) -%}
    select
        {{ landed_by(source, table) | replace('_connector', 'connector') }},
        count(*) as row_count
    from {{ ref("stg_" ~ source ~ "__as_" ~ table) }}
    where {{ key }} in (select published.{{ key }} from {{ ref(mart) }} as published)
    {{ 'group by connector' if source == 'files' }}
{%- endmacro %}

{#-
    What we hold of the things a platform counts: rows of a staging model, all of them or by
    part. period: the part a row belongs to, as the platform's count names it; counted:
    what of a row is counted; listed_at: when the row was last read, where a list of them
    can be older than the platform's word.
-#}
{% macro held_rows(source, table, model, period=none, where='true', counted='*', listed_at=none) -%}
    select
        '{{ source }}' as source,
        '{{ table }}' as table_name,
        {{ period or "'all'" }} as period,
        count({{ counted }}) as held_count,
        {{ 'max(' ~ listed_at ~ ')' if listed_at else 'cast(null as ' ~ var('timestamp_type') ~ ')' }}
            as listed_at
    from {{ ref(model) }}
    where {{ where }}
    {{ 'group by ' ~ period if period }}
{%- endmacro %}

{#- The part of a registration: its event and state, as platforms count them. -#}
{% macro registration_period() -%}
    'event:' || event_id || ':'
    || case status when 'waitlisted' then 'waiting' else status end
{%- endmacro %}

{#- Under which sources and tables the activities of a connector appear in the marts. -#}
{% macro activity_tables(connector) -%}
    select distinct
        '{{ connector }}' as connector,
        source,
        source_table
    from {{ ref("stg_" ~ connector ~ "__as_activities") }}
    {{ "where connector = 'files'" if connector == 'files' }}
{%- endmacro %}
