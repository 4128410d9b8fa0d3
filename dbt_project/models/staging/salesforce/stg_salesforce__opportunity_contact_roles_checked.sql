-- Every landed row of opportunity_contact_roles, cast and judged.
-- grain: one landed row

with landed as (

    select * from {{ source('salesforce', 'opportunity_contact_roles') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as role_id,
        {{ filled_text('landed.opportunity_id') }} as opportunity_id,
        {{ filled_text('landed.contact_id') }} as contact_id,
        {{ filled_text('landed.role') }} as role,
        coalesce({{ parse_flag('landed.is_primary') }}, false) as is_primary,
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
            when role_id is null then 'the role has no id'
            when created_text is not null and created_at is null
                then 'CreatedDate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'CreatedDate lies outside 1990 and three years ahead: ' || created_text
        end as _reason
    from converted

)

select
    role_id,
    opportunity_id,
    contact_id,
    role,
    is_primary,
    is_deleted,
    created_at,
    updated_at,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['role_id']) }} as _row_status
from judged
