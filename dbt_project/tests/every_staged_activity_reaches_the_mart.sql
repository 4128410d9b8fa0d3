-- Fails when fewer or more activities of a source's table are in fct_activities than its
-- shaping models hold; a platform's own row replaces an imported one of the same id.
{%- set sources = [
    'connpass',
    'feeds',
    'files',
    'qiita',
    'x',
] %}

with shaped as (

    {%- for source in sources %}
    select activity_id, source, source_table
    from {{ ref('stg_' ~ source ~ '__as_activities') }}
    {{- ' union' if not loop.last }}
    {%- endfor %}

)

select shaped.activity_id
from shaped
left join {{ ref('fct_activities') }} as facts on shaped.activity_id = facts.activity_id
where facts.activity_id is null
