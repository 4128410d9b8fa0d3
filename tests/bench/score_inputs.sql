-- What the score models read, made of the files of a scored community (views told_*, see
-- score_warehouse.py) without the rest of the pipeline: the number in an account's id is
-- its person's. Columns as in the models of the same name, as far as scores read them.
create or replace table intermediate.int_events as
select
    'portal:' || event_id as event_id,
    'portal:' || event_id as event_group_id,
    title,
    started_at,
    cast(timezone('Asia/Tokyo', started_at) as date) as local_date,
    format,
    working_group,
    status,
    event_id in (select event_id from told_registrations where attended = 'true')
        as is_attendance_taken
from told_events;

create or replace table intermediate.int_members_resolved as
select
    'm' || substr(account_id, 2) as member_id,
    'portal:' || account_id as primary_account_id,
    min(first_seen_at) as first_seen_at,
    bool_or(is_internal = 'true') as is_internal,
    bool_or(is_bot = 'true') as is_bot
from told_accounts
where source = 'portal'
group by account_id;

create or replace table intermediate.int_companies as
select
    'files:' || company_id as company_id,
    'files' as source,
    name,
    contract_status,
    cast(null as varchar) as products
from told_companies;

create or replace table intermediate.int_member_affiliations as
select
    'm' || substr(stays.account_id, 2) as member_id,
    companies.company_id,
    cast(stays.valid_from as date) as valid_from,
    cast(
        lead(cast(stays.valid_from as date)) over (
            partition by stays.account_id order by stays.valid_from
        ) - interval 1 day as date
    ) as valid_to
from told_affiliations as stays
inner join intermediate.int_companies as companies on stays.company = companies.name;

create or replace table marts.fct_contracts as
select
    contract_id,
    'files' as source,
    'files:' || company_id as company_id,
    product,
    cast(start_date as date) as start_date,
    cast(end_date as date) as end_date,
    cast(null as varchar) as status,
    'contract' as evidence,
    cast(start_date as date) as active_from,
    cast(end_date as date) as active_to,
    true as is_active
from told_contracts;

create or replace table identity.member_aliases (
    alias_member_id varchar, member_id varchar, merged_at timestamptz
);

create or replace table intermediate.int_member_activities as
with events as (

    select * from intermediate.int_events

),

told as (

    select
        source || ':' || activity_id as activity_id,
        account_id,
        source,
        activity_type,
        occurred_at,
        'portal:' || event_id as event_id,
        object_key,
        "group" as working_group,
        reactions
    from told_activities

),

implied as (

    select
        'portal:' || event_id as event_id,
        account_id,
        'register' as activity_type,
        registered_at as occurred_at
    from told_registrations

    union all

    select
        events.event_id,
        registrations.account_id,
        case
            when registrations.attended = 'false' then 'no_show'
            when registrations.role = 'speaker' then 'speak'
            when registrations.role = 'lt' then 'lightning_talk'
            when registrations.role = 'staff' then 'organise'
            else 'attend'
        end as activity_type,
        events.started_at as occurred_at
    from told_registrations as registrations
    inner join events on 'portal:' || registrations.event_id = events.event_id
    where registrations.attended is not null

),

stream as (

    select * from told

    union all

    select
        implied.event_id || '/portal:' || implied.account_id || '/'
        || implied.activity_type as activity_id,
        implied.account_id,
        'portal' as source,
        implied.activity_type,
        implied.occurred_at,
        implied.event_id,
        cast(null as varchar) as object_key,
        events.working_group,
        cast(null as bigint) as reactions
    from implied
    inner join events on implied.event_id = events.event_id
    where
        (implied.account_id, implied.event_id, implied.activity_type) not in (
            select (told.account_id, told.event_id, told.activity_type)
            from told
            where told.event_id is not null
        )

)

select
    stream.activity_id,
    'm' || substr(stream.account_id, 2) as member_id,
    stream.source || ':' || stream.account_id as account_id,
    stream.source,
    stream.activity_type,
    types.category,
    stream.occurred_at,
    cast(timezone('Asia/Tokyo', stream.occurred_at) as date) as local_date,
    stream.event_id,
    stream.object_key,
    stream.working_group,
    stream.reactions,
    members.is_internal,
    members.is_bot
from stream
inner join intermediate.int_members_resolved as members
    on 'm' || substr(stream.account_id, 2) = members.member_id
left join read_csv('{seeds}/activity_types.csv', header = true) as types
    on stream.activity_type = types.activity_type;
