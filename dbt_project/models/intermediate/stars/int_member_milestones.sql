-- When members reached their milestones (seed star_milestones), up to the as-of day.
-- Neither bots nor internal members.
-- grain: member_id, milestone
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

members as (

    select
        member_id,
        first_active_date
    from {{ ref('int_members_known') }}
    where {{ has_stages() }}

),

kinds as (

    select
        milestones.milestone,
        milestones.nth_day,
        milestones.within_days,
        milestones.sort_order,
        parts.part as activity_type
    from {{ ref('star_milestones') }} as milestones
    cross join {{ split_to_rows('milestones.activity_types', ',') }} as parts

),

days as (

    select distinct
        activities.member_id,
        members.first_active_date,
        kinds.milestone,
        kinds.nth_day,
        kinds.within_days,
        kinds.sort_order,
        activities.local_date
    from {{ ref('int_member_activities') }} as activities
    inner join members on activities.member_id = members.member_id
    inner join parameters on activities.local_date <= parameters.as_of_date
    inner join kinds on activities.activity_type = kinds.activity_type

),

numbered as (

    select
        *,
        row_number() over by_day as day_number,
        min(local_date) over by_day as first_date
    from days
    window by_day as (partition by member_id, milestone order by local_date)

)

select
    member_id,
    milestone,
    local_date as milestone_date,
    sort_order,
    {{ days_between('first_active_date', 'local_date') }} as age_days
from numbered
where
    day_number = nth_day
    and coalesce({{ days_between('first_date', 'local_date') }} <= within_days, true)
