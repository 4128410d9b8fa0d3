-- Every landed contract row, cast and judged. A contract may end in any year to come.
-- grain: one landed row
with landed as (

    {{ landed_files('contracts') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        landed._connector || ':' || {{ filled_text('landed.contract_id') }} as contract_id,
        landed._connector || ':' || {{ filled_text('landed.company_id') }} as company_id,
        {{ filled_text('landed.company_id') }} as source_company_id,
        {{ filled_text('landed.company') }} as company_name,
        replace({{ compatible_text('landed.corporate_number') }}, '-', '') as corporate_number,
        {{ filled_text('landed.product') }} as product,
        {{ filled_text('landed.is_cloud') }} as is_cloud_text,
        {{ parse_flag('landed.is_cloud') }} as is_cloud,
        {{ filled_text('landed.start_date') }} as start_date_text,
        {{ parse_written_date('landed.start_date') }} as start_date,
        {{ filled_text('landed.end_date') }} as end_date_text,
        {{ parse_written_date('landed.end_date') }} as end_date,
        {{ parse_amount('landed.annual_amount') }} as annual_amount,
        {{ is_no_amount('landed.annual_amount') }} as has_unreadable_annual_amount,
        {{ currency_code('landed.currency') }} as currency,
        {{ parse_count(compatible_text('landed.licences')) }} as licences,
        {{ is_no_count(compatible_text('landed.licences')) }} as has_unreadable_licences,
        lower({{ filled_text('landed.status') }}) as status,
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
            when contract_id is null then 'contract_id is empty: give each contract an id'
            when company_id is null
                then 'company_id is empty: name the company of the contract'
            when not regexp_matches(corporate_number, '^[0-9]{13}$')
                then 'corporate_number does not have 13 digits: ' || corporate_number
            when is_cloud_text is not null and is_cloud is null
                then 'is_cloud is neither true nor false: ' || is_cloud_text
            {{ day_reasons('start_date', 'start_date_text', 'start_date') }}
            when end_date_text is not null and end_date is null
                then 'end_date is not a day: write 2027-03-31'
            when end_date < start_date then 'end_date lies before start_date'
            when has_unreadable_annual_amount then 'annual_amount is not a number'
            when annual_amount < 0 then 'annual_amount is below 0: write what a year costs'
            when not regexp_matches(currency, '^[A-Z]{3}$')
                then 'currency is no code of three letters such as JPY: ' || currency
            when has_unreadable_licences then 'licences is not a whole number'
        end as _reason
    from converted

)

select
    contract_id,
    company_id,
    source_company_id,
    company_name,
    corporate_number,
    product,
    is_cloud,
    start_date,
    end_date,
    annual_amount,
    currency,
    licences,
    status,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['contract_id'], '_is_replaced') }} as _row_status
from judged
