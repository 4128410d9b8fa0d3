-- Every landed row of contacts, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('hubspot', 'contacts') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as contact_id,
        lower({{ filled_text('landed.email') }}) as email,
        lower({{ filled_text('landed.hs_additional_emails') }}) as additional_emails,
        {{ filled_text('landed.firstname') }} as first_name,
        {{ filled_text('landed.lastname') }} as last_name,
        {{ filled_text('landed.company') }} as company_name,
        {{ filled_text('landed.jobtitle') }} as job_title,
        lower({{ filled_text("ltrim(landed.twitterhandle, '@')") }}) as twitter_handle,
        {{ filled_text('landed.website') }} as website,
        {{ filled_text('landed.lifecyclestage') }} as lifecycle_stage,
        {{ filled_text('landed.hubspot_owner_id') }} as owner_id,
        {{ filled_text('landed.hs_email_optout') }} as optout_text,
        {{ parse_flag('landed.hs_email_optout') }} as has_opted_out_of_email,
        landed.custom_properties,
        landed.merged_ids,
        coalesce(landed.archived, false) as is_archived,
        {{ parse_timestamp('landed.archived_at', 'parameters.timezone') }} as archived_at,
        coalesce(landed.createdate, landed.created_at) as created_text,
        {{ parse_timestamp(
            'coalesce(landed.createdate, landed.created_at)', 'parameters.timezone'
        ) }} as created_at,
        {{ parse_timestamp(
            'coalesce(landed.lastmodifieddate, landed.updated_at)', 'parameters.timezone'
        ) }} as updated_at,
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
            when contact_id is null then 'the contact has no id'
            when created_text is not null and created_at is null
                then 'createdate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'createdate lies outside 1990 and three years ahead: ' || created_text
            when optout_text is not null and has_opted_out_of_email is null
                then 'hs_email_optout is neither true nor false: ' || optout_text
        end as _reason
    from converted

)

select
    contact_id,
    email,
    additional_emails,
    first_name,
    last_name,
    company_name,
    job_title,
    twitter_handle,
    website,
    lifecycle_stage,
    owner_id,
    has_opted_out_of_email,
    custom_properties,
    merged_ids,
    is_archived,
    archived_at,
    created_at,
    updated_at,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['contact_id']) }} as _row_status
from judged
