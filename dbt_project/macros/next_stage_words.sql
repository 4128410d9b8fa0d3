{#- Words of next_stage_needs. -#}

{#- Points that are missing, with at most one decimal, rounded up: fewer would not do. -#}
{% macro missing_points_text(gap) -%}
    regexp_replace(
        cast(
            cast(ceil(round({{ gap }}, 9) * 10) / 10 as decimal(18, 1)) as string
        ),
        '[.]0$', ''
    )
{%- endmacro %}

{#- A count as a person says it: in words up to nine. -#}
{% macro count_in_words(count) -%}
    case {{ count }}
        {%- for word in ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] %}
        when {{ loop.index }} then '{{ word }}'
        {%- endfor %}
        else cast({{ count }} as string)
    end
{%- endmacro %}
