-- Every landed post of a feed, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('feeds', 'entries') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

spelt as (

    select
        landed.*,
        {{ filled_text(rfc822_as_iso('landed.published_text')) }} as published_iso,
        {{ filled_text(rfc822_as_iso('landed.updated_text')) }} as updated_iso
    from landed

),

converted as (

    select
        spelt.feed_url,
        spelt.entry_key,
        spelt.feed_kind,
        spelt.platform,
        spelt.site,
        spelt.url,
        {{ canonical_url('spelt.canonical_url') }} as canonical_url,
        {{ filled_text('spelt.title') }} as title,
        {{ filled_text('spelt.author_name') }} as author_name,
        {{ filled_text('spelt.author_handle') }} as author_handle,
        spelt.published_iso,
        spelt.updated_iso,
        {{ parse_timestamp('spelt.published_iso', 'parameters.timezone') }}
            as own_published_at,
        {{ parse_timestamp('spelt.updated_iso', 'parameters.timezone') }} as updated_at,
        spelt.tags,
        spelt.summary_text as summary,
        min(spelt._observed_at) over (partition by spelt.feed_url, spelt.entry_key)
            as first_observed_at,
        parameters.as_of_date,
        parameters.timezone,
        spelt._observed_at,
        spelt._row_hash,
        spelt._source_file,
        spelt._source_line,
        spelt._dlt_load_id
    from spelt
    cross join parameters

),

dated as (

    select
        *,
        -- RSS 1.0 has one date per post, which lands as the updated one
        coalesce(own_published_at, updated_at) as published_at,
        case
            when author_handle is not null then platform || ':' || author_handle
            when feed_kind = 'author' and author_name is not null
                then 'blog:' || site || '/' || author_name
            when feed_kind = 'author' then 'blog:' || site
        end as author_account_id
    from converted

),

judged as (

    select
        *,
        case
            when coalesce(published_iso, updated_iso) is not null and published_at is null
                then 'the date is not a time: ' || coalesce(published_iso, updated_iso)
            when not {{ is_plausible_date(local_date('published_at', 'timezone'), 'as_of_date') }}
                then 'the date lies outside 1990 and three years ahead: '
                    || coalesce(published_iso, updated_iso)
        end as _reason
    from dated

)

select
    feed_url,
    entry_key,
    feed_kind,
    platform,
    site,
    url,
    canonical_url,
    title,
    author_name,
    author_handle,
    author_account_id,
    published_at,
    updated_at,
    first_observed_at,
    tags,
    summary,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['feed_url', 'entry_key']) }} as _row_status
from judged
