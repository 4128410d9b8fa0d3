{#-
    Views and tables are replaced in one transaction: whoever fails leaves the old one.
    dbt-duckdb's own materializations build under another name, rename twice and drop, for
    each of our 350 relations; that was a fifth of a daily build.
-#}
{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- set existing = load_cached_relation(this) -%}
    {#- A table that became a view is another thing to drop. -#}
    {%- if existing is not none and not existing.is_view -%}
        {%- do _drop_in_transaction(existing) -%}
    {%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {%- if config.get('contract').enforced %}
            {{ get_assert_columns_equivalent(sql) }}
        {%- endif %}
        create or replace view {{ target }} as (
            {{ sql }}
        );
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(target, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if model['language'] == 'python' -%}
        {#- It writes over a connection of its own, which would not see the drop. -#}
        {%- set built = make_intermediate_relation(target) -%}
        {%- do drop_relation_if_exists(load_cached_relation(built)) -%}
        {%- call statement('main', language='python') -%}
            {{- create_table_as(False, built, compiled_code, 'python') }}
        {%- endcall -%}
        {%- do _drop_in_transaction(existing) -%}
        {%- do adapter.rename_relation(built, target) -%}
    {%- elif config.get('contract').enforced -%}
        {%- do _drop_in_transaction(existing) -%}
        {%- call statement('main') -%}
            {{- create_table_as(False, target, compiled_code) }}
        {%- endcall -%}
    {%- else -%}
        {%- if existing is not none and existing.is_view -%}
            {%- do _drop_in_transaction(existing) -%}
        {%- endif -%}
        {#- In one statement: a model may read what it replaces. -#}
        {%- call statement('main') -%}
            create or replace table {{ target }} as (
                {{ compiled_code }}
            );
        {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do create_indexes(target) -%}
    {%- do persist_docs(target, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- adapter.drop_relation leaves an open transaction; this one keeps to it. -#}
{% macro _drop_in_transaction(relation) -%}
    {%- if relation is not none -%}
        {%- call statement('drop_existing') -%}
            drop {{ relation.type }} {{ relation }}
        {%- endcall -%}
        {%- do adapter.cache_dropped(relation) -%}
    {%- endif -%}
{%- endmacro %}
