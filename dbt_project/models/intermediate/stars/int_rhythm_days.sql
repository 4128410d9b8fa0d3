-- What members did each day up to the as-of day: activities of any kind (they end a
-- silence) and the points made, event and share together, in the run's version of the
-- formula. Reactions make points a week later, on days without activity. In whole
-- millionths, so that sums of any order are the same.
-- grain: member_number, day_number
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

active as (

    select
        activities.member_id,
        activities.local_date as day,
        count(*) as activities,
        0 as points
    from {{ ref('int_member_activities') }} as activities
    inner join parameters on activities.local_date <= parameters.as_of_date
    where {{ ends_silence('activities.activity_type') }}
    group by activities.member_id, activities.local_date

),

made as (

    select
        parts.member_id,
        parts.starts_on as day,
        0 as activities,
        sum(parts.points) as points
    from {{ ref('int_score_parts') }} as parts
    inner join parameters
        on
            parts.formula_version = parameters.formula_version
            and parts.starts_on <= parameters.as_of_date
    group by parts.member_id, parts.starts_on

)

select
    members.member_number,
    {{ days_between("cast('1990-01-01' as date)", 'stacked.day') }} as day_number,
    cast(sum(stacked.activities) as bigint) as activities,
    cast(round(sum(stacked.points) * 1000000) as bigint) as millionths
from (select * from active union all select * from made) as stacked
inner join {{ ref('int_rhythm_members') }} as members
    on stacked.member_id = members.member_id
group by members.member_number, stacked.day
