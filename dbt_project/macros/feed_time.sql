{#-
    A time as RSS writes it (RFC 822: 'Mon, 27 Jul 2026 19:18:10 +0900', 'GMT', 'EDT')
    in the form parse_timestamp reads; any other text comes back as it is. A zone without
    a known offset makes it unreadable: better no time than a wrong one.
-#}
{% macro rfc822_as_iso(text) -%}
{%- set form = '^(?:[A-Za-z]+,? +)?([0-9]{1,2}) +([A-Za-z]{3})[A-Za-z]*[.]? +([0-9]{2,4}) +([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?) *([A-Za-z]+|[-+][0-9]{2}:?[0-9]{2})?(?: *[(].*[)])?$' -%}
{%- set part = "regexp_extract(trim(" ~ text ~ "), '" ~ form ~ "', " -%}
    case
        when regexp_matches(trim({{ text }}), '{{ form }}') then concat(
            case
                when length({{ part }} 3)) = 4 then {{ part }} 3)
                when {{ part }} 3) < '70' then '20' || {{ part }} 3)
                else '19' || {{ part }} 3)
            end,
            '-',
            lpad(
                cast(
                    (strpos('janfebmaraprmayjunjulaugsepoctnovdec', lower({{ part }} 2))) + 2)
                    // 3 as string
                ),
                2, '0'
            ),
            '-', lpad({{ part }} 1), 2, '0'),
            'T', lpad({{ part }} 4), case when length({{ part }} 4)) > 5 then 8 else 5 end, '0'),
            case when length({{ part }} 4)) > 5 then '' else ':00' end,
            case upper({{ part }} 5))
                when '' then ''
                when 'Z' then '+00:00'
                when 'GMT' then '+00:00'
                when 'UT' then '+00:00'
                when 'UTC' then '+00:00'
                when 'JST' then '+09:00'
                when 'EST' then '-05:00'
                when 'EDT' then '-04:00'
                when 'CST' then '-06:00'
                when 'CDT' then '-05:00'
                when 'MST' then '-07:00'
                when 'MDT' then '-06:00'
                when 'PST' then '-08:00'
                when 'PDT' then '-07:00'
                else {{ part }} 5)
            end
        )
        else trim({{ text }})
    end
{%- endmacro %}
