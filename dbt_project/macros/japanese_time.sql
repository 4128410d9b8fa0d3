{#-
    Times as Japanese exports write them, in local time of `zone`: '2019年7月13日 13時02分',
    '2019年4月1日', and what a spreadsheet makes of them ('2019/7/13 13:02'); with an offset
    they are taken as they are. NULL when the text is no time.
-#}
{% macro parse_japanese_time(text, zone) -%}
    {{ parse_timestamp(japanese_time_as_iso(text), zone) }}
{%- endmacro %}

{% macro japanese_time_as_iso(text) -%}
    trim(regexp_replace(
        regexp_replace(
            trim({{ text }}),
            '^([0-9]{4})[年/]([0-9]{1,2})[月/]([0-9]{1,2})日?[ 　]*', '\1-\2-\3 '
        ),
        '([0-9]{1,2})時([0-9]{1,2})分.*$', '\1:\2'
    ))
{%- endmacro %}
