-- Every landed company row, cast and judged.
-- grain: one landed row
with landed as (

    {{ landed_files('companies') }}

),

converted as (

    select
        {{ filled_text('company_id') }} as company_id,
        {{ filled_text('name') }} as name,
        replace({{ compatible_text(filled_text('corporate_number')) }}, '-', '')
            as corporate_number,
        lower({{ filled_text('domain') }}) as domain,
        {{ filled_text('industry') }} as industry,
        {{ filled_text('is_customer') }} as is_customer_text,
        {{ parse_flag('is_customer') }} as is_customer,
        {{ filled_text('contract_status') }} as contract_status,
        {{ filled_text('products') }} as products,
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
            when company_id is null then 'company_id is empty: give each company an id'
            when name is null then 'name is empty: give the company its name'
            when corporate_number is not null
                and not regexp_matches(corporate_number, '^[0-9]{13}$')
                then 'corporate_number does not have 13 digits: ' || corporate_number
            when is_customer_text is not null and is_customer is null
                then 'is_customer is neither true nor false: ' || is_customer_text
        end as _reason
    from converted

)

select
    company_id,
    name,
    corporate_number,
    domain,
    industry,
    is_customer,
    contract_status,
    products,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['_connector', 'company_id'], '_is_replaced') }} as _row_status
from judged
