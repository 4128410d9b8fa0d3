-- Every landed row of what known people attended or presented at, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('connpass', 'user_events') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.nickname') }} as nickname,
        landed.relation,
        {{ filled_text('landed.event_id') }} as event_id,
        {{ filled_text('landed.event_title') }} as event_title,
        {{ filled_text('landed.event_url') }} as event_url,
        landed.started_at as started_text,
        {{ parse_timestamp('landed.started_at', "'Asia/Tokyo'") }} as started_at,
        {{ parse_timestamp('landed.ended_at', "'Asia/Tokyo'") }} as ended_at,
        landed.open_status,
        {{ filled_text('landed.group_id') }} as group_id,
        {{ filled_text('landed.group_subdomain') }} as group_subdomain,
        {{ filled_text('landed.group_title') }} as group_title,
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
        {{ local_date('started_at', 'timezone') }} as local_date,
        case
            when nickname is null then 'the row has no nickname'
            when event_id is null then 'the row has no event'
            when relation not in ('attended', 'presenter')
                then 'relation is neither attended nor presenter: ' || relation
            when started_text is not null and started_at is null
                then 'started_at is not a time: ' || started_text
            when not {{ is_plausible_date(local_date('started_at', 'timezone'), 'as_of_date') }}
                then 'started_at lies outside 1990 and three years ahead: ' || started_text
        end as _reason
    from converted

)

select
    nickname,
    relation,
    event_id,
    event_title,
    event_url,
    started_at,
    ended_at,
    local_date,
    open_status,
    group_id,
    group_subdomain,
    group_title,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['nickname', 'relation', 'event_id']) }} as _row_status
from judged
