-- Posts in which people announce what they published elsewhere: the post links to an
-- article, deck or video of its own author. Of several the first by address.
-- A source whose posts carry links is one line here.
-- grain: activity_id
{%- set sources = {
    'x': 'post_id',
} %}

with links as (

    {%- for source, post_id in sources.items() %}
    select
        '{{ source }}:' || {{ post_id }} as activity_id,
        {{ each_json_text('urls') }} as link
    from {{ ref('stg_' ~ source ~ '__posts') }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

posts as (

    select
        links.activity_id,
        activities.member_id,
        {{ canonical_url('links.link') }} as object_key
    from links
    inner join {{ ref('int_member_activities') }} as activities
        on links.activity_id = activities.activity_id

)

select
    posts.activity_id,
    min_by(published.activity_type, published.object_key || published.activity_type)
        as activity_type,
    min(published.object_key) as object_key
from posts
inner join {{ ref('int_member_activities') }} as published
    on
        posts.member_id = published.member_id
        and posts.object_key = published.object_key
where published.is_output and published.activity_type not in ('post', 'repost')
group by posts.activity_id
