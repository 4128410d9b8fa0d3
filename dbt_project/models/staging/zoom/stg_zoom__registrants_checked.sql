-- Every landed registrant, cast and judged.
-- grain: one landed row

with landed as (

    select * from {{ source('zoom', 'registrants') }}
    where {{ is_complete_load() }}

),

converted as (

    select
        {{ filled_text('meeting_id') }} as meeting_number,
        {{ filled_text('id') }} as registrant_id,
        lower({{ filled_text('email') }}) as email,
        {{ filled_text("concat_ws(' ', last_name, first_name)") }} as display_name,
        {{ filled_text('org') }} as company_name,
        {{ filled_text('job_title') }} as job_title,
        {{ filled_text('industry') }} as industry,
        lower({{ filled_text('status') }}) as status_text,
        case lower(trim(status))
            when 'approved' then 'accepted'
            when 'pending' then 'waitlisted'
            when 'denied' then 'cancelled'
            when 'cancelled' then 'cancelled'
        end as status,
        {{ filled_text('create_time') }} as created_text,
        {{ parse_timestamp('create_time', "'UTC'") }} as registered_at,
        custom_questions as answers,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id
    from landed

),

judged as (

    select
        *,
        case
            when meeting_number is null then 'the registrant has no meeting'
            when email is null then 'the registrant has no email'
            when status is null
                then 'status is none of approved, pending, denied: '
                    || coalesce(status_text, 'empty')
            when created_text is not null and registered_at is null
                then 'create_time is not a time: ' || created_text
        end as _reason
    from converted

)

select
    meeting_number,
    registrant_id,
    email,
    display_name,
    company_name,
    job_title,
    industry,
    status,
    registered_at,
    answers,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['meeting_number', 'coalesce(registrant_id, email)']) }} as _row_status
from judged
