-- Renamed connpass accounts in the shape of int_account_links: one stable user id that
-- was seen under several nicknames.
-- grain: account_id_a, account_id_b, evidence
with nicknames as (

    select distinct
        user_id,
        nickname
    from {{ ref('stg_connpass__users') }}

)

select
    'connpass:' || older.nickname as account_id_a,
    'connpass:' || newer.nickname as account_id_b,
    'renamed' as evidence,
    cast(1 as bigint) as n
from nicknames as older
inner join nicknames as newer
    on older.user_id = newer.user_id and older.nickname < newer.nickname
