-- Registered users of EventHub in the shape of int_registrations.
-- grain: event_id, account_id, role, application_id
select
    'eventhub' as source,
    'eventhub:' || event_id as event_id,
    'eventhub:' || account_id as account_id,
    user_id as application_id,
    status,
    role,
    registered_at,
    case
        when status = 'cancelled' then coalesce(cancelled_at, updated_at)
    end as cancelled_at,
    attended,
    cast(null as {{ var('timestamp_type') }}) as attended_at,
    cast(null as bigint) as minutes_attended,
    cast(null as string) as referrer_account_id,
    observed_at
from {{ ref('stg_eventhub__users') }}
