-- Every landed row of opportunities, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('salesforce', 'opportunities') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as opportunity_id,
        {{ filled_text('landed.account_id') }} as company_id,
        {{ filled_text('landed.name') }} as name,
        {{ filled_text('landed.amount') }} as amount_text,
        try_cast({{ filled_text('landed.amount') }} as decimal(18, 2)) as amount,
        upper(coalesce({{ filled_text('landed.currency_iso_code') }}, landed.org_currency)) as currency,
        {{ filled_text('landed.stage_name') }} as stage,
        coalesce(
            {{ parse_flag('landed.is_closed') }},
            landed.stage_name in ('Closed Won', 'Closed Lost'),
            false
        ) as is_closed,
        coalesce({{ parse_flag('landed.is_won') }}, landed.stage_name = 'Closed Won', false) as is_closed_won,
        {{ filled_text('landed.close_date') }} as close_text,
        {{ parse_date('landed.close_date') }} as close_date,
        {{ filled_text('landed.campaign_id') }} as campaign_id,
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
            when opportunity_id is null then 'the opportunity has no id'
            when created_text is not null and created_at is null
                then 'CreatedDate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'CreatedDate lies outside 1990 and three years ahead: ' || created_text
            when amount_text is not null and amount is null
                then 'Amount is not a number: ' || amount_text
            when close_text is not null and close_date is null
                then 'CloseDate is not a day: ' || close_text
            when is_closed and not {{ is_plausible_date('close_date', 'as_of_date') }}
                then 'CloseDate lies outside 1990 and three years ahead: ' || close_text
        end as _reason
    from converted

)

select
    opportunity_id,
    company_id,
    name,
    amount,
    currency,
    stage,
    is_closed,
    is_closed_won,
    close_date,
    campaign_id,
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
    {{ row_status(['opportunity_id']) }} as _row_status
from judged
