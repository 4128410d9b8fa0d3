{#-
    What companies are recognised by: number, domain, name, legal form. For comparing only;
    compare_company in pipelines/identity/normalise.py is the same key in Python.
-#}

{#-
    The 法人番号 in a text: thirteen digits, also with hyphens or as an invoice number (T...);
    NULL when its first digit does not check the others: a typing error or a filler.
-#}
{% macro corporate_number(text) -%}
    {%- set digits = "regexp_replace(" ~ compatible_text(text) ~ ", '^[Tt]|[ -]', '', 'g')" -%}
    case
        when
            regexp_matches({{ digits }}, '^[0-9]{13}$')
            and {{ digits }} <> '9999999999999'
            and cast(substr({{ digits }}, 1, 1) as integer) = 9 - (
                {%- for place in range(2, 14) %}
                cast(substr({{ digits }}, {{ place }}, 1) as integer) * {{ 2 - place % 2 }}
                {{- ' +' if not loop.last }}
                {%- endfor %}
            ) % 9
            then {{ digits }}
    end
{%- endmacro %}

{#- The host of an address on the web, of an e-mail or as such, without www. -#}
{% macro host_of(text) -%}
    nullif(regexp_extract(
        lower(trim({{ text }})),
        '^(?:[a-z]+://)?(?:[^/@\s]*@)?(?:www[.])?([a-z0-9-]+(?:[.][a-z0-9-]+)+)[.]?(?:[/:?#].*)?$',
        1
    ), '')
{%- endmacro %}

{#-
    One row per domain that a domain lies in, itself first: `suffix`, and `depth` labels
    above it (0: itself). Used as a joined relation.
-#}
{% macro enclosing_domains(domain) -%}
    lateral (
        select
            cast(labels.depth as integer) as depth,
            array_to_string(
                list_slice(string_split({{ domain }}, '.'), labels.depth + 1, 99), '.'
            ) as suffix
        from unnest(range(len(string_split({{ domain }}, '.')) - 1)) as labels (depth)
    )
{%- endmacro %}

{#-
    A company's name as a key: without its legal form, without a department behind it,
    without punctuation, variant kanji as one. 'ＡＢＣ株式会社', '(株)ABC', 'ABC Co., Ltd.'
    and 'ABC株式会社 情報システム部' are one.
-#}
{% macro comparable_company(name) -%}
    nullif(regexp_replace(
        {{ without_latin_accents(company_without_latin_form(company_without_department(name))) }},
        '[^\p{L}\p{N}\p{M}_]+', '', 'g'
    ), '')
{%- endmacro %}

{#- The legal form in a name, NULL when it names none: 株山田 and 有山田 are two companies. -#}
{% macro legal_form(name) -%}
    case
        when regexp_matches({{ company_text(name) }}, '株式会社|\(株\)') then '株式会社'
        when regexp_matches({{ company_text(name) }}, '有限会社|\(有\)') then '有限会社'
        when regexp_matches({{ company_text(name) }}, '合同会社|\(同\)') then '合同会社'
        when regexp_matches({{ company_text(name) }}, '合資会社') then '合資会社'
        when regexp_matches({{ company_text(name) }}, '合名会社') then '合名会社'
        when
            regexp_matches(
                {{ company_text(name) }},
                '(社団|財団|活動|npo|学校|医療|福祉|行政|大学)法人|\((一社|公財|一財|公社)\)'
            )
            then '法人'
    end
{%- endmacro %}

{#- Compatible, lower case, each variant of a kanji as the usual one (letters.py has them). -#}
{% macro company_text(name) -%}
    {%- set variants =
        '髙﨑嵜碕齋齊斉邊邉澤濱濵嶋嶌廣櫻國眞惠德淸榮瀨渕桒舘冨栁槗𣘺靜曾藪籔龍瀧恆會學實與條檜'
        ~ '𠮷曻昻圡枩埜峯嶽巖彥彌豐萬圓龜鐵鉃應黑黃靑寬緖藏總關淺穗郞晉禮壽勳淨縣團莊薰堯遙槇禰穎'
        ~ '曉來處萠翆舩冝滿增聰㐂啟麴鄕鎭賴顯鷄麥收壯奧寶將峽悅戶數樂橫步氣溪澁澂爲產稻綠聲藝藥衞'
        ~ '覺觀譽讓隱靈驛髮凜冱嶢佛傳價兒劍勵區單參雙圍圖壹壺夾姬峨帶懷戀搖攝柏條樞檢歐殘瑤畫盡祕' -%}
    {%- set usual =
        '高崎崎崎斎斎斎辺辺沢浜浜島島広桜国真恵徳清栄瀬淵桑館富柳橋橋静曽薮薮竜滝恒会学実与条桧'
        ~ '吉昇昂土松野峰岳巌彦弥豊万円亀鉄鉄応黒黄青寛緒蔵総関浅穂郎晋礼寿勲浄県団荘薫尭遥槙祢頴'
        ~ '暁来処萌翠船宜満増聡喜啓麹郷鎮頼顕鶏麦収壮奥宝将峡悦戸数楽横歩気渓渋澄為産稲緑声芸薬衛'
        ~ '覚観誉譲隠霊駅髪凛冴尭仏伝価児剣励区単参双囲図壱壷夹姫峨帯懐恋揺摂柏条枢検欧残瑶画尽秘' -%}
    {%- set text = "lower(" ~ compatible_text("replace(" ~ name ~ ", '㍿', '株式会社')") ~ ")" -%}
    {#- translate reads the whole table for every name: only where there is a variant -#}
    case
        when regexp_matches({{ text }}, '[{{ variants }}]')
            then translate({{ text }}, '{{ variants }}', '{{ usual }}')
        else {{ text }}
    end
{%- endmacro %}

{#-
    A name without its Japanese legal form and without what follows it when it stands in the
    middle (ABC株式会社営業部), without a usual department behind a name that begins with
    the form (株式会社ABC営業部), and without what stands apart and ends like a department.
-#}
{% macro company_without_department(name) -%}
    {%- set form = '株式会社|有限会社|合同会社|合資会社|合名会社|\((?:株|有|同)\)' -%}
    regexp_replace(
        trim(regexp_replace(
            regexp_replace(
                regexp_replace({{ company_text(name) }}, '^(.*\S.*?)({{ form }}).+$', '\1'),
                '^((?:{{ form }})\s*[^\s/]+?)((第?[一二三四五六七八九0-9]+)?(営業|開発|総務|人事|経理|財務|法務|企画|広報|購買|調達|製造|技術|品質|情報|システム|マーケティング|研究開発|経営|事業)[^\s/]*?(部|課)(\s.*)?)$',
                '\1'
            ),
            '{{ form }}|(一般|公益)(社団|財団)法人|(特定非営利活動|npo|学校|医療|独立行政|国立大学)法人|\((一社|公財|一財|公社)\)',
            ' ', 'g'
        )),
        '^([^\s/].*?)[\s/]+[^\s]*(部|部門|課|室|局|支社|支店|営業所|研究所|研究科|センター|グループ|チーム|division|department|dept[.]?)(\s.*)?$',
        '\1'
    )
{%- endmacro %}

{% macro company_without_latin_form(text) -%}
    regexp_replace(
        {{ text }},
        '[\s,]+(co[.]?,?\s*ltd|company,?\s+limited|company|co|corporation|corp|incorporated|inc|limited|ltd|llc|llp|gmbh|k[.]?k|plc|s[.]?a)[.]?\s*$',
        ''
    )
{%- endmacro %}

{#- Latin letters without accents; kana keep their voicing marks (ガ is not カ). -#}
{% macro without_latin_accents(text) -%}
    case
        when regexp_matches({{ text }}, '[\x{3040}-\x{30ff}]') then {{ text }}
        else translate(
            replace(replace(replace(strip_accents({{ text }}), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'),
            'đðøłı', 'ddoli'
        )
    end
{%- endmacro %}

{#-
    Who bears a name: one row per name and mark (see int_company_marks) with the legal forms
    it has there and what is known of the company. Names of the registers count for the
    numbers that occur.
    marked: a relation with mark, corporate_number, name_key, legal_form, prefecture, domain.
-#}
{% macro bearers_of_names(marked) -%}
    select
        names.name_key,
        names.mark,
        any_value(facts.mark_kind) as mark_kind,
        {{ values_known('names.legal_form') }} as legal_forms,
        any_value(facts.prefectures) as prefectures,
        any_value(facts.domains) as domains
    from (
        select
            mark,
            name_key,
            legal_form
        from {{ marked }}
        where name_key is not null
        union
        select
            named.mark,
            registered.name_key,
            registered.legal_form
        from {{ marked }} as named
        inner join {{ ref('int_registered_names') }} as registered
            on named.corporate_number = registered.corporate_number
    ) as names
    inner join (
        select
            mark,
            split_part(mark, ':', 1) as mark_kind,
            {{ values_known('prefecture') }} as prefectures,
            {{ values_known('domain') }} as domains
        from {{ marked }}
        group by mark
    ) as facts
        on names.mark = facts.mark
    group by names.name_key, names.mark
{%- endmacro %}

{#-
    Where a name leads: the mark among `others` that bears the same name and is meant. It
    is the only one that bears it and nothing known contradicts, or it alone of several
    lies in the same prefecture. Two names that lead to two lead nowhere.
    kind: whose names are looked up; towards: the kinds that may be meant.
-#}
{% macro marks_meant(bearers, kind, towards) -%}
    select
        mark,
        min(meant) as meant
    from (
        select
            bearers.mark,
            others.mark as meant,
            others.mark_kind,
            coalesce({{ lists_meet('bearers.legal_forms', 'others.legal_forms') }}, true)
            and coalesce({{ lists_meet('bearers.domains', 'others.domains') }}, true)
                as may_be,
            {{ lists_meet('bearers.prefectures', 'others.prefectures') }} as is_near,
            count(*) over (partition by bearers.mark, bearers.name_key) as other_count
        from {{ bearers }} as bearers
        inner join {{ bearers }} as others
            on
                bearers.name_key = others.name_key
                and bearers.mark <> others.mark
                and others.mark_kind <> 'row'
        where bearers.mark_kind = '{{ kind }}'
    ) as namesakes
    where
        may_be
        and mark_kind in ({{ towards }})
        and case when other_count = 1 then coalesce(is_near, true) else is_near end
    group by mark
    having min(meant) = max(meant)
{%- endmacro %}
