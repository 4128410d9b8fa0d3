{#- One row per text in a JSON array of texts; no row for NULL. Only in a select list. -#}
{% macro each_json_text(json_text) -%}
    unnest(from_json({{ json_text }}, '["varchar"]'))
{%- endmacro %}
