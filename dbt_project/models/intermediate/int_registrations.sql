-- Every application for an event any source tells of: one row per source that tells,
-- role and application. fct_registrations makes one row per event and member of it.
-- grain: registration_id

with stacked as (

    select * from {{ ref('int_stacked_registrations') }}

)

select
    concat_ws(
        '/', told_by, event_id, account_id, role, application_id
    ) as registration_id,
    source,
    event_id,
    account_id,
    status,
    role,
    registered_at,
    cancelled_at,
    attended,
    attended_at,
    minutes_attended,
    referrer_account_id,
    observed_at
from stacked
