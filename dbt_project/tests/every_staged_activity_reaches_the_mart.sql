-- Fails when fewer or more activities of a source's table are in fct_activities than its
-- shaping models hold; a platform's own row replaces an imported one of the same id.
select shaped.activity_id
from {{ ref('int_stacked_activities') }} as shaped
left join {{ ref('fct_activities') }} as facts on shaped.activity_id = facts.activity_id
where facts.activity_id is null
