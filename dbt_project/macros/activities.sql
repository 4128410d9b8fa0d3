{#- True for what shows that somebody is still there: anything they do. Leaving, an event
    they missed and what others note about them (a follow-up) show nobody. -#}
{% macro ends_silence(activity_type='activity_type') -%}
    coalesce({{ activity_type }} not in ('leave', 'no_show', 'follow_up'), true)
{%- endmacro %}
