-- Evidence that two accounts belong to one person: pairs that sources give, and profiles
-- that name another account (`platform:handle;...`).
-- grain: account_id_a, account_id_b, evidence

with stacked as (

    select * from {{ ref('int_stacked_account_links') }}

),

accounts as (

    select
        account_id,
        source,
        source_account_id,
        lower(handle) as handle,
        profile_urls
    from {{ ref('int_accounts') }}

),

profile_entries as (

    select
        accounts.account_id,
        split_part(entries.part, ':', 1) as platform,
        lower(ltrim(substr(entries.part, length(split_part(entries.part, ':', 1)) + 2), '@'))
            as handle
    from accounts
    cross join {{ split_to_rows('accounts.profile_urls', ';') }} as entries
    where accounts.profile_urls is not null

),

-- The same platform under its other name.
named_platforms as (

    select
        account_id,
        case lower(platform) when 'twitter' then 'x' else lower(platform) end as platform,
        handle
    from profile_entries
    where handle <> ''

),

profile_links as (

    select
        named_platforms.account_id as account_id_a,
        accounts.account_id as account_id_b,
        'profile_link' as evidence,
        count(*) as n
    from named_platforms
    inner join accounts
        on
            named_platforms.platform = accounts.source
            and named_platforms.handle = accounts.handle
    where named_platforms.account_id <> accounts.account_id
    group by named_platforms.account_id, accounts.account_id

)

select
    account_id_a,
    account_id_b,
    evidence,
    n
from stacked

union all

select
    account_id_a,
    account_id_b,
    evidence,
    n
from profile_links
