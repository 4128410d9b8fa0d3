-- Every landed group row, judged.
-- grain: one landed row

with landed as (

    select * from {{ source('doorkeeper', 'groups') }}
    where {{ is_complete_load() }}

),

judged as (

    select
        {{ filled_text('id') }} as group_id,
        {{ filled_text('configured_as') }} as configured_as,
        {{ filled_text('name') }} as name,
        {{ filled_text('country_code') }} as country_code,
        {{ filled_text('public_url') }} as url,
        members_count as member_count,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id,
        case when {{ filled_text('id') }} is null then 'the group has no id' end as _reason
    from landed

)

select
    group_id,
    configured_as,
    name,
    country_code,
    url,
    member_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['group_id']) }} as _row_status
from judged
