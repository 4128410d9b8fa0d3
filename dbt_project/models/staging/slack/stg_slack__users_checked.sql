-- Every landed version of a user, cast and judged. A version without an address (an export
-- of some plans, a token that lost its scope) does not take the known one away.
-- grain: one landed row
with landed as (

    select * from {{ source('slack', 'users') }}
    where {{ is_complete_load() }}

),

filled as (

    select
        {{ filled_text('id') }} as user_id,
        {{ filled_text('team_id') }} as team_id,
        {{ filled_text('name') }} as handle,
        {{ filled_text('real_name') }} as real_name,
        {{ filled_text('display_name') }} as display_name,
        lower({{ filled_text('email') }}) as sent_email,
        is_email_confirmed,
        {{ filled_text('title') }} as title,
        {{ filled_text('tz') }} as timezone,
        fields,
        coalesce(deleted, false) as is_deleted,
        coalesce(is_bot, false) or coalesce(is_workflow_bot, false)
        or coalesce(id = 'USLACKBOT', false) as is_bot,
        coalesce(is_restricted, false) or coalesce(is_ultra_restricted, false) as is_guest,
        _observed_at,
        _source_file,
        _source_line,
        _dlt_load_id
    from landed

),

judged as (

    select
        *,
        last_value(sent_email ignore nulls) over (
            partition by user_id
            order by _observed_at, cast(_dlt_load_id as double)
            rows between unbounded preceding and current row
        ) as email,
        {{ linked_profiles("concat_ws(' ', title, fields)") }} as profile_urls,
        case
            when user_id is null then 'the user has no id'
        end as _reason
    from filled

)

select
    user_id,
    team_id,
    handle,
    real_name,
    display_name,
    email,
    is_email_confirmed,
    title,
    timezone,
    fields,
    profile_urls,
    is_deleted,
    is_bot,
    is_guest,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['user_id']) }} as _row_status
from judged
