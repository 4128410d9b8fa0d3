-- Answers to the questions of surveys: the newest version of each.
-- grain: source, survey_id, event_id, response_id, question_id
select
    source,
    survey_id,
    response_id,
    question_id,
    question,
    question_kind,
    answer,
    nps,
    csat,
    scale_max,
    event_id,
    account_id,
    handle,
    email,
    name,
    submitted_at,
    submitted_date,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__survey_responses_checked') }}
where _row_status = 'staged'
