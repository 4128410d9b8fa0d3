-- Messages, each once, whether the API, an export or both tell of it. The later edit wins,
-- and that a message was deleted wins over what it said; else the API's word stands, for
-- nobody knows when an export was made.
-- grain: channel_id, ts
{{ config(materialized='table') }}

{%- set tables = ['export_messages', 'messages'] %}

with told as (

    {%- for table in tables %}
    select
        '{{ table }}' as source_table,
        channel_id,
        ts,
        subtype,
        user_id,
        bot_id,
        title,
        hashtags,
        mentioned_user_ids,
        thread_ts,
        is_reply,
        is_post,
        reply_count,
        sent_at,
        edited_at,
        local_date,
        reactions,
        reaction_count,
        _observed_at as observed_at
    from {{ ref('stg_slack__' ~ table ~ '_checked') }}
    where _row_status = 'staged'
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

once as (

    select *
    from told
    qualify row_number() over (
        partition by channel_id, ts
        order by
            coalesce(subtype = 'tombstone', false) desc,
            edited_at desc nulls last,
            source_table = 'messages' desc
    ) = 1

)

select
    once.*,
    channels.team_url || 'archives/' || once.channel_id || '/p' || replace(once.ts, '.', '')
    || case
        when once.is_reply
            then '?thread_ts=' || once.thread_ts || '&cid=' || once.channel_id
        else ''
    end as url
from once
left join {{ ref('stg_slack__channels') }} as channels
    on once.channel_id = channels.channel_id
