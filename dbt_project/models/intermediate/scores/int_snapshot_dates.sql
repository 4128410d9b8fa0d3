-- Days that the score history shows: the Sundays of the last two years, month ends before
-- them, since anything happened.
-- grain: snapshot_date
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

known as (

    select
        min(members.first_active_date) as first_day,
        max(parameters.as_of_date) as last_day,
        max(cast(parameters.as_of_date - interval 2 year as date)) as weeks_after
    from {{ ref('int_members_known') }} as members
    cross join parameters

)

select days.day as snapshot_date
from {{ each_day('known', 'known.first_day', 'known.last_day') }} as days
cross join known as bounds
where
    (days.day > bounds.weeks_after and extract(isodow from days.day) = 7)
    or (days.day <= bounds.weeks_after and days.day = last_day(days.day))
