{#- Text as it is compared, never as it is shown. NULL when nothing is left. -#}

{#-
    NFKC of what Japanese exports hold: full-width letters and digits, half-width kana
    (their voice marks composed), every kind of space as one, ㈱ and friends spelt out.
-#}
{% macro compatible_text(text) -%}
    trim(regexp_replace(
        nfc_normalize(translate(
            replace(replace(replace({{ text }}, '㈱', '(株)'), '㈲', '(有)'), '…', '...'),
            '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ',
            '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゙゚'
        )),
        '[\s\x{00a0}\x{2000}-\x{200b}\x{3000}\x{feff}]+', ' ', 'g'
    ))
{%- endmacro %}

{#- Compatible, lower case, without spaces: titles and names as keys. -#}
{% macro comparable_text(text) -%}
    nullif(replace(lower({{ compatible_text(text) }}), ' ', ''), '')
{%- endmacro %}

{#- Empty and blank text as NULL. -#}
{% macro filled_text(text) -%}
    nullif(trim({{ text }}), '')
{%- endmacro %}

{#- A sentence without what stands in it between single quotation marks. -#}
{% macro without_quotations(text) -%}
    regexp_replace({{ text }}, ' ?''[^'']*''', '', 'g')
{%- endmacro %}

{#- Text as a flag; NULL when it is none of the usual words. -#}
{% macro parse_flag(text) -%}
    case
        when lower(trim({{ text }})) in ('true', 't', 'yes', 'y', '1', '1.0', '出席', 'はい')
            then true
        when lower(trim({{ text }})) in ('false', 'f', 'no', 'n', '0', '0.0', '欠席', 'いいえ')
            then false
    end
{%- endmacro %}

{#- Text as a whole number; thousands separators are allowed. NULL when it is none. -#}
{% macro parse_count(text) -%}
    cast(try_cast(replace(trim({{ text }}), ',', '') as decimal(18, 0)) as bigint)
{%- endmacro %}

{#- True for a text that should be a whole number and is none. -#}
{% macro is_no_count(text) -%}
    ({{ filled_text(text) }} is not null and {{ parse_count(text) }} is null)
{%- endmacro %}

{#-
    An address on the web as a key: https, lower-case host without www., no fragment, no
    campaign parameters, no slash at the end. A post on X is the same under its author's
    name, under twitter.com and under i/web.
-#}
{% macro canonical_url(url) -%}
    nullif(regexp_replace(
        regexp_replace(
            {{ plain_url(url) }},
            '^https://(twitter|x)[.]com/(i/web|[^/]+)/status/([0-9]+).*$',
            'https://x.com/i/web/status/\3'
        ),
        '[/?&]+$', ''
    ), '')
{%- endmacro %}

{% macro plain_url(url) -%}
    regexp_replace(
        regexp_replace(
            lower(regexp_extract(trim({{ url }}), '^(?i:https?)://[^/?#]+'))
            || regexp_replace(
                regexp_replace(trim({{ url }}), '^(?i:https?)://[^/?#]+', ''), '#.*$', ''
            ),
            '([?&])((utm_[a-z]+|fbclid|gclid|yclid|ref_src)=[^&]*&?)+', '\1', 'g'
        ),
        '^https?://(www[.]|m[.]|mobile[.])?', 'https://'
    )
{%- endmacro %}

{#- The domain of an e-mail address, lower case. -#}
{% macro email_domain(email) -%}
    nullif(lower(regexp_extract({{ email }}, '@([^@\s]+)$', 1)), '')
{%- endmacro %}

{#- True for text that asks something; a ? inside an address asks nothing. -#}
{% macro is_question(text) -%}
    coalesce(regexp_matches(
        {{ text }}, '？|\?(\s|$|[)」』])|でしょうか|教えて(ください|下さい|いただ|頂)|ご存[じ知]'
    ), false)
{%- endmacro %}
