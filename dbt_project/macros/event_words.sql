{#- What organisers write for the format and the state of an event, as our words. -#}

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
