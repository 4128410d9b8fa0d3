-- What the registers know of companies that some source tells of, one row a company: the
-- register of corporations before gBizINFO. No company is made from it.
-- grain: corporate_number
with corporations as (

    select * from {{ ref('stg_houjin_bangou__corporations') }}
    where is_current

),

gbizinfo as (

    select * from {{ ref('stg_gbizinfo__companies') }}

)

select
    coalesce(corporations.corporate_number, gbizinfo.corporate_number) as corporate_number,
    coalesce(corporations.name, gbizinfo.name) as name,
    {{ comparable_company('coalesce(corporations.name, gbizinfo.name)') }} as name_key,
    coalesce(corporations.name_kana, gbizinfo.name_kana) as name_kana,
    coalesce(corporations.prefecture, gbizinfo.prefecture) as prefecture,
    gbizinfo.industry,
    coalesce(
        corporations.closed_date is not null or corporations.process = '99',
        gbizinfo.is_closed
    ) as is_closed,
    corporations.successor_corporate_number
from corporations
full outer join gbizinfo
    on corporations.corporate_number = gbizinfo.corporate_number
