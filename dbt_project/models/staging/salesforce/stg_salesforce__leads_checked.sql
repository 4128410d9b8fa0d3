-- Every landed row of leads, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('salesforce', 'leads') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as lead_id,
        {{ filled_text('landed.master_record_id') }} as master_lead_id,
        {{ filled_text('landed.first_name') }} as first_name,
        {{ filled_text('landed.last_name') }} as last_name,
        lower({{ filled_text('landed.email') }}) as email,
        {{ filled_text('landed.company') }} as company_name,
        {{ filled_text('landed.title') }} as title,
        {{ filled_text('landed.state') }} as state,
        {{ filled_text('landed.status') }} as status,
        {{ filled_text('landed.lead_source') }} as lead_source,
        {{ filled_text('landed.has_opted_out_of_email') }} as optout_text,
        {{ parse_flag('landed.has_opted_out_of_email') }} as has_opted_out_of_email,
        coalesce({{ parse_flag('landed.is_converted') }}, false) as is_converted,
        {{ parse_date('landed.converted_date') }} as converted_date,
        {{ filled_text('landed.converted_contact_id') }} as converted_contact_id,
        {{ filled_text('landed.converted_account_id') }} as converted_company_id,
        {{ filled_text('landed.converted_opportunity_id') }} as converted_opportunity_id,
        {{ filled_text('landed.owner_id') }} as owner_id,
        landed.custom_fields,
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
            when lead_id is null then 'the lead has no id'
            when created_text is not null and created_at is null
                then 'CreatedDate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'CreatedDate lies outside 1990 and three years ahead: ' || created_text
            when optout_text is not null and has_opted_out_of_email is null
                then 'HasOptedOutOfEmail is neither true nor false: ' || optout_text
        end as _reason
    from converted

)

select
    lead_id,
    master_lead_id,
    first_name,
    last_name,
    email,
    company_name,
    title,
    state,
    status,
    lead_source,
    has_opted_out_of_email,
    is_converted,
    converted_date,
    converted_contact_id,
    converted_company_id,
    converted_opportunity_id,
    owner_id,
    custom_fields,
    is_deleted,
    created_at,
    updated_at,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['lead_id']) }} as _row_status
from judged
