-- Labels of the universal import in the shape of int_labels, the account still as the
-- file names it.
-- grain: source, account_id, handle, email, name, label, label_date
select
    source,
    source || ':' || account_id as account_id,
    handle,
    email,
    name,
    label,
    label_date,
    is_date_lower_bound
from {{ ref('stg_files__labels') }}
