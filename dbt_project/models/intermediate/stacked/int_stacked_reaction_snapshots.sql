-- What every source tells of reactions on a day.
-- A new source is one line here.
-- grain: activity_id, observed_date, source that tells
{%- set sources = [
    'files',
    'qiita',
    'slack',
    'x',
    'youtube',
] %}

{%- for source in sources %}
select activity_id, observed_date, reactions
from {{ ref('stg_' ~ source ~ '__as_reaction_snapshots') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
