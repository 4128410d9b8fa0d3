-- What every source tells of employers.
-- A new source is one line here.
-- grain: account_id, company_id, company_name, valid_from, evidence, source that tells
{%- set sources = [
    'connpass',
    'eventhub',
    'files',
    'hubspot',
    'salesforce',
    'zoom',
] %}

{%- for source in sources %}
select
    account_id, company_name, company_id, valid_from, valid_to, known_since, evidence
from {{ ref('stg_' ~ source ~ '__as_account_affiliations') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
