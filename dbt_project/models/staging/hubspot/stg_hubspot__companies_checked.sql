-- Every landed row of companies, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('hubspot', 'companies') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as company_id,
        {{ filled_text('landed.name') }} as name,
        lower({{ filled_text('landed.domain') }}) as domain,
        {{ filled_text('landed.industry') }} as industry,
        {{ filled_text('landed.country') }} as country,
        {{ filled_text('landed.state') }} as state,
        {{ filled_text('landed.city') }} as city,
        {{ filled_text('landed.lifecyclestage') }} as lifecycle_stage,
        coalesce(landed.lifecyclestage in ('customer', 'evangelist'), false) as is_customer,
        {{ filled_text('landed.hubspot_owner_id') }} as owner_id,
        landed.custom_properties,
        landed.merged_ids,
        coalesce(landed.archived, false) as is_archived,
        {{ parse_timestamp('landed.archived_at', 'parameters.timezone') }} as archived_at,
        coalesce(landed.createdate, landed.created_at) as created_text,
        {{ parse_timestamp(
            'coalesce(landed.createdate, landed.created_at)', 'parameters.timezone'
        ) }} as created_at,
        {{ parse_timestamp(
            'coalesce(landed.hs_lastmodifieddate, landed.updated_at)', 'parameters.timezone'
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
            when company_id is null then 'the company has no id'
            when created_text is not null and created_at is null
                then 'createdate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'createdate lies outside 1990 and three years ahead: ' || created_text
        end as _reason
    from converted

)

select
    company_id,
    name,
    domain,
    industry,
    country,
    state,
    city,
    lifecycle_stage,
    is_customer,
    owner_id,
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
    {{ row_status(['company_id']) }} as _row_status
from judged
