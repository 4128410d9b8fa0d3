-- Every landed version of a post, cast and judged: a version is a snapshot of the
-- counters. A post that matched a query once is never only a referenced one.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('x', 'posts') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as post_id,
        {{ filled_text('landed.author_id') }} as author_id,
        landed.text,
        {{ filled_text('landed.created_at') }} as created_text,
        {{ parse_timestamp('landed.created_at', "'UTC'") }} as created_at,
        case
            when landed.reposted_id is not null then 'repost'
            when landed.replied_to_id is not null then 'reply'
            when landed.quoted_id is not null then 'quote'
            else 'post'
        end as post_type,
        bool_and(coalesce(landed.is_referenced, false)) over (partition by landed.id)
            as is_referenced,
        coalesce(landed.first_version_id, landed.id) as first_version_id,
        landed.conversation_id,
        landed.in_reply_to_user_id,
        landed.replied_to_id,
        landed.quoted_id,
        landed.reposted_id,
        landed.lang,
        landed.source as client,
        'https://x.com/i/web/status/' || landed.id as url,
        landed.urls,
        landed.hashtags,
        landed.mentions,
        landed.like_count,
        landed.retweet_count,
        landed.reply_count,
        landed.quote_count,
        landed.bookmark_count,
        landed.impression_count,
        parameters.as_of_date,
        parameters.timezone,
        landed._observed_at,
        landed._row_hash,
        landed._source_file,
        landed._source_line,
        landed._dlt_load_id
    from landed
    cross join parameters

),

judged as (

    select
        *,
        {{ local_date('created_at', 'timezone') }} as local_date,
        -- a repost shows the reactions to the original, which are not its own
        case
            when post_type = 'repost' then null
            when coalesce(like_count, retweet_count, reply_count, quote_count) is null
                then null
            else
                coalesce(like_count, 0)
                + coalesce(retweet_count, 0)
                + coalesce(reply_count, 0)
                + coalesce(quote_count, 0)
                + coalesce(bookmark_count, 0)
        end as reactions,
        case
            when post_id is null then 'the post has no id'
            when created_text is null then 'the post has no time'
            when created_at is null then 'created_at is not a time: ' || created_text
            when not {{ is_plausible_date(local_date('created_at', 'timezone'), 'as_of_date') }}
                then 'created_at lies outside 1990 and three years ahead: ' || created_text
        end as _reason
    from converted

)

select
    post_id,
    author_id,
    post_type,
    text,
    created_at,
    local_date,
    is_referenced,
    first_version_id,
    conversation_id,
    in_reply_to_user_id,
    replied_to_id,
    quoted_id,
    reposted_id,
    lang,
    client,
    url,
    urls,
    hashtags,
    mentions,
    reactions,
    like_count,
    retweet_count,
    reply_count,
    quote_count,
    bookmark_count,
    impression_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['post_id']) }} as _row_status
from judged
