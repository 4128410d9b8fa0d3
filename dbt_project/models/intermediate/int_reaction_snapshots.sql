-- How many reactions an activity had on each day we looked.
-- grain: activity_id, observed_date

with stacked as (

    select * from {{ ref('int_stacked_reaction_snapshots') }}

)

select
    activity_id,
    observed_date,
    max(reactions) as reactions
from stacked
group by activity_id, observed_date
