{#- What organisers write for the format and the state of an event, as our words. -#}

{#- The prefecture that a Japanese address begins with; NULL when it names none. -#}
{% macro prefecture_of(address) -%}
    nullif(
        regexp_extract({{ address }}, '(東京都|北海道|大阪府|京都府|[^ 都道府県0-9]{2,3}県)'), ''
    )
{%- endmacro %}

{#- True when a place (compatible text, lower case) is a stream or a meeting room online. -#}
{% macro is_online_place(place) -%}
    regexp_matches({{ place }}, 'オンライン|online|zoom|youtube|teams|discord|meet[.]google')
{%- endmacro %}

{#- True when a place (compatible text, lower case) says that it is both. -#}
{% macro is_hybrid_place(place) -%}
    regexp_matches({{ place }}, 'ハイブリッド|hybrid')
{%- endmacro %}

{% macro event_format(text) -%}
    case
        when regexp_matches(lower({{ compatible_text(text) }}), 'hybrid|ハイブリッド|併用')
            then 'hybrid'
        when regexp_matches(lower({{ compatible_text(text) }}), 'online|オンライン|virtual|remote|配信')
            then 'online'
        when regexp_matches(
            lower({{ compatible_text(text) }}),
            'offline|on-?site|in-?person|venue|オフライン|オンサイト|会場|対面|現地'
        ) then 'offline'
    end
{%- endmacro %}

{% macro event_status(text) -%}
    case
        when regexp_matches(lower({{ compatible_text(text) }}), 'cancel|中止|キャンセル|延期')
            then 'cancelled'
        when regexp_matches(
            lower({{ compatible_text(text) }}), 'schedul|confirm|held|open|close|done|開催|公開|終了|予定'
        ) then 'scheduled'
    end
{%- endmacro %}
