-- Every landed mention in the media, cast and judged. It is known by its own id, else by
-- its address, else by day, medium and title.
-- grain: one landed row
with landed as (

    {{ landed_files('media_mentions') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.published_date') }} as published_date_text,
        {{ parse_written_date('landed.published_date') }} as published_date,
        {{ filled_text('landed.media') }} as media,
        {{ filled_text('landed.title') }} as title,
        {{ filled_text('landed.mention_id') }} as own_id,
        {{ canonical_url('landed.url') }} as url,
        lower({{ filled_text('landed.' ~ adapter.quote('type')) }}) as type,
        {{ filled_text('landed.source') }} || ':' || {{ filled_text('landed.account_id') }}
            as account_id,
        lower({{ filled_text('landed.email') }}) as email,
        {{ filled_text('landed.name') }} as name,
        {{ filled_text('landed.event_id') }} as event_text,
        {{ event_key('landed.source', 'landed.event_id') }} as event_id,
        {{ parse_count(compatible_text('landed.reach')) }} as reach,
        {{ is_no_count(compatible_text('landed.reach')) }} as has_unreadable_reach,
        {{ parse_amount('landed.production_cost') }} as production_cost,
        {{ is_no_amount('landed.production_cost') }} as has_unreadable_production_cost,
        {{ currency_code('landed.currency') }} as currency,
        parameters.as_of_date,
        landed._connector,
        landed._is_replaced,
        landed._observed_at,
        landed._row_hash,
        landed._source_file,
        landed._source_line,
        landed._dlt_load_id
    from landed
    cross join parameters

),

keyed as (

    select
        *,
        coalesce(
            _connector || ':' || own_id,
            url,
            cast(published_date as string) || ' ' || media || ' ' || title
        ) as mention_id
    from converted

),

judged as (

    select
        *,
        case
            when published_date_text is null
                then 'published_date is empty: say on which day it appeared'
            {{ day_reasons('published_date', 'published_date_text', 'published_date') }}
            when media is null then 'media is empty: name the paper, site or broadcaster'
            when title is null then 'title is empty: give the article its title'
            when event_text is not null and event_id is null
                then 'source is empty: name the platform of the event, or write connpass:123'
            when has_unreadable_reach then 'reach is not a whole number'
            when has_unreadable_production_cost then 'production_cost is not a number'
            when production_cost < 0 then 'production_cost is below 0'
            when not regexp_matches(currency, '^[A-Z]{3}$')
                then 'currency is no code of three letters such as JPY: ' || currency
        end as _reason
    from keyed

)

select
    mention_id,
    published_date,
    media,
    title,
    url,
    type,
    account_id,
    email,
    name,
    event_id,
    reach,
    production_cost,
    currency,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['mention_id'], '_is_replaced') }} as _row_status
from judged
