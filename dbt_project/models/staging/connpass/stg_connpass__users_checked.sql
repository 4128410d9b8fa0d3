-- Every landed profile row, cast and judged. One id with two nicknames is two rows: the
-- person renamed the account, and older files know it by the old name.
-- grain: one landed row

with landed as (

    select * from {{ source('connpass', 'users') }}
    where {{ is_complete_load() }}

),

converted as (

    select
        {{ filled_text('id') }} as user_id,
        {{ filled_text('nickname') }} as nickname,
        {{ filled_text('display_name') }} as display_name,
        {{ filled_text('description') }} as description,
        {{ linked_profiles('description') }} as profile_urls,
        {{ filled_text('url') }} as url,
        {{ filled_text('created_at') }} as created_text,
        {{ parse_timestamp('created_at', "'Asia/Tokyo'") }} as created_at,
        attended_event_count,
        organize_event_count as organised_event_count,
        presenter_event_count as presented_event_count,
        bookmark_event_count as bookmarked_event_count,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id
    from landed

),

judged as (

    select
        *,
        case
            when user_id is null then 'the profile has no id'
            when nickname is null then 'the profile has no nickname'
            when created_text is not null and created_at is null
                then 'created_at is not a time: ' || created_text
        end as _reason
    from converted

)

select
    user_id,
    nickname,
    display_name,
    description,
    profile_urls,
    url,
    created_at,
    attended_event_count,
    organised_event_count,
    presented_event_count,
    bookmarked_event_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['user_id', 'nickname']) }} as _row_status
from judged
