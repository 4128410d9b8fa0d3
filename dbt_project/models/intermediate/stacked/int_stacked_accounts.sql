-- What every source tells of accounts.
-- A new source is one line here.
-- grain: account_id, source that tells
{%- set sources = [
    'connpass',
    'eventhub',
    'feeds',
    'files',
    'hubspot',
    'qiita',
    'salesforce',
    'slack',
    'x',
    'youtube',
    'zoom',
] %}

{%- for source in sources %}
select
    account_id, source, source_account_id, handle, display_name, name_kana, email,
    email_is_verified, company_name, department, title, prefecture, profile_urls,
    first_seen_at, crm_contact_id, is_bot, is_internal, has_email_consent,
    email_purpose,
    {{ is_own(source) }} as is_own
from {{ ref('stg_' ~ source ~ '__as_accounts') }}
{{- ' union all' if not loop.last }}
{%- endfor %}
