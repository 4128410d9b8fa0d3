-- Who brought whom: one row per referred member. A list's word comes before what was said
-- at a registration, a referrer we know before one we do not, then the earliest. Nobody
-- brings himself; of a circle the newest link is cut (see referral_depths).
-- grain: member_id
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

keys as (

    select * from {{ ref('int_member_keys') }}

),

named as (

    select
        'account:' || account_id as member_key,
        case referrer_kind
            when 'email' then 'email:' || referrer
            when 'handle' then 'handle:' || source || ':' || referrer
            when 'account_id' then 'account:' || referrer
        end as referrer_key,
        -- what stands for an account may be the name that it shows
        case when referrer_kind = 'account_id' then 'handle:' || lower(referrer) end
            as handle_key,
        referred_at,
        event_id
    from {{ ref('stg_files__referrals') }}

),

listed as (

    select
        referred.member_id,
        coalesce(by_key.member_id, by_handle.member_id) as referrer_member_id,
        named.referred_at,
        'file' as evidence,
        named.event_id
    from named
    inner join keys as referred
        on named.member_key = referred.member_key
    left join keys as by_key
        on named.referrer_key = by_key.member_key
    left join keys as by_handle
        on named.handle_key = by_handle.member_key

),

registered as (

    select
        member_id,
        referrer_member_id,
        registered_at as referred_at,
        'registration' as evidence,
        event_id
    from {{ ref('fct_registrations') }}
    where referrer_member_id is not null

),

told as (

    select * from listed
    union all
    select * from registered

),

dated as (

    select
        told.*,
        {{ local_date('told.referred_at', 'parameters.timezone') }} as referred_date
    from told
    cross join parameters
    where
        coalesce(
            {{ local_date('told.referred_at', 'parameters.timezone') }}
            <= parameters.as_of_date,
            true
        )
        and coalesce(told.referrer_member_id <> told.member_id, true)

),

chosen as (

    select *
    from dated
    qualify row_number() over (
        partition by member_id
        order by
            case when referrer_member_id is not null then 0 else 1 end,
            evidence,
            referred_at nulls last,
            referrer_member_id,
            event_id
    ) = 1

),

links as (

    select
        member_id,
        referrer_member_id,
        referred_date
    from chosen
    where referrer_member_id is not null

),

depths as (

    select * from {{ referral_depths('links') }} as walked

)

select
    chosen.member_id,
    case when depths.depth is not null then chosen.referrer_member_id end
        as referrer_member_id,
    chosen.referred_at,
    chosen.referred_date,
    chosen.evidence,
    chosen.event_id,
    depths.depth
from chosen
left join depths on chosen.member_id = depths.member_id
