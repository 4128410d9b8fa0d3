{#- How events of several platforms are recognised as one. -#}

{#-
    A title without what organisers add for one platform: 【オンライン同時開催】,
    (増枠), [Online]. Brackets that hold anything else (a city, a number) stay.
-#}
{% macro bare_title(title) -%}
    {{ comparable_text(
        "regexp_replace(lower(" ~ compatible_text(title) ~ "), '[【\[(](?:オンライン|同時|配信|開催|ハイブリッド|現地|会場|参加|無料|先着順?|満席|満員御礼|増枠|追加|受付中|申込|公式|online|hybrid|free|[/・&+、, ])+[】\])]', '', 'g')"
    ) }}
{%- endmacro %}

{#- The numbers in a title, in order: #12 and #13 are two events of one series. -#}
{% macro title_numbers(title) -%}
    array_to_string(regexp_extract_all({{ compatible_text(title) }}, '[0-9]+'), ',')
{%- endmacro %}

{#- '<source>:<id>' of an event page; NULL for an address that is none. -#}
{% macro event_of_page(url) -%}
    case
        when regexp_matches({{ url }}, 'connpass[.]com/event/[0-9]+')
            then 'connpass:' || regexp_extract({{ url }}, '/event/([0-9]+)', 1)
        when regexp_matches({{ url }}, 'doorkeeper[.]jp/events/[0-9]+')
            then 'doorkeeper:' || regexp_extract({{ url }}, '/events/([0-9]+)', 1)
        when regexp_matches({{ url }}, 'peatix[.]com/(?:sales/)?event/[0-9]+')
            then 'peatix:' || regexp_extract({{ url }}, '/event/([0-9]+)', 1)
        when regexp_matches({{ url }}, 'techplay[.]jp/event/[0-9]+')
            then 'techplay:' || regexp_extract({{ url }}, '/event/([0-9]+)', 1)
        when regexp_matches({{ url }}, 'eventregist[.]com/e/')
            then 'eventregist:' || regexp_extract({{ url }}, '/e/([A-Za-z0-9_-]+)', 1)
        when regexp_matches({{ url }}, 'eventhub[.]jp/event/')
            then 'eventhub:' || regexp_extract({{ url }}, '/event/([A-Za-z0-9_-]+)', 1)
        when regexp_matches({{ url }}, 'zoom[.]us/[jw]/[0-9]+')
            then 'zoom:' || regexp_extract({{ url }}, '/[jw]/([0-9]+)', 1)
    end
{%- endmacro %}
