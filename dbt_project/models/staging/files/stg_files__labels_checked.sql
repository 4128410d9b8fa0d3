-- Every landed label row, cast and judged: dated lists of named people.
-- grain: one landed row
with landed as (

    {{ landed_files('labels') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.source') }} as source,
        {{ filled_text('landed.account_id') }} as account_id,
        {{ filled_text('landed.handle') }} as handle,
        lower({{ filled_text('landed.email') }}) as email,
        {{ filled_text('landed.name') }} as name,
        {{ filled_text('landed.label') }} as label,
        {{ parse_date('landed.' ~ adapter.quote('date')) }} as label_date,
        coalesce({{ parse_flag('landed.is_date_lower_bound') }}, false)
            as is_date_lower_bound,
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
            when label is null then 'label is empty: say what the person was named'
            when coalesce(account_id, handle, email, name) is null
                then 'nobody is named: give account_id, handle, email or at least a name'
            when label_date is null then 'date is not a day: write 2026-04-01'
            when not {{ is_plausible_date('label_date', 'as_of_date') }}
                then 'date lies outside 1990 and three years ahead: correct it'
        end as _reason
    from converted

)

select
    source,
    account_id,
    handle,
    email,
    name,
    label,
    label_date,
    is_date_lower_bound,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status([
        'source', 'account_id', 'handle', 'email', 'name', 'label', 'label_date',
    ], '_is_replaced') }} as _row_status
from judged
