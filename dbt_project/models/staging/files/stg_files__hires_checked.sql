-- Every landed hire, cast and judged.
-- grain: one landed row
with landed as (

    {{ landed_files('hires') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        landed._connector || ':' || {{ filled_text('landed.hire_id') }} as hire_id,
        {{ filled_text('landed.hired_date') }} as hired_date_text,
        {{ parse_written_date('landed.hired_date') }} as hired_date,
        {{ filled_text('landed.source') }} || ':' || {{ filled_text('landed.account_id') }}
            as account_id,
        lower({{ filled_text('landed.email') }}) as email,
        {{ filled_text('landed.name') }} as name,
        {{ filled_text('landed.department') }} as department,
        {{ filled_text('landed.channel') }} as channel,
        lower({{ filled_text('landed.referrer_email') }}) as referrer_email,
        {{ filled_text('landed.is_community') }} as is_community_text,
        {{ parse_flag('landed.is_community') }} as is_community,
        parameters.as_of_date,
        landed._connector,
        landed._is_replaced,
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
            when hire_id is null then 'hire_id is empty: give each hire an id'
            when hired_date_text is null
                then 'hired_date is empty: say on which day the person was hired'
            {{ day_reasons('hired_date', 'hired_date_text', 'hired_date') }}
            when is_community_text is not null and is_community is null
                then 'is_community is neither true nor false: ' || is_community_text
        end as _reason
    from converted

)

select
    hire_id,
    hired_date,
    account_id,
    email,
    name,
    department,
    channel,
    referrer_email,
    is_community,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['hire_id'], '_is_replaced') }} as _row_status
from judged
