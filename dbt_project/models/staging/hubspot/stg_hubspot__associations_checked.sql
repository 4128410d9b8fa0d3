-- Every landed row of associations, cast and judged.
-- grain: one landed row
with landed as (

    select * from {{ source('hubspot', 'associations') }}
    where {{ is_complete_load() }}

),

judged as (

    select
        association_id,
        from_type,
        from_id,
        to_type,
        to_id,
        type_id,
        category,
        {{ filled_text('label') }} as label,
        -- 1: a contact's primary company, 5: a deal's
        coalesce(
            (from_type = 'contact' and type_id = '1') or (from_type = 'deal' and type_id = '5'),
            false
        ) and to_type = 'company' as is_primary,
        coalesce(archived, false) as is_archived,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id,
        case
            when from_id is null or to_id is null then 'the link lacks one of its ends'
        end as _reason
    from landed

)

select
    association_id,
    from_type,
    from_id,
    to_type,
    to_id,
    type_id,
    category,
    label,
    is_primary,
    is_archived,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['association_id']) }} as _row_status
from judged
