-- Every landed row of companies, cast and judged.
-- grain: one landed row
with landed as (

    select * from {{ source('gbizinfo', 'companies') }}
    where {{ is_complete_load() }}

),

converted as (

    select
        {{ filled_text('corporate_number') }} as corporate_number,
        {{ filled_text('name') }} as name,
        {{ filled_text('kana') }} as name_kana,
        {{ filled_text('name_en') }} as name_en,
        nullif(
            regexp_extract(location, '^(北海道|東京都|(?:京都|大阪)府|[^ ]{2,3}県)', 1), ''
        ) as prefecture,
        coalesce(status = '閉鎖', false) as is_closed,
        {{ parse_date('close_date') }} as closed_date,
        {{ filled_text('close_cause') }} as close_cause,
        {{ filled_text('business_summary') }} as business_summary,
        {{ filled_text('company_url') }} as url,
        capital_stock as capital_jpy,
        employee_number as employee_count,
        founding_year,
        {{ sorted_json_texts('industry') }} as industry,
        {{ parse_date('update_date') }} as updated_date,
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
            when corporate_number is null then 'the company has no corporate number'
            when not regexp_matches(corporate_number, '^[0-9]{13}$')
                then 'corporate_number does not have 13 digits: ' || corporate_number
            when name is null then 'the company has no name'
        end as _reason
    from converted

)

select
    corporate_number,
    name,
    name_kana,
    name_en,
    prefecture,
    is_closed,
    closed_date,
    close_cause,
    business_summary,
    url,
    capital_jpy,
    employee_count,
    founding_year,
    industry,
    updated_date,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['corporate_number']) }} as _row_status
from judged
