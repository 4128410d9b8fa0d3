-- Answers to surveys: one row per filled-in form and question; of a person who answered
-- the same question about the same event twice, the latest. Forms without a known person
-- stay, each as its own. Satisfaction is brought to the scale 1 to 5.
-- grain: survey_response_id
with responses as (

    select
        *,
        concat_ws(
            '/', source, coalesce(survey_id, ''), coalesce(event_id, ''), response_id
        ) as form
    from {{ ref('stg_files__survey_responses') }}

),

keys as (

    select * from {{ ref('int_member_keys') }}

),

named as (

    select
        responses.*,
        coalesce(by_account.member_id, by_email.member_id, by_handle.member_id)
            as member_id
    from responses
    left join keys as by_account
        on 'account:' || responses.account_id = by_account.member_key
    left join keys as by_email
        on 'email:' || responses.email = by_email.member_key
    left join keys as by_handle
        on 'handle:' || responses.source || ':' || lower(responses.handle)
            = by_handle.member_key

),

latest as (

    select *
    from named
    qualify row_number() over (
        partition by
            coalesce(member_id, form),
            source,
            coalesce(event_id, survey_id, ''),
            question_id
        order by submitted_at desc nulls last, observed_at desc, form desc
    ) = 1

)

select
    md5(latest.form || '/' || latest.question_id) as survey_response_id,
    md5(latest.form) as response_id,
    latest.event_id,
    latest.member_id,
    latest.source,
    latest.survey_id,
    latest.question_id,
    latest.question,
    latest.question_kind,
    latest.nps,
    cast(
        1 + (latest.csat - 1) * 4 / cast(latest.scale_max - 1 as double) as decimal(9, 2)
    ) as csat,
    latest.answer,
    latest.submitted_at,
    latest.submitted_date as local_date,
    coalesce(members.is_internal or members.is_bot, false) as is_internal
from latest
left join {{ ref('int_members_resolved') }} as members
    on latest.member_id = members.member_id
