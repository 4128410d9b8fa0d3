-- What known people attended or presented at, anywhere on connpass.
-- grain: nickname, relation, event_id
select
    nickname,
    relation,
    event_id,
    event_title,
    event_url,
    started_at,
    ended_at,
    local_date,
    open_status,
    group_id,
    group_subdomain,
    group_title,
    _observed_at as observed_at
from {{ ref('stg_connpass__user_events_checked') }}
where _row_status = 'staged'
