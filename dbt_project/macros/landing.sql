{#- Keeps rows of complete loads only: a killed run leaves files whose load dlt never recorded. -#}
{% macro is_complete_load() -%}
    _dlt_load_id in (
        select load_id
        from {{ source('operations', 'complete_loads') }}
        where status = 0
    )
{%- endmacro %}

{#-
    What became of a landed row: 'quarantined' (it breaks the contract), 'superseded'
    (a newer version of the same thing landed, or it is the same thing seen twice) or
    'staged'. Expects the columns _reason, _observed_at, _dlt_load_id, _source_line.
    key: list of column names or expressions that identify the thing.
    is_replaced: column that is true for rows whose file was read again since.
-#}
{% macro row_status(key, is_replaced=none) -%}
    case
        {%- if is_replaced %}
        when {{ is_replaced }} then 'superseded'
        {%- endif %}
        when _reason is not null then 'quarantined'
        when row_number() over (
            partition by
                {{ is_replaced ~ ', ' if is_replaced }}_reason is not null, {{ key | join(', ') }}
            order by
                _observed_at desc,
                cast(_dlt_load_id as double) desc,
                {{ newest_name('_source_file') }} desc nulls last,
                _source_line desc nulls last
        ) > 1 then 'superseded'
        else 'staged'
    end
{%- endmacro %}

{#-
    Names of files in the order in which a browser gives them: `list.csv`, `list (1).csv`.
    The newest one is right where two lists of one load tell of the same thing.
-#}
{% macro newest_name(file) -%}
    replace({{ file }}, '.', chr(1))
{%- endmacro %}
