-- What the last complete run saw of every member: written when all tables of the scores
-- have their rows (int_score_news says what for).
-- depends_on: {{ ref('int_activity_things') }}
-- depends_on: {{ ref('int_things_weighed') }}
-- depends_on: {{ ref('int_things_engaged') }}
-- depends_on: {{ ref('int_things_capped') }}
-- depends_on: {{ ref('int_score_components') }}
-- depends_on: {{ ref('int_member_days') }}
-- depends_on: {{ ref('int_stage_rule_periods') }}
-- depends_on: {{ ref('int_silent_periods') }}
-- depends_on: {{ ref('int_stage_periods') }}
-- depends_on: {{ ref('int_stage_changes') }}
-- depends_on: {{ ref('int_stages') }}
-- depends_on: {{ ref('int_score_history') }}
-- grain: member_id
select
    facts.member_id,
    facts.fingerprint,
    facts.formula,
    (select max(news.batch) from {{ ref('int_score_news') }} as news) as batch
from {{ ref('int_score_facts') }} as facts
