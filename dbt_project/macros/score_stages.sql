{#-
    Arithmetic of the stages. Finding the day on which decaying points cross a threshold
    takes doubles: a level is points x 2 ^ (days since 1990 / half-life), which decay leaves
    as it is, so that levels of any day add up.
-#}

{#- Doubles may be wrong by 5e-11, so that 3 points may read 2.99999999999: they still are 3. -#}
{% macro stage_tolerance() -%}
    cast(0.000000001 as double)
{%- endmacro %}

{#- Half-lives from 1990-01-01 to a day. -#}
{% macro stage_half_lives(day, half_life_days) -%}
    {{ days_between("cast('1990-01-01' as date)", day) }}
        / cast({{ half_life_days }} as double)
{%- endmacro %}

{#- Points of one day as a level. -#}
{% macro stage_level(points, day, half_life_days) -%}
    cast({{ points }} as double) * power(cast(2 as double), {{ stage_half_lives(day, half_life_days) }})
{%- endmacro %}

{#- A level as the points of one day. -#}
{% macro stage_points(level, day, half_life_days) -%}
    {{ level }} * power(cast(2 as double), -({{ stage_half_lives(day, half_life_days) }}))
{%- endmacro %}

{#- True when points reach a minimum, or when there is no minimum. -#}
{% macro stage_reaches(points, minimum) -%}
    coalesce({{ points }} >= {{ minimum }} - {{ stage_tolerance() }}, true)
{%- endmacro %}

{#-
    Days after which points that reach a minimum now still do; NULL without a minimum
    (`least` skips it).
-#}
{% macro stage_days_above(points, minimum, half_life_days) -%}
    cast(
        floor(
            {{ half_life_days }}
            * log2(
                greatest({{ points }}, cast({{ minimum }} as double))
                / (cast({{ minimum }} as double) - {{ stage_tolerance() }})
            )
        ) as integer
    )
{%- endmacro %}

{#- The place of the highest bit of a mask of up to 31 flags. -#}
{% macro stage_highest_flag(mask) -%}
    cast(floor(log2(cast({{ mask }} as double) + 0.5)) as integer)
{%- endmacro %}

{#- Points in a sentence: one decimal, the same text in every run. -#}
{% macro stage_points_text(points) -%}
    cast(cast(round({{ points }}, 9) as decimal(18, 1)) as string)
{%- endmacro %}

{#-
    True when a rule of stage_rules (its columns in scope) holds on a day with these
    points, dates of last activity and last proof. Silence ends every rule.
-#}
{% macro stage_rule_holds(day, event_points, share_points, activity_date, proof_date) -%}
    coalesce(
        {{ stage_reaches(event_points ~ ' + ' ~ share_points, 'min_total_points') }}
        and {{ stage_reaches(event_points, 'min_event_points') }}
        and {{ stage_reaches(share_points, 'min_share_points') }}
        and (
            proof_within_days is null
            or coalesce({{ days_between(proof_date, day) }} <= proof_within_days, false)
        )
        and {{ days_between(activity_date, day) }} < silent_from_days,
        false
    )
{%- endmacro %}

{#- A person's decision stands above every rule (they go from 0 to 30). -#}
{% macro stage_manual_priority() -%}
    31
{%- endmacro %}

{#- Bots and internal members are scored, but have no stages and no percentiles. -#}
{% macro has_stages(members=none) -%}
    {%- set prefix = members ~ '.' if members else '' -%}
    not coalesce({{ prefix }}is_internal, false) and not coalesce({{ prefix }}is_bot, false)
{%- endmacro %}

{#- True for the words by which a company's contract is said to be running. -#}
{% macro is_active_contract(status) -%}
    lower(trim({{ status }})) in ('active', '契約中', '有効')
{%- endmacro %}
