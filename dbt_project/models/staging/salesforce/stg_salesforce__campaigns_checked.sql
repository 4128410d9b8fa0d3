-- Every landed row of campaigns, cast and judged.
-- grain: one landed row

with landed as (

    select * from {{ source('salesforce', 'campaigns') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as campaign_id,
        {{ filled_text('landed.name') }} as name,
        {{ filled_text('landed.type') }} as type,
        {{ filled_text('landed.status') }} as status,
        {{ parse_flag('landed.is_active') }} as is_active,
        {{ filled_text('landed.parent_id') }} as parent_campaign_id,
        {{ filled_text('landed.start_date') }} as start_text,
        {{ parse_date('landed.start_date') }} as start_date,
        {{ filled_text('landed.end_date') }} as end_text,
        {{ parse_date('landed.end_date') }} as end_date,
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
            when campaign_id is null then 'the campaign has no id'
            when created_text is not null and created_at is null
                then 'CreatedDate is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'CreatedDate lies outside 1990 and three years ahead: ' || created_text
            when start_text is not null and start_date is null
                then 'StartDate is not a day: ' || start_text
            when end_text is not null and end_date is null
                then 'EndDate is not a day: ' || end_text
        end as _reason
    from converted

)

select
    campaign_id,
    name,
    type,
    status,
    is_active,
    parent_campaign_id,
    start_date,
    end_date,
    is_deleted,
    created_at,
    updated_at,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['campaign_id']) }} as _row_status
from judged
