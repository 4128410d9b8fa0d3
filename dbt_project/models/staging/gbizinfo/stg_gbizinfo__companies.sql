-- Companies as gBizINFO last knew them.
-- grain: corporate_number
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
    _observed_at as observed_at
from {{ ref('stg_gbizinfo__companies_checked') }}
where _row_status = 'staged'
