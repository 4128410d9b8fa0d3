-- The days on which everybody is looked at: the as-of day, the month ends of the last two
-- years, which are judged, and to learn from, the quarter ends since anybody was named.
-- grain: snapshot_date
with parameters as (

    select as_of_date from {{ ref('stg_run__parameters') }}

),

stars as (

    select min(star_date) as first_star_date from {{ ref('int_stars') }}

),

bounds as (

    select
        parameters.as_of_date,
        {{ add_days('parameters.as_of_date', -731) }} as first_month_date,
        least(
            stars.first_star_date, {{ add_days('parameters.as_of_date', -731) }}
        ) as first_date
    from parameters
    cross join stars

),

days as {{ each_day('bounds', 'bounds.first_date', 'bounds.as_of_date') }},

marked as (

    select
        days.day,
        days.day = last_day(days.day) as is_month_end,
        days.day = last_day(days.day) and month(days.day) % 3 = 0 as is_quarter_end,
        days.day = bounds.as_of_date as is_as_of,
        days.day >= bounds.first_month_date as is_recent
    from days
    cross join bounds

)

select
    day as snapshot_date,
    is_month_end and is_recent as is_judged,
    is_quarter_end as is_learned,
    is_as_of
from marked
where is_as_of or is_quarter_end or (is_month_end and is_recent)
