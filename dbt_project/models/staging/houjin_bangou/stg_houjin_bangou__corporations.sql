-- What the register says of a company from each change on; is_current: how it stands.
-- grain: corporate_number, process, changed_date, updated_date, name, street
select
    corporate_number,
    process,
    updated_date,
    changed_date,
    name,
    name_kana,
    name_en,
    kind,
    prefecture,
    city,
    street,
    closed_date,
    close_cause,
    successor_corporate_number,
    is_hidden,
    row_number() over (
        partition by corporate_number
        order by
            is_latest desc, updated_date desc, changed_date desc, _observed_at desc,
            process desc, name desc, street desc
    ) = 1 as is_current,
    _observed_at as observed_at
from {{ ref('stg_houjin_bangou__corporations_checked') }}
where _row_status = 'staged'
