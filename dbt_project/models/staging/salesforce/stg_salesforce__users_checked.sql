-- Every landed row of users, cast and judged.
-- grain: one landed row

with landed as (

    select * from {{ source('salesforce', 'users') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as user_id,
        {{ filled_text('landed.name') }} as name,
        lower({{ filled_text('landed.email') }}) as email,
        {{ parse_flag('landed.is_active') }} as is_active,
        {{ filled_text('landed.user_type') }} as user_type,
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
            when user_id is null then 'the user has no id'
            when created_text is not null and created_at is null
                then 'CreatedDate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'CreatedDate lies outside 1990 and three years ahead: ' || created_text
        end as _reason
    from converted

)

select
    user_id,
    name,
    email,
    is_active,
    user_type,
    created_at,
    updated_at,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['user_id']) }} as _row_status
from judged
