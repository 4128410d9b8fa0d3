-- What every file that people drop held, version by version, as it was handed over: a
-- file of the same name with another content is its next version; is_replaced are rows of
-- an earlier reading of the same content. The gate looks for rows that a version lacks.
-- grain: one landed row of a file
{{ config(materialized='view') }}

{% for kind, key in file_keys().items() -%}
select
    '{{ kind }}' as kind,
    _connector as connector,
    _source_file as file,
    _row_hash as content,
    cast(_dlt_load_id as double) as load_order,
    _observed_at as observed_at,
    _is_replaced as is_replaced,
    hash({{ key | join(', ') }}) as row_key
from ({{ landed_files(kind) }})
where _source_file is not null
{% if not loop.last %}union all{% endif %}
{% endfor %}
