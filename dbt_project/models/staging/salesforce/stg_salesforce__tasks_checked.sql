-- Every landed row of tasks, cast and judged.
-- grain: one landed row

with landed as (

    select * from {{ source('salesforce', 'tasks') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as task_id,
        {{ filled_text('landed.who_id') }} as who_id,
        case when left(landed.who_id, 3) in ('003', '00Q') then 'salesforce:' || landed.who_id end as account_id,
        {{ filled_text('landed.what_id') }} as what_id,
        {{ filled_text('landed.account_id') }} as company_id,
        {{ filled_text('landed.subject') }} as subject,
        {{ filled_text('landed.status') }} as status,
        coalesce({{ parse_flag('landed.is_closed') }}, landed.status = 'Completed', false) as is_completed,
        {{ filled_text('landed.activity_date') }} as activity_text,
        {{ parse_date('landed.activity_date') }} as activity_date,
        {{ parse_timestamp('landed.completed_date_time', 'parameters.timezone') }} as completed_at,
        {{ filled_text('landed.task_subtype') }} as subtype,
        {{ filled_text('landed.owner_id') }} as owner_id,
        coalesce({{ parse_flag('landed.is_deleted') }}, false) as is_deleted,
        {{ filled_text('landed.created_date') }} as created_text,
        {{ parse_timestamp('landed.created_date', 'parameters.timezone') }} as created_at,
        {{ parse_timestamp('landed.system_modstamp', 'parameters.timezone') }} as updated_at,
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
        case
            when task_id is null then 'the task has no id'
            when created_text is not null and created_at is null
                then 'CreatedDate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'CreatedDate lies outside 1990 and three years ahead: ' || created_text
            when activity_text is not null and activity_date is null
                then 'ActivityDate is not a day: ' || activity_text
        end as _reason
    from converted

)

select
    task_id,
    who_id,
    account_id,
    what_id,
    company_id,
    subject,
    status,
    is_completed,
    activity_date,
    completed_at,
    subtype,
    owner_id,
    is_deleted,
    created_at,
    updated_at,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['task_id']) }} as _row_status
from judged
