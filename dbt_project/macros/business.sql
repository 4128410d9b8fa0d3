{#- Words and days of contracts, costs and recruiting, read the same way everywhere. -#}

{#- True for the words by which a contract is said not to have begun. -#}
{% macro is_contract_to_come(status) -%}
    lower(trim({{ status }})) in ('draft', 'pending', 'quoted', '見積中', '申込中', '商談中', '下書き')
{%- endmacro %}

{#- True while a contract runs; a contract without a first day never does. -#}
{% macro is_contract_active(active_from, active_to, day) -%}
    ({{ active_from }} <= {{ day }} and coalesce({{ active_to }} >= {{ day }}, true))
{%- endmacro %}

{#- Yen of an amount; NULL for another currency: there is no rate for its day. -#}
{% macro yen_of(amount, currency) -%}
    case when coalesce({{ currency }}, 'JPY') = 'JPY' then cast({{ amount }} as decimal(18, 2)) end
{%- endmacro %}

{#- True for costs of trainings and certificates. -#}
{% macro is_training_cost(category) -%}
    coalesce(regexp_matches(
        lower({{ compatible_text(category) }}), 'training|certif|研修|資格|教育|受験'
    ), false)
{%- endmacro %}

{#- True for costs of making what the media show. -#}
{% macro is_production_cost(category) -%}
    coalesce(regexp_matches(
        lower({{ compatible_text(category) }}), 'production|制作|取材|撮影'
    ), false)
{%- endmacro %}

{#- True for recruiting channels that name the community. -#}
{% macro is_community_channel(channel) -%}
    regexp_matches(
        lower({{ compatible_text(channel) }}), 'community|コミュニティ|ユーザー会|ユーザ会|勉強会'
    )
{%- endmacro %}

{#- True for the names under which a target of attendances is written. -#}
{% macro is_attendance_target(metric) -%}
    coalesce(regexp_matches(
        lower({{ compatible_text(metric) }}), 'attend|集客|参加|出席|来場'
    ), false)
{%- endmacro %}

{#-
    The first day of the fiscal quarter of a day. Fiscal years begin on the first of
    `start_month`, so quarters begin every three months from there.
-#}
{% macro fiscal_quarter_start(day, start_month) -%}
    cast(
        date_trunc('month', {{ day }})
        - to_months(cast((month({{ day }}) + 12 - {{ start_month }}) % 3 as integer)) as date
    )
{%- endmacro %}

{#- The last day of the fiscal quarter that begins on a day. -#}
{% macro fiscal_quarter_end(quarter_start) -%}
    last_day(cast({{ quarter_start }} + to_months(2) as date))
{%- endmacro %}

{#- The first day of the fiscal year of a day. -#}
{% macro fiscal_year_start(day, start_month) -%}
    cast(
        date_trunc('month', {{ day }})
        - to_months(cast((month({{ day }}) + 12 - {{ start_month }}) % 12 as integer)) as date
    )
{%- endmacro %}

{#- The last day of the fiscal year that begins on a day. -#}
{% macro fiscal_year_end(year_start) -%}
    last_day(cast({{ year_start }} + to_months(11) as date))
{%- endmacro %}
