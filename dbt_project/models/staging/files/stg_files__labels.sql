-- Who was named star, ambassador, committer ... on which day.
-- grain: source, account_id, handle, email, name, label, label_date
select
    source,
    account_id,
    handle,
    email,
    name,
    label,
    label_date,
    is_date_lower_bound,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__labels_checked') }}
where _row_status = 'staged'
