{#- What people write into lists by hand, as values. -#}

{#-
    The key of an event that a row names: the id at its platform, or, where no platform is
    named, the whole key ('connpass:123'). NULL when neither says which event it is.
-#}
{% macro event_key(platform, id) -%}
    case
        when {{ filled_text(platform) }} is not null
            then {{ filled_text(platform) }} || ':' || {{ filled_text(id) }}
        when regexp_matches(trim({{ id }}), '^[a-z][a-z0-9_]*:[^/]') then trim({{ id }})
    end
{%- endmacro %}

{#- A day as people write it in lists: 2026-04-01, 2026/4/1, 2026年4月1日, ２０２６/４/１. -#}
{% macro parse_written_date(text) -%}
    {{ parse_date(japanese_time_as_iso(compatible_text(text))) }}
{%- endmacro %}

{#- A number as people write it: 1200, 1,200.5, ￥1,200, １，２００円. NULL when it is none. -#}
{% macro parse_amount(text) -%}
    try_cast(
        regexp_replace({{ compatible_text(text) }}, '^[¥￥\\]|[, ]|円$', '', 'g')
        as decimal(18, 2)
    )
{%- endmacro %}

{#- True for a text that should be a number and is none. -#}
{% macro is_no_amount(text) -%}
    ({{ filled_text(text) }} is not null and {{ parse_amount(text) }} is null)
{%- endmacro %}

{#- A currency's code in capitals; yen where none is named. -#}
{% macro currency_code(text) -%}
    case
        when coalesce({{ compatible_text(text) }}, '') in ('', '¥', '￥', '円') then 'JPY'
        when lower({{ compatible_text(text) }}) = 'yen' then 'JPY'
        else upper({{ compatible_text(text) }})
    end
{%- endmacro %}

{#- Why a day cannot be used, as branches of a case; nothing when it is empty or fine. -#}
{% macro day_reasons(column, text, day, as_of_date='as_of_date') -%}
    when {{ text }} is not null and {{ day }} is null
        then '{{ column }} is not a day: write 2026-04-01'
    when not {{ is_plausible_date(day, as_of_date) }}
        then '{{ column }} lies outside 1990 and three years ahead: correct it'
{%- endmacro %}

{#- Consent as a flag; NULL when it is none of the usual words. -#}
{% macro parse_consent(text) -%}
    case
        when {{ parse_flag(text) }} is not null then {{ parse_flag(text) }}
        when regexp_matches(
            lower({{ compatible_text(text) }}), 'しない|しません|不可|拒否|opt[- ]?out|unsubscribed'
        ) then false
        when regexp_matches(
            lower({{ compatible_text(text) }}), '同意|承諾|許可|希望|opt[- ]?in|^subscribed'
        ) then true
    end
{%- endmacro %}
