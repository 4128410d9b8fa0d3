-- Every landed row of the register, cast and judged. A row is what holds of a company from
-- a change on.
-- grain: one landed row
with landed as (

    select * from {{ source('houjin_bangou', 'corporations') }}
    where {{ is_complete_load() }}

),

converted as (

    select
        {{ filled_text('corporate_number') }} as corporate_number,
        process,
        {{ parse_date('update_date') }} as updated_date,
        {{ filled_text('change_date') }} as changed_text,
        {{ parse_date('change_date') }} as changed_date,
        {{ filled_text('name') }} as name,
        {{ filled_text('furigana') }} as name_kana,
        {{ filled_text('en_name') }} as name_en,
        kind,
        {{ filled_text('prefecture_name') }} as prefecture,
        {{ filled_text('city_name') }} as city,
        {{ filled_text('street_number') }} as street,
        {{ parse_date('close_date') }} as closed_date,
        {{ filled_text('close_cause') }} as close_cause,
        {{ filled_text('successor_corporate_number') }} as successor_corporate_number,
        coalesce(latest = '1', false) as is_latest,
        coalesce(hihyoji = '1', false) as is_hidden,
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
            when corporate_number is null then 'the row has no corporate number'
            when name is null then 'the row has no name'
            when changed_text is not null and changed_date is null
                then 'change_date is not a day: ' || changed_text
        end as _reason
    from converted

)

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
    is_latest,
    is_hidden,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status([
        'corporate_number', 'process', 'changed_date', 'updated_date', 'name', 'street'
    ]) }} as _row_status
from judged
