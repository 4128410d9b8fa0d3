-- Who brought a member, as the member or a list says: the newest version of each.
-- grain: account_id, referrer_kind, referrer
select
    source,
    account_id,
    referrer,
    referrer_kind,
    referred_at,
    event_id,
    evidence,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__referrals_checked') }}
where _row_status = 'staged'
