-- Applications on connpass in the shape of int_registrations: those of the organisers'
-- CSVs, and the events of the configured groups that people show in their profile.
-- connpass calls the latter attended; it means accepted, nobody took attendance there.
-- grain: event_id, account_id, role, application_id
with timelines as (

    select user_events.*
    from {{ ref('stg_connpass__user_events') }} as user_events
    inner join {{ ref('stg_connpass__events') }} as events
        on user_events.event_id = events.event_id

)

select
    'connpass' as source,
    'connpass:' || event_id as event_id,
    'connpass:' || account_id as account_id,
    reception_no as application_id,
    status,
    role,
    registered_at,
    cancelled_at,
    attended,
    attended_at,
    cast(null as bigint) as minutes_attended,
    cast(null as string) as referrer_account_id,
    observed_at
from {{ ref('stg_connpass__participants') }}

union all

select
    'connpass' as source,
    'connpass:' || event_id as event_id,
    'connpass:' || nickname as account_id,
    relation as application_id,
    'accepted' as status,
    case relation when 'presenter' then 'speaker' else 'attendee' end as role,
    cast(null as {{ var('timestamp_type') }}) as registered_at,
    cast(null as {{ var('timestamp_type') }}) as cancelled_at,
    cast(null as boolean) as attended,
    cast(null as {{ var('timestamp_type') }}) as attended_at,
    cast(null as bigint) as minutes_attended,
    cast(null as string) as referrer_account_id,
    observed_at
from timelines
