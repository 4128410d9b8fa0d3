{#- What of a person's accounts is fit to be shown. -#}

{#-
    A name without the honorific that others put behind it (山田 太郎様); nothing else of it
    changes. A nickname of one character and さん is left alone.
-#}
{% macro without_honorific(name) -%}
    regexp_replace(
        trim({{ name }}), '^(.{2,}?)[\s\x{3000}]*(様|さま|さん|氏|殿|先生)$', '\1'
    )
{%- endmacro %}

{#-
    True for a name with surname and given name: two words, or Japanese without a space that
    is long enough. 佐々木 alone is none where others typed it (a CRM joins its two fields by
    a space) or an honorific follows.
-#}
{% macro is_full_name(name, is_typed_by_others) -%}
    {%- set bare = without_honorific(name) -%}
    coalesce(
        regexp_matches({{ bare }}, '^[\p{L}''’.ー-]+[\s\x{3000}・]+[\p{L}''’.ー・\s\x{3000}-]+$')
        or regexp_matches({{ bare }}, '^[ぁ-ヿー]{5,}$')
        or (
            regexp_matches({{ bare }}, '^[\p{Han}々ヶ][\p{Han}々ヶぁ-ヿー]+$')
            and length({{ bare }}) >= case
                when {{ is_typed_by_others }} or {{ bare }} <> trim({{ name }}) then 4
                else 3
            end
        ),
        false
    )
{%- endmacro %}

{#- True for an address read by whoever is on duty: it says where, not who. -#}
{% macro is_role_address(email) -%}
    coalesce(
        regexp_replace(lower(split_part({{ email }}, '@', 1)), '[^a-z]+', '', 'g') in (
            'abuse', 'admin', 'administrator', 'career', 'contact', 'customer', 'devnull',
            'donotreply', 'eigyo', 'event', 'events', 'help', 'helpdesk', 'info',
            'information', 'inquiry', 'jimukyoku', 'jinji', 'kanri', 'keiri', 'koho',
            'kouhou', 'mail', 'mailerdaemon', 'marketing', 'ml', 'noreply', 'office',
            'postmaster', 'press', 'recruit', 'root', 'saiyo', 'sales', 'seminar', 'service',
            'shop', 'somu', 'soumu', 'staff', 'support', 'toiawase', 'web', 'webmaster'
        ),
        false
    )
{%- endmacro %}
