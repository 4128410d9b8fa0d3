-- Every landed certificate row, cast and judged. A name tells two people apart only
-- where nothing better is given.
-- grain: one landed row
with landed as (

    {{ landed_files('certifications') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.certification') }} as certification,
        {{ filled_text('landed.earned_date') }} as earned_date_text,
        {{ parse_written_date('landed.earned_date') }} as earned_date,
        {{ filled_text('landed.source') }} || ':' || {{ filled_text('landed.account_id') }}
            as account_id,
        lower({{ filled_text('landed.email') }}) as email,
        {{ filled_text('landed.name') }} as name,
        {{ filled_text('landed.employee_id') }} as employee_id,
        {{ filled_text('landed.department') }} as department,
        {{ filled_text('landed.expires_date') }} as expires_date_text,
        {{ parse_written_date('landed.expires_date') }} as expires_date,
        {{ parse_amount('landed.training_cost') }} as training_cost,
        {{ is_no_amount('landed.training_cost') }} as has_unreadable_training_cost,
        {{ currency_code('landed.currency') }} as currency,
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
            when certification is null
                then 'certification is empty: name the certificate'
            when earned_date_text is null
                then 'earned_date is empty: say on which day it was earned'
            {{ day_reasons('earned_date', 'earned_date_text', 'earned_date') }}
            when coalesce(account_id, email, employee_id, name) is null
                then 'nobody is named: give source and account_id, email, employee_id or a name'
            when expires_date_text is not null and expires_date is null
                then 'expires_date is not a day: write 2028-03-31'
            when expires_date < earned_date then 'expires_date lies before earned_date'
            when has_unreadable_training_cost then 'training_cost is not a number'
            when training_cost < 0 then 'training_cost is below 0'
            when not regexp_matches(currency, '^[A-Z]{3}$')
                then 'currency is no code of three letters such as JPY: ' || currency
        end as _reason
    from converted

)

select
    certification,
    earned_date,
    account_id,
    email,
    name,
    employee_id,
    department,
    expires_date,
    training_cost,
    currency,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status([
        'certification', 'earned_date', 'account_id', 'email', 'employee_id',
        'case when coalesce(account_id, email, employee_id) is null then name end',
    ], '_is_replaced') }} as _row_status
from judged
