-- Questions that members asked, with the first reply another member gave: what a source
-- calls a question, and posts in the community's own places whose text asks. Posts at
-- social networks are not put to the community. Replies of employees and bots do not count.
-- grain: activity_id
with activities as (

    select
        activities.activity_id,
        activities.member_id,
        activities.source,
        activities.activity_type,
        activities.title,
        activities.occurred_at,
        activities.local_date,
        activities.parent_activity_id
    from {{ ref('fct_activities') }} as activities
    inner join {{ ref('int_metric_members') }} as members
        on activities.member_id = members.member_id
    where not activities.is_future

),

questions as (

    select
        activities.activity_id,
        activities.member_id,
        activities.source,
        activities.occurred_at,
        activities.local_date
    from activities
    left join {{ ref('source_kinds') }} as source_kinds
        on activities.source = source_kinds.source and source_kinds.kind = 'sns'
    where
        activities.activity_type = 'question'
        or (
            activities.activity_type = 'post'
            and activities.parent_activity_id is null
            and source_kinds.source is null
            and {{ is_question('activities.title') }}
        )

),

replies as (

    select
        questions.activity_id,
        min(replies.occurred_at) as first_reply_at
    from questions
    inner join activities as replies
        on questions.activity_id = replies.parent_activity_id
    where
        replies.activity_type in ('reply', 'answer')
        and replies.member_id <> questions.member_id
        and replies.occurred_at >= questions.occurred_at
    group by questions.activity_id

)

select
    questions.activity_id,
    questions.member_id,
    questions.source,
    questions.occurred_at,
    questions.local_date,
    replies.first_reply_at
from questions
left join replies
    on questions.activity_id = replies.activity_id
