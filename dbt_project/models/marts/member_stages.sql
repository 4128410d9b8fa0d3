-- The stage of every member over time: exactly one on each day since the member is known.
-- A view: no day writes three million rows again.
-- grain: member_id, valid_from
{{ config(materialized='view') }}
select
    cast(member_id as string) as member_id,
    valid_from,
    valid_to,
    cast(stage as string) as stage,
    cast(rule as string) as rule,
    cast(evidence as string) as evidence,
    is_manual,
    cast(decided_by as string) as decided_by
from {{ ref('int_member_stages') }}
