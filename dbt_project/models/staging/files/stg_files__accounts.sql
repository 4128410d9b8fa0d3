-- Accounts that files tell of. An export shows an account as one event or form asked for
-- it: of several the newest filled value of each column counts, and an address comes with
-- what was said of it. Of the universal import the newest row counts, whole.
-- grain: source, account_id
with told as (

    select
        *,
        row_number() over (
            partition by source, account_id
            order by
                _observed_at,
                cast(_dlt_load_id as double),
                _source_file nulls first,
                _source_line nulls first
        ) as version
    from {{ ref('stg_files__accounts_checked') }}
    where
        _row_status = 'staged'
        or (_row_status = 'superseded' and not _is_replaced and _connector <> 'files')

)

select
    source,
    account_id,
    {{ newest_filled('handle', 'version') }} as handle,
    {{ newest_filled('display_name', 'version') }} as display_name,
    {{ newest_filled('name_kana', 'version') }} as name_kana,
    {{ newest_filled('email', 'version') }} as email,
    max_by(email_is_verified, version) filter (where email is not null) as email_is_verified,
    {{ newest_filled('company_name', 'version') }} as company_name,
    {{ newest_filled('department', 'version') }} as department,
    {{ newest_filled('title', 'version') }} as title,
    {{ newest_filled('prefecture', 'version') }} as prefecture,
    {{ newest_filled('profile_urls', 'version') }} as profile_urls,
    min(first_seen_at) as first_seen_at,
    {{ newest_filled('is_bot', 'version') }} as is_bot,
    {{ newest_filled('is_internal', 'version') }} as is_internal,
    {{ newest_filled('has_email_consent', 'version') }} as has_email_consent,
    max_by(email_purpose, version) filter (where email is not null) as email_purpose,
    max_by(_connector, version) as connector,
    max(_observed_at) as observed_at
from told
group by source, account_id
