-- Which events are one on several platforms. Two are, when the page of one names the other
-- and they start within a day; or when they start within 15 minutes of each other under
-- one title (but for width, spaces and what is added for a platform), with the same
-- numbers in it, and neither place nor format speaks against it. Each event has at most
-- one partner on any other platform: the best one, for both. The smallest id names the
-- group. An event known only by its page (a list of attendees names its id) is here too.
-- grain: event_id
with events as (

    select
        event_id,
        source,
        started_at,
        local_date,
        prefecture,
        format,
        mentioned_urls,
        {{ bare_title('title') }} as title_key,
        {{ title_numbers('title') }} as numbers,
        -- the n-th of one title and start on a platform is the n-th on the others
        row_number() over (
            partition by source, {{ bare_title('title') }}, started_at order by event_id
        ) as slot
    from {{ ref('int_events_merged') }}

),

mentioned as (

    select distinct
        events.event_id,
        {{ event_of_page('pages.part') }} as other_id
    from events
    cross join {{ split_to_rows('events.mentioned_urls', ', ') }} as pages

),

linked as (

    select
        mentioned.event_id,
        mentioned.other_id
    from mentioned
    inner join events on mentioned.event_id = events.event_id
    left join events as others on mentioned.other_id = others.event_id
    where
        mentioned.other_id is not null
        and split_part(mentioned.other_id, ':', 1) <> events.source
        -- the page of last month's event is named for its report, not because it is this one
        and (
            others.event_id is null
            or abs({{ days_between('events.local_date', 'others.local_date') }}) <= 1
        )
    -- who names two pages of a platform announces a series
    qualify
        count(*) over (
            partition by mentioned.event_id, split_part(mentioned.other_id, ':', 1)
        ) = 1

),

fitting as (

    select
        events.event_id,
        events.source,
        others.event_id as other_id,
        others.source as other_source,
        events.title_key = others.title_key as is_same_title,
        events.slot = others.slot as is_same_slot,
        events.prefecture,
        others.prefecture as other_prefecture,
        others.format in ('online', 'hybrid') as is_seen_from_afar
    from events
    inner join events as others
        on
            events.local_date = others.local_date
            and events.source <> others.source
            and events.numbers = others.numbers
    where
        abs({{ minutes_between('events.started_at', 'others.started_at') }}) <= 15
        and coalesce(events.prefecture = others.prefecture, true)
        -- Zoom is where an event is streamed to, whatever the event's own page says
        and not (
            events.source <> 'zoom'
            and others.source <> 'zoom'
            and coalesce(events.format, '') in ('online', 'offline')
            and coalesce(others.format, '') in ('online', 'offline')
            and events.format <> others.format
        )
        and (
            events.title_key = others.title_key
            -- a subtitle that only one platform shows
            or (
                length(events.title_key) >= 10
                and contains(others.title_key, events.title_key)
                and length(events.title_key) >= 0.7 * length(others.title_key)
            )
            or (
                length(others.title_key) >= 10
                and contains(events.title_key, others.title_key)
                and length(others.title_key) >= 0.7 * length(events.title_key)
            )
        )

),

-- An event without a place (a stream, a list that names none) may fit those of two cities
-- on one evening: it is the one that more platforms show, one that can be joined from afar
-- counting twice, and none of them when two count the same.
places as (

    select
        event_id,
        other_prefecture,
        rank() over (
            partition by event_id
            order by sum(case when is_seen_from_afar then 2 else 1 end) desc
        ) as place_order
    from fitting
    where prefecture is null and other_prefecture is not null
    group by event_id, other_prefecture

),

likely_places as (

    select
        event_id,
        min(other_prefecture) as other_prefecture
    from places
    where place_order = 1
    group by event_id
    having count(*) = 1

),

settled as (

    select fitting.*
    from fitting
    left join likely_places
        on
            fitting.event_id = likely_places.event_id
            and fitting.other_prefecture = likely_places.other_prefecture
    where
        fitting.prefecture is not null
        or fitting.other_prefecture is null
        or likely_places.event_id is not null

),

best as (

    select
        event_id,
        other_id
    from settled
    qualify row_number() over (
        partition by event_id, other_source
        order by is_same_title desc, is_same_slot desc, other_id
    ) = 1

),

partners as (

    select
        best.event_id,
        best.other_id
    from best
    inner join best as others
        on best.event_id = others.other_id and best.other_id = others.event_id
    union
    select event_id, other_id from linked
    union
    select other_id, event_id from linked

),

-- Every event hangs on the smallest id it can reach in three steps: there are fewer
-- platforms than that between any two pages of one event.
named as (

    select event_id, event_id as first_id from events
    union
    select event_id, event_id as first_id from partners

),

one_step as (

    select
        named.event_id,
        least(named.first_id, coalesce(min(partners.other_id), named.first_id)) as first_id
    from named
    left join partners on named.event_id = partners.event_id
    group by named.event_id, named.first_id

),

two_steps as (

    select
        one_step.event_id,
        least(one_step.first_id, coalesce(min(nearer.first_id), one_step.first_id)) as first_id
    from one_step
    left join partners on one_step.event_id = partners.event_id
    left join one_step as nearer on partners.other_id = nearer.event_id
    group by one_step.event_id, one_step.first_id

),

three_steps as (

    select
        two_steps.event_id,
        least(two_steps.first_id, coalesce(min(nearer.first_id), two_steps.first_id)) as first_id
    from two_steps
    left join partners on two_steps.event_id = partners.event_id
    left join two_steps as nearer on partners.other_id = nearer.event_id
    group by two_steps.event_id, two_steps.first_id

)

select
    event_id,
    first_id as event_group_id
from three_steps
