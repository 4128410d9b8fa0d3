{#- Distinct values as one text, sorted and joined by ", ": the same text in every run. -#}
{% macro sorted_list(value) -%}
    string_agg(distinct {{ value }}, ', ' order by {{ value }})
{%- endmacro %}

{#- In a group: the platform's own word, else what an imported file says (see is_own). -#}
{% macro own_first(value) -%}
    coalesce(max({{ value }}) filter (where is_own), max({{ value }}))
{%- endmacro %}

{#- In a group: the value of the newest version that has one. -#}
{% macro newest_filled(value, version) -%}
    max_by({{ value }}, {{ version }}) filter (where {{ value }} is not null)
{%- endmacro %}

{#- One row per part of a text, as the column `part`: used as a joined relation. -#}
{% macro split_to_rows(text, separator) -%}
    lateral (
        select trim(parts.part) as part
        from unnest(string_split({{ text }}, '{{ separator }}')) as parts (part)
    )
{%- endmacro %}

{#- The #hashtags in a text, lower case, sorted, joined by ", "; NULL when there are none. -#}
{% macro hashtags_of(text) -%}
    nullif(array_to_string(list_sort(list_distinct(regexp_extract_all(
        lower(translate({{ text }}, '＃', '#')), '#([\p{L}\p{N}_ー]+)', 1
    ))), ', '), '')
{%- endmacro %}

{#- True when two lists share a value; NULL when one of them is NULL: nobody knows. -#}
{% macro lists_meet(one, other) -%}
    list_has_any({{ one }}, {{ other }})
{%- endmacro %}

{#- In a group: the distinct values as a list, NULL when there are none. -#}
{% macro values_known(value) -%}
    array_agg(distinct {{ value }}) filter (where {{ value }} is not null)
{%- endmacro %}
