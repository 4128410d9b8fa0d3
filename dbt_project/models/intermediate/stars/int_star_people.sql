-- What was known of members on snapshot days, and beside it what became of them: when they
-- were named and when they were next active, and who can be named now: neither who left
-- nor who is a star today. Of a community of more than 20,000 the past
-- days hold the stars and the first 20,000 in their fair order, each for several.
-- grain: snapshot_date, member_id
with features as (

    select * from {{ ref('int_star_features') }}

),

stars as (

    select * from {{ ref('int_stars') }}

),

days as (

    select
        member_id,
        local_date,
        lead(local_date) over (partition by member_id order by local_date) as next_date
    from (select distinct member_id, local_date from {{ ref('int_star_days') }}) as active

),

numbers as (

    select
        member_id,
        member_number,
        has_left,
        count(*) over () as members
    from {{ ref('int_rhythm_members') }}

)

select
    features.*,
    numbers.member_number,
    {{ days_between("cast('1990-01-01' as date)", 'features.snapshot_date') }} as day,
    {{ days_between("cast('1990-01-01' as date)", 'stars.star_date') }} as star_day,
    coalesce(stars.is_date_lower_bound, false) as is_date_lower_bound,
    not numbers.has_left and not coalesce(stars.is_still_star, false) as can_be_named,
    {{ days_between("cast('1990-01-01' as date)", 'days.next_date') }} as next_active_day,
    case
        when stars.member_id is not null or numbers.members <= 20000 then 1
        else numbers.members / cast(20000 as double)
    end as weight
from features
inner join numbers on features.member_id = numbers.member_id
inner join days
    on
        features.member_id = days.member_id
        and {{ add_days('features.snapshot_date', '-features.recency_days') }} = days.local_date
left join stars on features.member_id = stars.member_id
