{#-
    Arithmetic of the score. Points are decimal(18, 12) from end to end: sums are exact and
    do not depend on the order in which rows are read.
-#}

{#- What is left of a point some days later, 1 at first; rounded half up to 12 places. -#}
{% macro score_decay(from_date, day, half_life_days) -%}
    cast(
        power(
            cast(0.5 as double),
            {{ days_between(from_date, day) }} / cast({{ half_life_days }} as double)
        ) as decimal(18, 12)
    )
{%- endmacro %}

{#- Points that count from from_date on, as they stand on a day not before it. -#}
{% macro score_contribution(points, from_date, day, half_life_days) -%}
    cast(
        {{ points }} * {{ score_decay(from_date, day, half_life_days) }}
        as decimal(18, 12)
    )
{%- endmacro %}

{#-
    A component (see int_score_components) as it stands on a day: nothing before its date;
    a cap that changed when engagement was counted, in its three parts.
-#}
{% macro score_component_on(day) -%}
    case
        when local_date > {{ day }} then 0
        when late_date is null or late_date > {{ day }}
            then {{ score_contribution('first_points', 'local_date', day, 'half_life_days') }}
        else
            {{ score_contribution('first_points', 'local_date', day, 'half_life_days') }}
            + {{ score_contribution('late_points', 'local_date', day, 'half_life_days') }}
            + {{ score_contribution('late_engagement_points', 'late_date', day, 'half_life_days') }}
    end
{%- endmacro %}

{#-
    limit x part / whole, rounded half up to 12 places in whole numbers, so that the shares
    of running sums add up to the limit exactly on every engine. None may be negative.
-#}
{% macro score_share_of(limit, part, whole) -%}
    cast(
        cast(
            (
                2 * {{ score_units(limit) }} * {{ score_units(part) }} + {{ score_units(whole) }}
            ) // (2 * {{ score_units(whole) }}) as decimal(18, 0)
        ) * cast(0.000000000001 as decimal(13, 12)) as decimal(18, 12)
    )
{%- endmacro %}

{#- Points as a whole number of 10^-12. -#}
{% macro score_units(points) -%}
    cast(cast({{ points }} as decimal(18, 12)) * 1000000000000 as hugeint)
{%- endmacro %}

{#- What reactions multiply an output by, less one: 0 without any, at most cap - 1. -#}
{% macro score_engagement(reactions, cap) -%}
    cast(
        least(ln(1 + cast({{ reactions }} as double)) / ln(10), {{ cap }} - 1)
        as decimal(18, 12)
    )
{%- endmacro %}

{#- Points as people see them. -#}
{% macro score_shown(points) -%}
    cast({{ points }} as decimal(18, 1))
{%- endmacro %}
