-- Every landed affiliation row, cast and judged.
-- grain: one landed row
with landed as (

    {{ landed_files('affiliations') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.source') }} as source,
        {{ filled_text('landed.account_id') }} as account_id,
        {{ filled_text('landed.company') }} as company_name,
        {{ filled_text('landed.valid_from') }} as valid_from_text,
        {{ filled_text('landed.valid_to') }} as valid_to_text,
        {{ parse_date('landed.valid_from') }} as valid_from,
        {{ parse_date('landed.valid_to') }} as valid_to,
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
            when source is null then 'source is empty: name the platform of the account'
            when account_id is null then 'account_id is empty: give the id the platform uses'
            when company_name is null then 'company is empty: name the company'
            when valid_from_text is not null and valid_from is null
                then 'valid_from is not a day: write 2026-04-01'
            when valid_to_text is not null and valid_to is null
                then 'valid_to is not a day: write 2026-03-31'
            when valid_to < valid_from then 'valid_to lies before valid_from'
            when not {{ is_plausible_date('valid_from', 'as_of_date') }}
                then 'valid_from lies outside 1990 and three years ahead: correct it'
        end as _reason
    from converted

)

select
    source,
    account_id,
    company_name,
    valid_from,
    valid_to,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['source', 'account_id', 'company_name', 'valid_from'], '_is_replaced') }}
        as _row_status
from judged
