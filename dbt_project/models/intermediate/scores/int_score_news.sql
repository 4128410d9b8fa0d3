-- Members whose scores this run computes: whose facts are not those of the last complete
-- run, who are new or gone, and those of runs that did not come to their end (some tables
-- may have their new rows, others not). Everybody, where no complete run is known, code or
-- formula changed, or nobody says which code this is (dbt by hand, without TSUNAGARI_CODE).
-- int_scores_done is read by name: it is written last, so dbt must not wait for it.
-- A row without a member is always there: it says of which run the table is.
-- grain: member_id
{%- set done = adapter.get_relation(this.database, this.schema, 'int_scores_done') -%}
{%- set before = adapter.get_relation(this.database, this.schema, this.identifier) -%}
{%- set is_known = (
    done is not none and before is not none and not flags.FULL_REFRESH
    and env_var('TSUNAGARI_CODE', '') != ''
) %}
with facts as (

    select * from {{ ref('int_score_facts') }}

),

{% if execute and is_known -%}
last_run as (

    select
        coalesce(max(batch), 0) as batch,
        max(formula) as formula
    from {{ done }}

),

-- Rows of a run that has no end: its number is not that of the last complete one.
pending as (

    select
        news.member_id,
        news.is_everybody
    from {{ before }} as news
    cross join last_run
    where news.batch <> last_run.batch

),

changed as (

    select coalesce(facts.member_id, done.member_id) as member_id
    from facts
    full join {{ done }} as done on facts.member_id = done.member_id
    where facts.fingerprint is distinct from done.fingerprint

),

reasons as (

    select
        last_run.batch + 1 as batch,
        last_run.formula is distinct from (select max(facts.formula) from facts)
        or coalesce((select bool_or(pending.is_everybody) from pending), false)
            as is_everybody
    from last_run

),

members as (

    select member_id from changed
    union
    select member_id from pending
    union
    select facts.member_id
    from facts
    cross join reasons
    where reasons.is_everybody
    union
    select '' as member_id

)
{%- else -%}
reasons as (

    select
        1 as batch,
        true as is_everybody

),

members as (

    select member_id from facts
    union
    select '' as member_id

)
{%- endif %}

select
    members.member_id,
    reasons.batch,
    reasons.is_everybody
from members
cross join reasons
