{#- True for what shows that somebody is still there: anything they do but leaving. -#}
{% macro ends_silence(activity_type='activity_type') -%}
    {{ activity_type }} is distinct from 'leave'
{%- endmacro %}
