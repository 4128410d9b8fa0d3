{#- Handles on other platforms, read from the links people put into their profiles. -#}

{#-
    'x:someone;github:someone' from a free text; NULL when it links to none. One link per
    platform, the first; pages of the platform itself are no handles.
-#}
{% macro linked_profiles(text) -%}
    nullif(concat_ws(
        ';',
        {{ linked_handle(text, 'connpass', 'connpass[.]com/user/') }},
        {{ linked_handle(text, 'github', 'github[.]com/') }},
        {{ linked_handle(text, 'note', 'note[.]com/') }},
        {{ linked_handle(text, 'qiita', 'qiita[.]com/') }},
        {{ linked_handle(text, 'speakerdeck', 'speakerdeck[.]com/') }},
        {{ linked_handle(text, 'x', '(?:twitter|x)[.]com/@?') }},
        {{ linked_handle(text, 'zenn', 'zenn[.]dev/') }}
    ), '')
{%- endmacro %}

{% macro linked_handle(text, platform, address) -%}
    '{{ platform }}:' || nullif(regexp_replace(
        regexp_extract(
            lower({{ text }}), '(^|[^a-z0-9.-])(www[.]|mobile[.])?{{ address }}([a-z0-9_-]+)', 3
        ),
        '^(home|intent|search|share|hashtag|i|orgs|sponsors|topics|items|tags|articles|n|p)$',
        ''
    ), '')
{%- endmacro %}
