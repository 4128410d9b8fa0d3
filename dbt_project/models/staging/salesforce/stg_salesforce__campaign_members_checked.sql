-- Every landed row of campaign_members, cast and judged.
-- grain: one landed row

with landed as (

    select * from {{ source('salesforce', 'campaign_members') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as campaign_member_id,
        {{ filled_text('landed.campaign_id') }} as campaign_id,
        {{ filled_text('landed.lead_id') }} as lead_id,
        {{ filled_text('landed.contact_id') }} as contact_id,
        'salesforce:' || coalesce(
            {{ filled_text('landed.contact_id') }}, {{ filled_text('landed.lead_id') }}
        ) as account_id,
        {{ filled_text('landed.status') }} as status,
        {{ parse_flag('landed.has_responded') }} as has_responded,
        {{ filled_text('landed.first_responded_date') }} as responded_text,
        {{ parse_date('landed.first_responded_date') }} as first_responded_date,
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
            when campaign_member_id is null then 'the campaign member has no id'
            when created_text is not null and created_at is null
                then 'CreatedDate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'CreatedDate lies outside 1990 and three years ahead: ' || created_text
            when responded_text is not null and first_responded_date is null
                then 'FirstRespondedDate is not a day: ' || responded_text
        end as _reason
    from converted

)

select
    campaign_member_id,
    campaign_id,
    lead_id,
    contact_id,
    account_id,
    status,
    has_responded,
    first_responded_date,
    is_deleted,
    created_at,
    updated_at,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['campaign_member_id']) }} as _row_status
from judged
