-- Every landed deal row, cast and judged. Amounts keep their own currency.
-- grain: one landed row
with landed as (

    {{ landed_files('deals') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.deal_id') }} as deal_id,
        {{ filled_text('landed.company_id') }} as company_id,
        {{ filled_text('landed.amount') }} as amount_text,
        {{ parse_amount('landed.amount') }} as amount,
        upper({{ filled_text('landed.currency') }}) as currency,
        {{ filled_text('landed.stage') }} as stage,
        {{ filled_text('landed.created_date') }} as created_text,
        {{ filled_text('landed.closed_date') }} as closed_text,
        {{ parse_date('landed.created_date') }} as created_date,
        {{ parse_date('landed.closed_date') }} as closed_date,
        {{ filled_text('landed.is_won') }} as is_won_text,
        {{ parse_flag('landed.is_won') }} as is_won,
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
            when deal_id is null then 'deal_id is empty: give each deal an id'
            when company_id is null then 'company_id is empty: name the company of the deal'
            when amount_text is not null and amount is null
                then 'amount is not a number: ' || amount_text
            when created_text is not null and created_date is null
                then 'created_date is not a day: write 2026-04-01'
            when closed_text is not null and closed_date is null
                then 'closed_date is not a day: write 2026-04-01'
            when is_won_text is not null and is_won is null
                then 'is_won is neither true nor false: ' || is_won_text
            when not {{ is_plausible_date('created_date', 'as_of_date') }}
                then 'created_date lies outside 1990 and three years ahead: correct it'
            when not {{ is_plausible_date('closed_date', 'as_of_date') }}
                then 'closed_date lies outside 1990 and three years ahead: correct it'
        end as _reason
    from converted

)

select
    deal_id,
    company_id,
    amount,
    currency,
    stage,
    created_date,
    closed_date,
    is_won,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['_connector', 'deal_id'], '_is_replaced') }} as _row_status
from judged
