-- What every source tells of companies.
-- A new source is one line here.
-- grain: company_id
{%- set sources = [
    'files',
    'hubspot',
    'salesforce',
] %}

{%- for source in sources %}
select
    company_id, source, name, corporate_number, domain, prefecture, industry,
    is_customer, contract_status, products
from {{ ref('stg_' ~ source ~ '__as_companies') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
