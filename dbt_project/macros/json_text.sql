{#- One text of a JSON object; NULL when it is absent or empty. -#}
{% macro json_text(json_object, key) -%}
    nullif(trim(json_extract_string({{ json_object }}, '$.{{ key }}')), '')
{%- endmacro %}

{#- A JSON array of texts as lower-case text: sorted, without repeats, joined by ", ". -#}
{% macro sorted_json_texts(json_texts) -%}
    nullif(array_to_string(list_sort(list_distinct(
        from_json(lower({{ json_texts }}), '["varchar"]')
    )), ', '), '')
{%- endmacro %}
