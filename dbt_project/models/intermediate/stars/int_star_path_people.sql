-- Everybody who is compared by paths: how long each has been known since the first
-- activity, and at what age a star became one. Whose star date is only a lower bound was a
-- star before it, nobody knows since when: neither a star here nor one of the others.
-- grain: member_id
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

stars as (

    select * from {{ ref('int_stars') }}

)

select
    members.member_id,
    {{ days_between('members.first_active_date', 'parameters.as_of_date') }} as tenure_days,
    {{ days_between('members.first_active_date', 'stars.star_date') }} as star_age_days,
    stars.basis
from {{ ref('int_members_known') }} as members
cross join parameters
left join stars on members.member_id = stars.member_id
where
    members.first_active_date is not null
    and {{ has_stages('members') }}
    and not coalesce(stars.is_date_lower_bound, false)
