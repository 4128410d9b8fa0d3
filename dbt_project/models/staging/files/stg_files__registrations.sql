-- Registrations that files tell of: the newest version of each application. An export made
-- before the day knows nothing of who came: of several exports the newest filled value
-- counts for attendance, minutes, referrer and when one cancelled. Of the universal import
-- the newest row does. Who comes back after all is not cancelled on any day.
-- grain: source, event_id, account_id, role, registered_at
with told as (

    select
        *,
        row_number() over (
            partition by source, event_id, account_id, role, registered_at
            order by
                _observed_at,
                cast(_dlt_load_id as double),
                _source_file nulls first,
                _source_line nulls first
        ) as version,
        count(*) over (
            partition by source, event_id, account_id, role, registered_at
        ) as versions
    from {{ ref('stg_files__registrations_checked') }}
    where
        _row_status = 'staged'
        or (_row_status = 'superseded' and not _is_replaced and _connector <> 'files')

)

select
    source,
    event_id,
    account_id,
    max_by(status, version) as status,
    role,
    registered_at,
    case
        when max_by(status, version) = 'cancelled'
            then {{ newest_filled('cancelled_at', 'version') }}
        else max(cancelled_at) filter (where version = versions)
    end as cancelled_at,
    {{ newest_filled('attended', 'version') }} as attended,
    {{ newest_filled('attended_at', 'version') }} as attended_at,
    {{ newest_filled('minutes_attended', 'version') }} as minutes_attended,
    {{ newest_filled('referrer_account_id', 'version') }} as referrer_account_id,
    max_by(_connector, version) as connector,
    max(_observed_at) as observed_at
from told
group by source, event_id, account_id, role, registered_at
