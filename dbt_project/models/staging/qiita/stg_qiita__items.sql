-- Items with the newest counters seen.
-- grain: item_id
select
    item_id,
    user_id,
    handle,
    title,
    url,
    created_at,
    updated_at,
    local_date,
    tags,
    organization,
    is_slide,
    like_count,
    comment_count,
    stock_count,
    emoji_count,
    view_count,
    _observed_at as observed_at
from {{ ref('stg_qiita__items_checked') }}
where _row_status = 'staged'
