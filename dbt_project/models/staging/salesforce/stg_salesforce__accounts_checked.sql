-- Every landed row of accounts, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('salesforce', 'accounts') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as company_id,
        {{ filled_text('landed.master_record_id') }} as master_company_id,
        {{ filled_text('landed.name') }} as name,
        {{ filled_text('landed.type') }} as type,
        coalesce(contains(
            {{ type_list('landed.customer_types') }}, {{ type_list('landed.type') }}
        ), false) as is_customer,
        {{ filled_text('landed.parent_id') }} as parent_company_id,
        {{ web_domain('landed.website') }} as domain,
        {{ filled_text('landed.industry') }} as industry,
        {{ filled_text('landed.billing_country') }} as country,
        {{ filled_text('landed.billing_state') }} as state,
        {{ filled_text('landed.billing_city') }} as city,
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
            when company_id is null then 'the account has no id'
            when created_text is not null and created_at is null
                then 'CreatedDate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'CreatedDate lies outside 1990 and three years ahead: ' || created_text
        end as _reason
    from converted

)

select
    company_id,
    master_company_id,
    name,
    type,
    is_customer,
    parent_company_id,
    domain,
    industry,
    country,
    state,
    city,
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
    {{ row_status(['company_id']) }} as _row_status
from judged
