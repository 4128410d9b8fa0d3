-- Every landed cost row, cast and judged. What is paid back stands below 0.
-- grain: one landed row
with landed as (

    {{ landed_files('costs') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        landed._connector || ':' || {{ filled_text('landed.cost_id') }} as cost_id,
        {{ filled_text('landed.' ~ adapter.quote('date')) }} as cost_date_text,
        {{ parse_written_date('landed.' ~ adapter.quote('date')) }} as cost_date,
        {{ filled_text('landed.amount') }} as amount_text,
        {{ parse_amount('landed.amount') }} as amount,
        {{ currency_code('landed.currency') }} as currency,
        {{ filled_text('landed.category') }} as category,
        {{ filled_text('landed.source') }} as source,
        {{ filled_text('landed.event_id') }} as event_text,
        {{ event_key('landed.source', 'landed.event_id') }} as event_id,
        {{ filled_text('landed.working_group') }} as working_group,
        {{ filled_text('landed.vendor') }} as vendor,
        {{ filled_text('landed.note') }} as note,
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
            when cost_id is null then 'cost_id is empty: give each cost an id'
            when cost_date_text is null then 'date is empty: say on which day the cost fell'
            {{ day_reasons('date', 'cost_date_text', 'cost_date') }}
            when amount_text is null then 'amount is empty: say what it cost'
            when amount is null then 'amount is not a number: ' || amount_text
            when not regexp_matches(currency, '^[A-Z]{3}$')
                then 'currency is no code of three letters such as JPY: ' || currency
            when event_text is not null and event_id is null
                then 'source is empty: name the platform of the event, or write connpass:123'
        end as _reason
    from converted

)

select
    cost_id,
    cost_date,
    amount,
    currency,
    category,
    event_id,
    working_group,
    vendor,
    note,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['cost_id'], '_is_replaced') }} as _row_status
from judged
