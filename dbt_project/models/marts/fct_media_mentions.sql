-- Articles, broadcasts and interviews about the community, with the price an advertisement
-- of that type would have (seed media_prices: example values until somebody edits them).
-- grain: mention_id
with mentions as (

    select * from {{ ref('stg_files__media_mentions') }}

),

keys as (

    select * from {{ ref('int_member_keys') }}

)

select
    md5(mentions.mention_id) as mention_id,
    mentions.connector as source,
    mentions.published_date,
    mentions.media,
    coalesce(mentions.type, 'unknown') as type,
    mentions.title,
    mentions.url,
    coalesce(by_account.member_id, by_email.member_id) as member_id,
    mentions.event_id,
    mentions.reach,
    prices.unit_price_jpy,
    mentions.production_cost,
    mentions.currency,
    {{ yen_of('mentions.production_cost', 'mentions.currency') }} as production_cost_jpy,
    mentions.name as person_name,
    mentions.email as person_email
from mentions
left join {{ ref('media_prices') }} as prices
    on mentions.type = prices.type
left join keys as by_account
    on 'account:' || mentions.account_id = by_account.member_key
left join keys as by_email
    on 'email:' || mentions.email = by_email.member_key
