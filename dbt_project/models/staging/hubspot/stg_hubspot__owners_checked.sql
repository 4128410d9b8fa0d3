-- Every landed row of owners, cast and judged.
-- grain: one landed row
with landed as (

    select * from {{ source('hubspot', 'owners') }}
    where {{ is_complete_load() }}

),

judged as (

    select
        id as owner_id,
        lower({{ filled_text('email') }}) as email,
        {{ filled_text('first_name') }} as first_name,
        {{ filled_text('last_name') }} as last_name,
        user_id,
        type as owner_type,
        teams,
        coalesce(archived, false) as is_archived,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id,
        case
            when id is null then 'the owner has no id'
        end as _reason
    from landed

)

select
    owner_id,
    email,
    first_name,
    last_name,
    user_id,
    owner_type,
    teams,
    is_archived,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['owner_id']) }} as _row_status
from judged
