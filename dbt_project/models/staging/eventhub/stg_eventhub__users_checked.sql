-- Every landed user row, cast and judged. A word for the status, the participation or the
-- type of a user that nobody has explained sets the row aside with that word.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('eventhub', 'users') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.event_key') }} as event_id,
        {{ filled_text('landed.user_id') }} as user_id,
        lower({{ filled_text('landed.email') }}) as email,
        coalesce(
            {{ filled_text("concat_ws(' ', landed.last_name, landed.first_name)") }},
            {{ filled_text('landed.name') }}
        ) as display_name,
        {{ filled_text("concat_ws(' ', landed.last_name_kana, landed.first_name_kana)") }}
            as name_kana,
        {{ filled_text('landed.company') }} as company_name,
        {{ filled_text('landed.department') }} as department,
        {{ filled_text('landed.job_title') }} as job_title,
        coalesce({{ filled_text('landed.user_type') }}, 'attendee') as role,
        {{ filled_text('landed.registration_type') }} as registration_type,
        {{ filled_text('landed.ticket_id') }} as ticket_id,
        coalesce({{ filled_text('landed.status') }}, 'accepted') as status,
        {{ filled_text('landed.participation') }} as participation_text,
        {{ parse_flag('landed.participation') }} as attended,
        {{ filled_text('landed.created_at') }} as created_text,
        {{ parse_timestamp('landed.created_at', 'parameters.timezone') }} as registered_at,
        {{ parse_timestamp('landed.updated_at', 'parameters.timezone') }} as updated_at,
        {{ parse_timestamp('landed.cancelled_at', 'parameters.timezone') }} as cancelled_at,
        landed.custom_fields as answers,
        parameters.as_of_date,
        parameters.timezone,
        landed._observed_at,
        landed._row_hash,
        landed._source_file,
        landed._source_line,
        landed._dlt_load_id
    from landed
    cross join parameters

),

judged as (

    select
        *,
        coalesce(email, user_id) as account_id,
        case
            when event_id is null then 'the user has no event'
            when user_id is null then 'the user has no id'
            when status not in ('accepted', 'waitlisted', 'cancelled')
                then 'status is not known: ' || status
                    || '; explain it in the file of EVENTHUB_FIELDS'
            when role not in ('attendee', 'speaker', 'lt', 'staff', 'organiser')
                then 'user_type is not known: ' || role
                    || '; explain it in the file of EVENTHUB_FIELDS'
            when participation_text is not null and attended is null
                then 'participation is not known: ' || participation_text
                    || '; explain it in the file of EVENTHUB_FIELDS'
            when created_text is not null and registered_at is null
                then 'created_at is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('registered_at', 'timezone'), 'as_of_date') }}
                then 'created_at lies outside 1990 and three years ahead: ' || created_text
        end as _reason
    from converted

)

select
    event_id,
    user_id,
    account_id,
    email,
    display_name,
    name_kana,
    company_name,
    department,
    job_title,
    role,
    registration_type,
    ticket_id,
    status,
    attended,
    registered_at,
    updated_at,
    cancelled_at,
    answers,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['event_id', 'user_id']) }} as _row_status
from judged
