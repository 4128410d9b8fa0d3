-- Typed links between CRM objects; two objects may have several.
-- grain: association_id
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
    _observed_at as observed_at
from {{ ref('stg_hubspot__associations_checked') }}
where _row_status = 'staged'
