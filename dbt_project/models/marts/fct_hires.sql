-- People hired and whether the community brought them: what recruiting says outright, else
-- the channel it noted, else an event or share activity of the person before the hire.
-- grain: hire_id
with hires as (

    select * from {{ ref('stg_files__hires') }}

),

keys as (

    select * from {{ ref('int_member_keys') }}

),

named as (

    select
        hires.*,
        coalesce(by_account.member_id, by_email.member_id) as member_id,
        referrers.member_id as referrer_member_id
    from hires
    left join keys as by_account
        on 'account:' || hires.account_id = by_account.member_key
    left join keys as by_email
        on 'email:' || hires.email = by_email.member_key
    left join keys as referrers
        on 'email:' || hires.referrer_email = referrers.member_key

),

-- Who was hired is an employee by now: touches of employees count here.
first_touches as (

    select
        member_id,
        min(local_date) as first_touch_date
    from {{ ref('int_member_activities') }}
    where
        category in ('event', 'share')
        and activity_type <> 'no_show'
        and not is_future
    group by member_id

),

judged as (

    select
        named.*,
        first_touches.first_touch_date,
        {{ is_community_channel('named.channel') }} as is_community_channel,
        first_touches.first_touch_date < named.hired_date as is_touched_before
    from named
    left join first_touches on named.member_id = first_touches.member_id

)

select
    hire_id,
    connector as source,
    member_id,
    hired_date,
    department,
    channel,
    referrer_member_id,
    first_touch_date,
    case
        when is_community is not null then is_community
        when is_community_channel or is_touched_before then true
        when channel is not null or member_id is not null then false
    end as is_community_hire,
    case
        when is_community is not null then 'stated'
        when is_community_channel then 'channel'
        when is_touched_before then 'first_touch'
        when channel is not null or member_id is not null then 'none'
        else 'unknown'
    end as evidence,
    name as hire_name,
    email as hire_email
from judged
