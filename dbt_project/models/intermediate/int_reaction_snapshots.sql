-- How many reactions an activity had on each day we looked.
-- grain: activity_id, observed_date
{%- set sources = [
    'files',
    'qiita',
    'x',
] %}

with stacked as (

    {%- for source in sources %}
    select activity_id, observed_date, reactions
    from {{ ref('stg_' ~ source ~ '__as_reaction_snapshots') }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}

)

select
    activity_id,
    observed_date,
    max(reactions) as reactions
from stacked
group by activity_id, observed_date
