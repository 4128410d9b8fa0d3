-- Every landed version of a user, cast and judged.
-- grain: one landed row
with landed as (

    select * from {{ source('qiita', 'users') }}
    where {{ is_complete_load() }}

),

filled as (

    select
        {{ filled_text('permanent_id') }} as user_id,
        {{ filled_text('id') }} as handle,
        {{ filled_text('name') }} as display_name,
        {{ filled_text('description') }} as description,
        {{ filled_text('location') }} as location,
        {{ filled_text('organization') }} as organization,
        {{ filled_text('website_url') }} as website_url,
        {{ filled_text('github_login_name') }} as github_handle,
        {{ filled_text('twitter_screen_name') }} as x_handle,
        {{ filled_text('facebook_id') }} as facebook_id,
        {{ filled_text('linkedin_id') }} as linkedin_id,
        followers_count as follower_count,
        followees_count as following_count,
        items_count as item_count,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id
    from landed

),

-- The accounts Qiita itself connected come before what is written in the profile.
linked as (

    select
        *,
        concat_ws(
            ' ',
            'https://github.com/' || github_handle,
            'https://x.com/' || x_handle,
            website_url,
            description
        ) as links
    from filled

),

judged as (

    select
        *,
        {{ linked_profiles('links') }} as profile_urls,
        case
            when user_id is null then 'the user has no permanent_id'
            when handle is null then 'the user has no id'
        end as _reason
    from linked

)

select
    user_id,
    handle,
    display_name,
    description,
    location,
    organization,
    website_url,
    github_handle,
    x_handle,
    facebook_id,
    linkedin_id,
    profile_urls,
    follower_count,
    following_count,
    item_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['user_id']) }} as _row_status
from judged
