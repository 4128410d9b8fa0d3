{#- A subquery with the column `day`: every day from one to another, both included. -#}
{% macro each_day(relation, first_day, last_day) -%}
    (
        select cast(days.day as date) as day
        from {{ relation }}
        cross join
            lateral unnest(
                generate_series({{ first_day }}, {{ last_day }}, interval 1 day)
            ) as days (day)
    )
{%- endmacro %}
