-- The members that metrics count: people outside the organising company, no bots, with
-- the first local day anything saw them and the source that did.
-- grain: member_id

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

dated_accounts as (

    select
        account_members.member_id,
        int_accounts.source,
        {{ local_date('int_accounts.first_seen_at', 'parameters.timezone') }} as seen_date
    from {{ ref('int_accounts') }} as int_accounts
    inner join {{ ref('account_members') }} as account_members
        on int_accounts.account_id = account_members.account_id
    cross join parameters

),

sightings as (

    select
        member_id,
        source,
        seen_date
    from dated_accounts

    union all

    select
        member_id,
        source,
        min(local_date) as seen_date
    from {{ ref('int_member_activities') }}
    group by member_id, source

),

first_sightings as (

    select
        sightings.member_id,
        sightings.source,
        sightings.seen_date
    from sightings
    cross join parameters
    where
        sightings.seen_date is null
        or sightings.seen_date <= parameters.as_of_date
    qualify row_number() over (
        partition by sightings.member_id
        order by sightings.seen_date nulls last, sightings.source
    ) = 1

)

select
    members.member_id,
    members.company_id,
    first_sightings.seen_date as member_since,
    first_sightings.source as first_source
from {{ ref('int_members_resolved') }} as members
inner join first_sightings
    on members.member_id = first_sightings.member_id
where
    not members.is_internal
    and not members.is_bot
