{#- What staging needs to read messages of Slack, the API's and an export's alike. -#}

{#- A `ts` (seconds, a point, six digits) as a moment: exact, never through a float. -#}
{% macro moment_of_ts(ts) -%}
    make_timestamptz(cast(replace({{ ts }}, '.', '') as bigint))
{%- endmacro %}

{% macro is_ts(text) -%}
    regexp_matches({{ text }}, '^[0-9]{9,11}[.][0-9]{6}$')
{%- endmacro %}

{#-
    The first 80 characters of a message as people read it: labels instead of addresses,
    names instead of ids where Slack sends them along, no mark-up.
-#}
{% macro slack_title(text) -%}
    nullif(left(trim(regexp_replace(
        replace(replace(replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        left({{ text }}, 1000), '<([@#])[^|>]*[|]([^>]*)>', '\1\2', 'g'
                    ),
                    '<[@#!][^|>]*>', '', 'g'
                ),
                '<(?:[^|>]*[|])?([^>]*)>', '\1', 'g'
            ),
            '&lt;', '<'), '&gt;', '>'), '&amp;', '&'),
        '\s+', ' ', 'g'
    )), 80), '')
{%- endmacro %}

{#- The users a message names, as a JSON array of ids, sorted; NULL when it names nobody. -#}
{% macro slack_mentions(text) -%}
    nullif(cast(to_json(list_sort(list_distinct(
        regexp_extract_all({{ text }}, '<@([UW][A-Z0-9]+)', 1)
    ))) as varchar), '[]')
{%- endmacro %}

{#- How often people reacted; a message without reactions has none of the kind. -#}
{% macro slack_reaction_count(reactions) -%}
    coalesce(
        cast(list_sum(cast(json_extract({{ reactions }}, '$[*].count') as bigint[])) as bigint),
        0
    )
{%- endmacro %}

{#- One row per user who reacted, whatever with. Only in a select list. -#}
{% macro each_reacting_user(reactions) -%}
    unnest(list_distinct(json_extract_string({{ reactions }}, '$[*].users[*]')))
{%- endmacro %}

{#-
    Every landed row of a table of messages, cast and judged. What a person wrote is a
    post; joins, topics, deleted messages and what apps say are none. The text ends here:
    later models know its first 80 characters, its #words and whom it names.
-#}
{% macro checked_slack_messages(table) -%}
with landed as (

    select * from {{ source('slack', table) }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

filled as (

    select
        {{ filled_text('landed.channel_id') }} as channel_id,
        {{ filled_text('landed.ts') }} as ts,
        {{ filled_text('landed.subtype') }} as subtype,
        {{ filled_text('landed.user_id') }} as user_id,
        {{ filled_text('landed.bot_id') }} as bot_id,
        landed.text,
        {{ filled_text('landed.thread_ts') }} as thread_ts,
        landed.reply_count,
        {{ filled_text('landed.edited_ts') }} as edited_ts,
        landed.reactions,
        parameters.as_of_date,
        parameters.timezone,
        landed._observed_at,
        landed._source_file,
        landed._source_line,
        landed._dlt_load_id
    from landed
    cross join parameters

),

converted as (

    select
        *,
        case when {{ is_ts('ts') }} then {{ moment_of_ts('ts') }} end as sent_at,
        case when {{ is_ts('edited_ts') }} then {{ moment_of_ts('edited_ts') }} end
            as edited_at,
        {{ slack_reaction_count('reactions') }} as reaction_count,
        {{ slack_title('text') }} as title,
        {{ hashtags_of("regexp_replace(text, '<[^>]*>', ' ', 'g')") }} as hashtags,
        {{ slack_mentions('text') }} as mentioned_user_ids,
        coalesce(thread_ts <> ts, false) as is_reply,
        user_id is not null
        and user_id <> 'USLACKBOT'
        and bot_id is null
        and coalesce(subtype, 'none') in (
            'none', 'thread_broadcast', 'me_message', 'file_share', 'file_comment'
        ) as is_post
    from filled

),

judged as (

    select
        *,
        {{ local_date('sent_at', 'timezone') }} as local_date,
        case
            when channel_id is null then 'the message names no channel'
            when ts is null then 'the message has no ts'
            when sent_at is null then 'ts is not a time: ' || ts
            when not {{ is_plausible_date(local_date('sent_at', 'timezone'), 'as_of_date') }}
                then 'ts lies outside 1990 and three years ahead: ' || ts
        end as _reason
    from converted

)

select
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
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['channel_id', 'ts']) }} as _row_status
from judged
{%- endmacro %}
