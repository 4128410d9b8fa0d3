-- Authors of feeds in the shape of int_accounts; the platform is the source.
-- grain: account_id
with entries as (

    select
        *,
        row_number() over (
            partition by author_account_id
            order by coalesce(published_at, first_observed_at) desc, feed_url, entry_key
        ) as recency
    from {{ ref('stg_feeds__entries') }}
    where author_account_id is not null

)

select
    author_account_id as account_id,
    split_part(author_account_id, ':', 1) as source,
    substr(author_account_id, length(split_part(author_account_id, ':', 1)) + 2)
        as source_account_id,
    min_by(author_handle, recency) filter (where author_handle is not null) as handle,
    min_by(author_name, recency) filter (where author_name is not null) as display_name,
    cast(null as string) as name_kana,
    cast(null as string) as email,
    false as email_is_verified,
    cast(null as string) as company_name,
    cast(null as string) as department,
    cast(null as string) as title,
    cast(null as string) as prefecture,
    cast(null as string) as profile_urls,
    cast(null as {{ var('timestamp_type') }}) as first_seen_at,
    cast(null as string) as crm_contact_id,
    false as is_bot,
    false as is_internal,
    cast(null as boolean) as has_email_consent,
    cast(null as string) as email_purpose
from entries
group by author_account_id
