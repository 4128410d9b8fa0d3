-- What members published: one row per person, kind and address, however many sources saw
-- it; the post in which its author announces it is no second one. An output belongs to the event it names, else to the latest event of the seven days
-- before it whose hashtag it carries.
-- grain: output_id
with published as (

    select
        activities.*,
        announcements.activity_id is null as is_itself,
        coalesce(announcements.activity_type, activities.activity_type) as type,
        coalesce(announcements.object_key, activities.object_key, activities.activity_id)
            as output_key
    from {{ ref('int_member_activities') }} as activities
    left join {{ ref('int_announcements') }} as announcements
        on activities.activity_id = announcements.activity_id
    where activities.is_output

),

outputs as (

    select
        min(activity_id) filter (where is_itself) as output_id,
        member_id,
        type,
        output_key,
        min(object_url) filter (where is_itself) as object_url,
        min(title) filter (where is_itself) as title,
        min(occurred_at) filter (where is_itself) as published_at,
        min(local_date) filter (where is_itself) as local_date,
        min(event_id) as named_event_id,
        -- an article has no hashtag where its platform has none: the post names the event's
        coalesce(max(hashtags) filter (where is_itself), max(hashtags)) as hashtags,
        max(reactions) as reactions,
        max(impressions) as reach,
        {{ sorted_list('source') }} as sources,
        min(company_id) as company_id,
        bool_or(is_internal) as is_internal,
        bool_or(is_bot) as is_bot
    from published
    group by member_id, type, output_key

),

output_hashtags as (

    select
        outputs.output_id,
        outputs.local_date,
        tags.part as hashtag
    from outputs
    cross join {{ split_to_rows('outputs.hashtags', ',') }} as tags
    where outputs.hashtags is not null

),

event_hashtags as (

    select
        event_id,
        started_at,
        local_date,
        lower(ltrim(hashtag, '#＃')) as hashtag
    from {{ ref('int_events') }}
    where hashtag is not null and local_date is not null

),

hashtag_events as (

    select
        output_hashtags.output_id,
        event_hashtags.event_id
    from output_hashtags
    inner join event_hashtags
        on
            output_hashtags.hashtag = event_hashtags.hashtag
            and {{ days_between('event_hashtags.local_date', 'output_hashtags.local_date') }}
            between 0 and 7
    qualify row_number() over (
        partition by output_hashtags.output_id
        order by event_hashtags.started_at desc, event_hashtags.event_id
    ) = 1

)

select
    outputs.output_id,
    outputs.member_id,
    outputs.company_id,
    outputs.type,
    {{ canonical_url('outputs.object_url') }} as url,
    outputs.title,
    outputs.published_at,
    outputs.local_date,
    coalesce(named_events.event_id, hashtag_events.event_id) as event_id,
    outputs.hashtags,
    outputs.reactions,
    outputs.reach,
    outputs.sources,
    outputs.is_internal,
    outputs.is_bot
from outputs
left join {{ ref('int_events') }} as named_events
    on outputs.named_event_id = named_events.event_id
left join hashtag_events on outputs.output_id = hashtag_events.output_id
