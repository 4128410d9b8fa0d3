-- Every landed group row, judged.
-- grain: one landed row

with landed as (

    select * from {{ source('connpass', 'groups') }}
    where {{ is_complete_load() }}

),

judged as (

    select
        {{ filled_text('id') }} as group_id,
        {{ filled_text('subdomain') }} as subdomain,
        {{ filled_text('title') }} as title,
        {{ filled_text('sub_title') }} as subtitle,
        {{ filled_text('url') }} as url,
        {{ filled_text('website_url') }} as website_url,
        {{ filled_text('website_name') }} as website_name,
        lower({{ filled_text("ltrim(twitter_username, '@')") }}) as x_handle,
        {{ filled_text('facebook_url') }} as facebook_url,
        member_users_count as member_count,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id,
        case when {{ filled_text('id') }} is null then 'the group has no id' end as _reason
    from landed

)

select
    group_id,
    subdomain,
    title,
    subtitle,
    url,
    website_url,
    website_name,
    x_handle,
    facebook_url,
    member_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['group_id']) }} as _row_status
from judged
