-- What every source tells of two accounts being one person.
-- A new source is one line here.
-- grain: account_id_a, account_id_b, evidence, source that tells
{%- set sources = [
    'connpass',
    'files',
    'hubspot',
    'salesforce',
] %}

{%- for source in sources %}
select account_id_a, account_id_b, evidence, n
from {{ ref('stg_' ~ source ~ '__as_account_links') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
