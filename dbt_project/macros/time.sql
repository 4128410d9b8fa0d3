{#-
    Everything that differs between engines about time, in one place. Other models call
    these and never write an engine's own date function.
-#}

{#- The local day of a moment: `zone` is an IANA name or a column that holds one. -#}
{% macro local_date(moment, zone) -%}
    cast(timezone({{ zone }}, {{ moment }}) as date)
{%- endmacro %}

{#- The moment a local day begins. -#}
{% macro start_of_day(day, zone) -%}
    timezone({{ zone }}, cast({{ day }} as timestamp))
{%- endmacro %}

{#- The last second of a local day: when an event without a time of day is over. -#}
{% macro end_of_day(day, zone) -%}
    timezone({{ zone }}, cast({{ day }} as timestamp) + interval 86399 second)
{%- endmacro %}

{#- True when a text is a day without a time of day: 2026-04-01 or 2026/4/1. -#}
{% macro is_date_only(text) -%}
    regexp_matches(trim({{ text }}), '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}$')
{%- endmacro %}

{#-
    A text as a moment: with an offset it is taken as it is, without one it is local time
    of `zone`. NULL when the text is no time; staging says so in `_reason`.
-#}
{% macro parse_timestamp(text, zone) -%}
    case
        when regexp_matches(
            trim({{ text }}), ':[0-9]{2}([.][0-9]+)? *(Z|UTC|[-+][0-9]{2}(:?[0-9]{2})?)$'
        )
            then try_cast(
                regexp_replace(
                    trim({{ text }}),
                    '([T ][0-9]{1,2}:[0-9]{2}) *(Z|UTC|[-+][0-9:]+)$', '\1:00\2'
                ) as timestamptz
            )
        else timezone({{ zone }}, try_cast(trim({{ text }}) as timestamp))
    end
{%- endmacro %}

{#- A text as a day; the day of a moment that carries a time is the day as written. -#}
{% macro parse_date(text) -%}
    try_cast(regexp_replace(trim({{ text }}), '[T ].*$', '') as date)
{%- endmacro %}

{#- True for the names of time zones the engine knows. -#}
{% macro is_known_timezone(zone) -%}
    {{ zone }} in (select pg_timezone_names.name from pg_timezone_names())
{%- endmacro %}

{#- A row's own time zone where the engine knows it, else the default. -#}
{% macro known_timezone(zone, default_zone) -%}
    case when {{ is_known_timezone(zone) }} then {{ zone }} else {{ default_zone }} end
{%- endmacro %}

{#- True for a time zone that is named but that the engine does not know. -#}
{% macro is_unknown_timezone(zone) -%}
    (coalesce({{ zone }}, '') <> '' and not {{ is_known_timezone(zone) }})
{%- endmacro %}

{#- Whole days from one day to another. -#}
{% macro days_between(earlier, later) -%}
    date_diff('day', {{ earlier }}, {{ later }})
{%- endmacro %}

{#- Whole minutes from one moment to another. -#}
{% macro minutes_between(earlier, later) -%}
    date_diff('minute', {{ earlier }}, {{ later }})
{%- endmacro %}

{#- A day some days later (or earlier). -#}
{% macro add_days(day, days) -%}
    cast({{ day }} + to_days(cast({{ days }} as integer)) as date)
{%- endmacro %}

{#-
    True for days a community can have: 1990-01-01 to three years after the as-of day
    (events are announced that far ahead; anything later is a typing error).
-#}
{% macro is_plausible_date(day, as_of_date) -%}
    {{ day }} between cast('1990-01-01' as date)
        and cast({{ as_of_date }} + interval 3 year as date)
{%- endmacro %}
