-- Every landed row of deals, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('hubspot', 'deals') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as deal_id,
        {{ filled_text('landed.dealname') }} as name,
        {{ filled_text('landed.amount') }} as amount_text,
        try_cast({{ filled_text('landed.amount') }} as decimal(18, 2)) as amount,
        upper(coalesce({{ filled_text('landed.deal_currency_code') }}, landed.portal_currency))
            as currency,
        {{ filled_text('landed.dealstage') }} as stage_id,
        {{ filled_text('landed.pipeline') }} as pipeline_id,
        {{ filled_text('landed.hubspot_owner_id') }} as owner_id,
        {{ filled_text('landed.closedate') }} as close_text,
        {{ parse_timestamp('landed.closedate', 'parameters.timezone') }} as close_at,
        -- the two stages every portal starts with stand in where the flag is not given
        coalesce(
            {{ parse_flag('landed.hs_is_closed') }},
            landed.dealstage in ('closedwon', 'closedlost'),
            false
        ) as is_closed,
        coalesce({{ parse_flag('landed.hs_is_closed_won') }}, landed.dealstage = 'closedwon')
            as is_closed_won,
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

-- closedate of an open deal is the day somebody hopes for.
concluded as (

    select
        *,
        case when is_closed then coalesce(is_closed_won, false) end as is_won,
        {{ local_date('created_at', 'timezone') }} as created_date,
        case when is_closed then close_at end as closed_at,
        case when is_closed then {{ local_date('close_at', 'timezone') }} end as closed_date,
        case when not is_closed then {{ local_date('close_at', 'timezone') }} end
            as forecast_close_date
    from converted

),

judged as (

    select
        *,
        case
            when deal_id is null then 'the deal has no id'
            when created_text is not null and created_at is null
                then 'createdate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'createdate lies outside 1990 and three years ahead: ' || created_text
            when amount_text is not null and amount is null
                then 'amount is not a number: ' || amount_text
            when close_text is not null and close_at is null
                then 'closedate is not a time: ' || close_text
            when not {{ is_plausible_date('closed_date', 'as_of_date') }}
                then 'closedate lies outside 1990 and three years ahead: ' || close_text
        end as _reason
    from concluded

)

select
    deal_id,
    name,
    amount,
    currency,
    stage_id,
    pipeline_id,
    owner_id,
    is_closed,
    is_won,
    created_date,
    closed_at,
    closed_date,
    forecast_close_date,
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
    {{ row_status(['deal_id']) }} as _row_status
from judged
