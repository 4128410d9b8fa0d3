-- Everything members did, with the company of that day and the points it is worth before
-- decay (0 when a guard takes it out, or when its day has not come).
-- grain: activity_id
select
    activity_id,
    member_id,
    account_id,
    company_id,
    source,
    source_table,
    activity_type,
    category,
    occurred_at,
    local_date,
    event_id,
    object_key,
    object_url,
    title,
    parent_activity_id,
    working_group,
    reactions,
    impressions,
    cast(0 as decimal(18, 12)) as points,
    is_future,
    is_internal,
    is_bot
from {{ ref('int_member_activities') }}
