-- Points and stage of every member on the Sundays of the last two years and on the month
-- ends before, in each version of the formula, as they follow from what is known today:
-- exactly what marts.member_scores_as_of says of that day. A member is listed on the days
-- within a year of an activity.
-- grain: member_id, snapshot_date, formula_version
{{ config(materialized='view') }}
select
    cast(member_id as string) as member_id,
    snapshot_date,
    cast(formula_version as string) as formula_version,
    event_points,
    share_points,
    {{ score_shown('event_points') }} as event_score,
    {{ score_shown('share_points') }} as share_score,
    cast(stage as string) as stage
from {{ ref('int_score_history') }}
