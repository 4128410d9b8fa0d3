-- What every source tells of deals.
-- A new source is one line here.
-- grain: deal_id
{%- set sources = [
    'files',
    'hubspot',
    'salesforce',
] %}

{%- for source in sources %}
select
    deal_id, source, company_id, amount, currency, stage, created_date, closed_date,
    is_won, is_closed, owner
from {{ ref('stg_' ~ source ~ '__as_deals') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
