-- Every landed version of a user, cast and judged.
-- grain: one landed row

with landed as (

    select * from {{ source('x', 'users') }}
    where {{ is_complete_load() }}

),

converted as (

    select
        {{ filled_text('id') }} as user_id,
        {{ filled_text('username') }} as handle,
        {{ filled_text('name') }} as display_name,
        {{ filled_text('description') }} as description,
        {{ filled_text('location') }} as location,
        {{ filled_text('url') }} as url,
        {{ linked_profiles("concat_ws(' ', url, description)") }} as profile_urls,
        {{ filled_text('created_at') }} as created_text,
        {{ parse_timestamp('created_at', "'UTC'") }} as created_at,
        verified as is_verified,
        protected as is_protected,
        followers_count as follower_count,
        following_count,
        tweet_count as post_count,
        listed_count,
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
            when user_id is null then 'the user has no id'
            when handle is null then 'the user has no username'
            when created_text is not null and created_at is null
                then 'created_at is not a time: ' || created_text
        end as _reason
    from converted

)

select
    user_id,
    handle,
    display_name,
    description,
    location,
    url,
    profile_urls,
    created_at,
    is_verified,
    is_protected,
    follower_count,
    following_count,
    post_count,
    listed_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['user_id']) }} as _row_status
from judged
