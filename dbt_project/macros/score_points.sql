{#-
    Arithmetic of the score. Points are decimal(18, 12) in tables: sums are exact and do not
    depend on the order in which rows are read. In between they are counted in whole units
    of 10^-12 (bigint): DuckDB scales a product of decimals back 30 times slower.
-#}

{#- Points as a whole number of units. Exact below 9,007 points. -#}
{% macro score_units(points) -%}
    cast(round(cast({{ points }} as double) * 1000000000000) as bigint)
{%- endmacro %}

{#- Units as points. -#}
{% macro score_points(units) -%}
    cast(
        cast({{ units }} as decimal(18, 0)) * cast(0.000000000001 as decimal(13, 12))
        as decimal(18, 12)
    )
{%- endmacro %}

{#- No points, of the type of points: beside a plain 0 they would become numbers of 128 bits,
    which DuckDB divides 50 times slower. -#}
{% macro score_none() -%}
    cast(0 as decimal(18, 12))
{%- endmacro %}

{#- What is left of a point some days later, in units; never more than one point. -#}
{% macro score_decay_units(from_date, day, half_life_days) -%}
    {{ score_units(
        'power(cast(0.5 as double), greatest('
        ~ days_between(from_date, day) ~ ', 0) / cast(' ~ half_life_days ~ ' as double))'
    ) }}
{%- endmacro %}

{#-
    Product of points (of either sign) and a factor that is not negative, all in units,
    rounded half up. Most points are tenths, which one division rounds; others are
    multiplied by three digits of the factor at a time, the lowest first, so that nothing
    overflows where points and product are below 9,007.
-#}
{% macro score_product_units(points_units, factor_units) -%}
    {%- set units = 'abs(' ~ points_units ~ ')' -%}
    sign({{ points_units }}) * case
        when {{ points_units }} % 100000000000 = 0
            then ({{ units }} // 100000000000 * {{ factor_units }} + 5) // 10
        else (
            {{ units }} * ({{ factor_units }} // 1000000000) + (
                {{ units }} * ({{ factor_units }} // 1000000 % 1000) + (
                    {{ units }} * ({{ factor_units }} // 1000 % 1000)
                    + {{ units }} * ({{ factor_units }} % 1000) // 1000
                ) // 1000
            ) // 1000 + 500
        ) // 1000
    end
{%- endmacro %}

{#-
    limit x part / whole, rounded half up to 12 places in whole numbers, so that the shares
    of running sums add up to the limit exactly on every engine. None may be negative. All
    in units. DuckDB divides numbers of 128 bits 50 times slower than it multiplies them:
    the quotient of doubles is at most one off, and their product says in which direction.
-#}
{% macro score_share_units(limit, part, whole) -%}
    {%- set near -%}
        cast(
            floor(
                cast({{ limit }} as double) * ({{ part }}) / nullif({{ whole }}, 0) + 0.5
            ) as bigint
        )
    {%- endset -%}
    {%- set rest -%}
        cast(2 * {{ limit }} as hugeint) * ({{ part }}) + {{ whole }}
        - cast({{ near }} as hugeint) * (2 * {{ whole }})
    {%- endset -%}
    {{ near }}
    + cast({{ rest }} >= 2 * {{ whole }} as bigint)
    - cast({{ rest }} < 0 as bigint)
{%- endmacro %}

{#- What reactions add to an output, as a factor in units: 0 without any, at most cap - 1. -#}
{% macro score_engagement_units(reactions, cap) -%}
    {{ score_units(
        'least(ln(1 + cast(' ~ reactions ~ ' as double)) / ln(10), ' ~ cap ~ ' - 1)'
    ) }}
{%- endmacro %}

{#- Points as people see them. -#}
{% macro score_shown(points) -%}
    cast({{ points }} as decimal(18, 1))
{%- endmacro %}
