{#- Parts of what Salesforce sends. -#}

{#- Values separated by semicolons as ';one;two;', lower case: one of them is found whole. -#}
{% macro type_list(text) -%}
    ';' || lower(regexp_replace(trim({{ text }}), ' *; *', ';', 'g')) || ';'
{%- endmacro %}

{#- The host of a web address, lower case, without www.; NULL when there is none. -#}
{% macro web_domain(url) -%}
    nullif(regexp_extract(
        lower(trim({{ url }})), '^(?:https?://)?(?:www[.])?([a-z0-9-]+([.][a-z0-9-]+)+)', 1
    ), '')
{%- endmacro %}
