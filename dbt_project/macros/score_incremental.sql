{#-
    Scores of members are functions of their facts: a run computes them again for those
    alone whose facts changed since the last complete run (int_score_news), and keeps the
    rows of everybody else. Everybody is computed when code, formula or settings changed,
    when anything is missing that tells what the last run saw, and with --full-refresh.
-#}

{#- dbt's own question, asked by every incremental model; scores have one reason more. -#}
{% macro should_full_refresh() -%}
    {%- set configured = config.get('full_refresh') -%}
    {%- set is_asked = flags.FULL_REFRESH if configured is none else configured -%}
    {%- if not is_asked and config.get('incremental_strategy') in score_strategies() -%}
        {%- do return(are_all_members_to_score()) -%}
    {%- endif -%}
    {%- do return(is_asked) -%}
{%- endmacro %}

{% macro score_strategies() -%}
    {%- do return(['by_member', 'by_member_and_day']) -%}
{%- endmacro %}

{% macro are_all_members_to_score() -%}
    {%- if not execute -%} {%- do return(false) -%} {%- endif -%}
    {%- set news = load_relation(ref('int_score_news')) -%}
    {%- if news is none -%} {%- do return(true) -%} {%- endif -%}
    {%- set found = run_query('select count(*) from ' ~ news ~ ' where is_everybody') -%}
    {%- do return(found.rows[0][0] > 0) -%}
{%- endmacro %}

{#- True for the members whose rows this run computes; unit tests look at everybody. -#}
{% macro is_to_score(member='member_id') -%}
    {%- if model.resource_type == 'unit_test' -%} {%- do return('true') -%} {%- endif -%}
    {#- Named outside the condition: dbt orders the models by it. -#}
    {%- set news = ref('int_score_news') -%}
    {%- if is_incremental() -%}
        {{ member }} in (select news.member_id from {{ news }} as news)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- The rows of these members are replaced; of those who are gone nothing comes back. -#}
{% macro get_incremental_by_member_sql(arguments) -%}
    delete from {{ arguments['target_relation'] }}
    where member_id in (select news.member_id from {{ ref('int_score_news') }} as news);

    {{ score_insert(arguments) }}
{%- endmacro %}

{#- The same for rows of days; those of days that are no longer shown go too. -#}
{% macro get_incremental_by_member_and_day_sql(arguments) -%}
    delete from {{ arguments['target_relation'] }}
    where
        member_id in (select news.member_id from {{ ref('int_score_news') }} as news)
        or snapshot_date not in (
            select dates.snapshot_date from {{ ref('int_snapshot_dates') }} as dates
        );

    {{ score_insert(arguments) }}
{%- endmacro %}

{% macro score_insert(arguments) -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
{%- endmacro %}

{#-
    A number for rows, whatever their order: equal facts, equal number. 64 bits per row;
    that two lists of facts of one member agree by chance is not to be expected.
-#}
{% macro score_fingerprint(columns) -%}
    sum(cast(hash({{ columns | join(', ') }}) as hugeint))
{%- endmacro %}

{#- True for a day that the table (this) does not show yet, for anybody. -#}
{% macro has_joined(day) -%}
    {%- if model.resource_type != 'unit_test' and is_incremental() -%}
        {{ day }} not in (select distinct shown.{{ day }} from {{ this }} as shown)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#- The same of all days of a table; asked before the run, so that without any joined day
    nothing is read but the members to score. -#}
{% macro has_any_joined(day, table) -%}
    {%- if model.resource_type == 'unit_test' or not is_incremental() -%}
        {%- do return(true) -%}
    {%- endif -%}
    {%- set found = run_query(
        'select count(*) from ' ~ table ~ ' where ' ~ has_joined(day)
    ) -%}
    {%- do return(found.rows[0][0] > 0) -%}
{%- endmacro %}
