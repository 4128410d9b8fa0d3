{#-
    Sources whose exports are read by column maps, with the kinds of rows they yield: each
    is a raw table file_<kind> of the source, with the columns of the universal import.
    A new source is one line here.
-#}
{% macro mapped_files() -%}
    {{ return({
        'doorkeeper': ['accounts', 'registrations'],
        'eventhub': ['accounts', 'registrations'],
        'eventregist': ['accounts', 'registrations'],
        'facebook': ['accounts', 'activities'],
        'forms': ['accounts', 'survey_responses'],
        'inhouse': ['accounts', 'events', 'companies', 'labels', 'contracts', 'certifications', 'hires', 'costs', 'media_mentions', 'referrals', 'targets'],
        'peatix': ['accounts', 'registrations'],
        'portal': ['accounts', 'events', 'registrations', 'activities', 'affiliations', 'links', 'labels', 'survey_responses', 'referrals'],
        'techplay': ['accounts', 'registrations'],
        'x': ['accounts', 'activities'],
        'zoom': ['accounts', 'events', 'registrations'],
    }) }}
{%- endmacro %}

{% macro mapped_sources(kind) -%}
    {%- set names = [] -%}
    {%- for name, kinds in mapped_files().items() if kind in kinds -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- What a row of each kind of file is known by, as in sources/_files/kinds.py. -#}
{% macro file_keys() -%}
    {{ return({
        'accounts': ['source', 'account_id'],
        'events': ['source', 'event_id'],
        'registrations': ['source', 'event_id', 'account_id'],
        'activities': ['source', 'activity_id'],
        'companies': ['company_id'],
        'affiliations': ['source', 'account_id', 'company', 'valid_from'],
        'links': ['source_a', 'account_id_a', 'source_b', 'account_id_b', 'evidence'],
        'deals': ['deal_id'],
        'labels': ['source', 'date', 'label', 'account_id', 'handle', 'email', 'name'],
        'survey_responses': ['source', 'survey_id', 'event_id', 'response_id', 'question_id'],
        'contracts': ['contract_id'],
        'certifications': ['certification', 'earned_date', 'account_id', 'email', 'employee_id', 'name'],
        'hires': ['hire_id'],
        'costs': ['cost_id'],
        'media_mentions': ['mention_id', 'url', 'media', 'title', 'published_date'],
        'referrals': ['source', 'account_id', 'referrer'],
        'targets': ['metric', 'period_start', 'period_end', 'dimension', 'dimension_value', 'event_id'],
    }) }}
{%- endmacro %}

{#- Columns of one kind over the universal import and every mapped source, stacked. -#}
{% macro told_by_files(kind, columns) -%}
    select
        {{ columns }},
        'files' as _connector
    from {{ source('files', kind) }}
    {%- for name in mapped_sources(kind) %}
    union all by name
    select
        {{ columns }},
        '{{ name }}' as _connector
    from {{ source(name, 'file_' ~ kind) }}
    {%- endfor %}
{%- endmacro %}

{#-
    Landed rows of one kind, complete loads only; `_connector` says who landed a row. A file
    read again by another map lands under its old _row_hash: `_is_replaced` is true for the
    rows of the reading before, and for the row without a line that says that the file has
    no rows of this kind any more.
-#}
{% macro landed_files(kind) -%}
    select
        told.*,
        told._source_line is null
        or coalesce(told._dlt_load_id <> newest.load_id, false) as _is_replaced
    from ({{ told_by_files(kind, '*') }}) as told
    left join (
        select
            _connector,
            _row_hash,
            max_by(_dlt_load_id, cast(_dlt_load_id as double)) as load_id
        from ({{ told_by_files(kind, '_row_hash, _dlt_load_id') }}) as readings
        where {{ is_complete_load() }}
        group by _connector, _row_hash
    ) as newest
        on
            told._connector = newest._connector
            and told._row_hash = newest._row_hash
    where {{ is_complete_load() }}
{%- endmacro %}

{#-
    Whether a row is the platform's own word: of a connector's rows it is, of the rows of
    files where the export came from that platform and not by the universal import.
-#}
{% macro is_own(source) -%}
    {{ 'connector = source' if source == 'files' else 'true' }}
{%- endmacro %}
