-- Posts of feeds in the shape of int_activities, one row per author and page however many
-- feeds hold it. A post without an author is nobody's activity.
-- grain: activity_id
with entries as (

    select
        entries.*,
        coalesce(entries.published_at, entries.first_observed_at) as occurred_at,
        coalesce(entries.canonical_url, entries.entry_key) as thing,
        row_number() over (
            partition by
                entries.author_account_id,
                coalesce(entries.canonical_url, entries.entry_key)
            order by
                entries.published_at nulls last,
                entries.first_observed_at,
                entries.feed_url,
                entries.entry_key
        ) as copy
    from {{ ref('stg_feeds__entries') }} as entries
    where entries.author_account_id is not null

)

select
    entries.author_account_id || '/' || entries.thing as activity_id,
    entries.author_account_id as account_id,
    split_part(entries.author_account_id, ':', 1) as source,
    'entries' as source_table,
    case entries.platform when 'speakerdeck' then 'slide' else 'blog' end as activity_type,
    entries.occurred_at,
    {{ local_date('entries.occurred_at', 'parameters.timezone') }} as local_date,
    cast(null as string) as event_id,
    entries.thing as object_key,
    coalesce(entries.canonical_url, entries.url) as object_url,
    entries.title,
    {{ sorted_json_texts('entries.tags') }} as hashtags,
    cast(null as string) as parent_activity_id,
    cast(null as string) as working_group,
    cast(null as bigint) as reactions,
    cast(null as bigint) as impressions
from entries
cross join {{ ref('stg_run__parameters') }} as parameters
where entries.copy = 1
