-- Who was named star, ambassador, committer ... on which day. The account is found by id,
-- else by handle, else by e-mail within the source that names it; where nothing or more
-- than one account fits, it stays empty: a name alone never links.
-- grain: source, account_id, handle, email, name, label, label_date

with stacked as (

    select * from {{ ref('int_stacked_labels') }}

),

accounts_by_handle as (

    select
        source,
        lower(handle) as handle,
        min(account_id) as account_id
    from {{ ref('int_accounts') }}
    where handle is not null
    group by source, lower(handle)
    having count(*) = 1

),

accounts_by_email as (

    select
        source,
        email,
        min(account_id) as account_id
    from {{ ref('int_accounts') }}
    where email is not null
    group by source, email
    having count(*) = 1

)

select
    stacked.source,
    coalesce(
        stacked.account_id, accounts_by_handle.account_id, accounts_by_email.account_id
    ) as account_id,
    stacked.handle,
    stacked.email,
    stacked.name,
    stacked.label,
    stacked.label_date,
    stacked.is_date_lower_bound
from stacked
left join accounts_by_handle
    on
        stacked.source = accounts_by_handle.source
        and lower(stacked.handle) = accounts_by_handle.handle
left join accounts_by_email
    on
        stacked.source = accounts_by_email.source
        and stacked.email = accounts_by_email.email
