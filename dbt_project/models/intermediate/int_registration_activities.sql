-- What registrations imply: `register` on the day of the first application; on the day of
-- the event what the role did there when attendance is confirmed, or `no_show` when the
-- platform says 欠席. A blank implies nothing; a cancelled application only `register`.
-- grain: activity_id
with registrations as (

    select * from {{ ref('int_registrations') }}

),

events as (

    select * from {{ ref('int_events') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

registered as (

    select
        source,
        event_id,
        account_id,
        'register' as activity_type,
        min(registered_at) as occurred_at
    from registrations
    where registered_at is not null
    group by source, event_id, account_id

),

attended as (

    select distinct
        source,
        event_id,
        account_id,
        case role
            when 'speaker' then 'speak'
            when 'lt' then 'lightning_talk'
            when 'staff' then 'organise'
            when 'organiser' then 'organise'
            else 'attend'
        end as activity_type
    from registrations
    where attended and status <> 'cancelled'

),

absent as (

    select
        source,
        event_id,
        account_id,
        'no_show' as activity_type
    from registrations
    where status = 'accepted'
    group by source, event_id, account_id
    having bool_or(not attended) and not coalesce(bool_or(attended), false)

),

on_the_day as (

    select
        taken.source,
        taken.event_id,
        taken.account_id,
        taken.activity_type,
        events.started_at as occurred_at,
        events.local_date
    from (
        select * from attended
        union all
        select * from absent
    ) as taken
    inner join events on taken.event_id = events.event_id
    where events.started_at is not null

),

implied as (

    select
        registered.source,
        registered.event_id,
        registered.account_id,
        registered.activity_type,
        registered.occurred_at,
        {{ local_date('registered.occurred_at', 'parameters.timezone') }} as local_date
    from registered
    cross join parameters

    union all

    select
        source,
        event_id,
        account_id,
        activity_type,
        occurred_at,
        local_date
    from on_the_day

)

select
    implied.event_id || '/' || implied.account_id || '/' || implied.activity_type
        as activity_id,
    implied.account_id,
    implied.source,
    'registrations' as source_table,
    implied.activity_type,
    implied.occurred_at,
    implied.local_date,
    implied.event_id,
    cast(null as string) as object_key,
    events.url as object_url,
    events.title,
    cast(null as string) as hashtags,
    cast(null as string) as parent_activity_id,
    events.working_group,
    cast(null as bigint) as reactions,
    cast(null as bigint) as impressions
from implied
left join events on implied.event_id = events.event_id
