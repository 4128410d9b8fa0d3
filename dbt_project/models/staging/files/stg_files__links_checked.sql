-- Every landed link row, cast and judged.
-- grain: one landed row
with landed as (

    {{ landed_files('links') }}

),

converted as (

    select
        {{ filled_text('source_a') }} as source_a,
        {{ filled_text('account_id_a') }} as account_id_a,
        {{ filled_text('source_b') }} as source_b,
        {{ filled_text('account_id_b') }} as account_id_b,
        {{ filled_text('evidence') }} as evidence,
        {{ parse_count('n') }} as n,
        {{ is_no_count('n') }} as has_unreadable_n,
        _connector,
        _is_replaced,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id
    from landed

),

judged as (

    select
        *,
        case
            when source_a is null or source_b is null
                then 'source_a or source_b is empty: name both platforms'
            when account_id_a is null or account_id_b is null
                then 'account_id_a or account_id_b is empty: name both accounts'
            when evidence is null then 'evidence is empty: say why the two are one'
            when has_unreadable_n then 'n is not a whole number'
        end as _reason
    from converted

)

select
    source_a,
    account_id_a,
    source_b,
    account_id_b,
    evidence,
    n,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status([
        'source_a', 'account_id_a', 'source_b', 'account_id_b', 'evidence',
    ], '_is_replaced') }} as _row_status
from judged
