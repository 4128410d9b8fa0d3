-- What every source tells of people named star, ambassador, committer.
-- A new source is one line here.
-- grain: source, account_id, handle, email, name, label, label_date
{%- set sources = [
    'files',
] %}

{%- for source in sources %}
select
    source, account_id, handle, email, name, label, label_date, is_date_lower_bound
from {{ ref('stg_' ~ source ~ '__as_labels') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
