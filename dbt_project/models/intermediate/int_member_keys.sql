-- By what lists name a person, and who it is: 'account:<source>:<id>', 'handle:<source>:
-- <handle>' and 'email:<address>'. Of addresses only those a source has verified, and not
-- those given to run one event. A key that fits two people leads to neither; a name is none.
-- grain: member_key

with accounts as (

    select
        accounts.account_id,
        accounts.source,
        lower(accounts.handle) as handle,
        case
            when
                accounts.email_is_verified
                and coalesce(accounts.email_purpose, 'any') <> 'event'
                then lower(accounts.email)
        end as email,
        account_members.member_id
    from {{ ref('int_accounts') }} as accounts
    inner join {{ ref('account_members') }} as account_members
        on accounts.account_id = account_members.account_id

),

keys as (

    select
        'account:' || account_id as member_key,
        member_id
    from accounts

    union all

    select
        'handle:' || source || ':' || handle as member_key,
        member_id
    from accounts

    union all

    select
        'email:' || email as member_key,
        member_id
    from accounts

)

select
    member_key,
    min(member_id) as member_id
from keys
where member_key is not null
group by member_key
having min(member_id) = max(member_id)
