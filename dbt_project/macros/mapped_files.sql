{#-
    Sources whose exports are read by column maps, with the kinds of rows they yield: each
    is a raw table file_<kind> of the source, with the columns of the universal import.
    A new source is one line here.
-#}
{% macro mapped_files() -%}
    {{ return({
        'doorkeeper': ['accounts', 'registrations'],
        'eventhub': ['accounts', 'registrations'],
    }) }}
{%- endmacro %}

{% macro mapped_sources(kind) -%}
    {%- set names = [] -%}
    {%- for name, kinds in mapped_files().items() if kind in kinds -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#-
    Landed rows of one kind over the universal import and every source that yields it by a
    column map, complete loads only; `_connector` says who landed a row.
-#}
{% macro landed_files(kind) -%}
    select *
    from (
        select
            *,
            'files' as _connector
        from {{ source('files', kind) }}
        {%- for name in mapped_sources(kind) %}
        union all by name
        select
            *,
            '{{ name }}' as _connector
        from {{ source(name, 'file_' ~ kind) }}
        {%- endfor %}
    ) as told
    where {{ is_complete_load() }}
{%- endmacro %}

{#-
    Whether a row is the platform's own word: of a connector's rows it is, of the rows of
    files where the export came from that platform and not by the universal import.
-#}
{% macro is_own(source) -%}
    {{ 'connector = source' if source == 'files' else 'true' }}
{%- endmacro %}
