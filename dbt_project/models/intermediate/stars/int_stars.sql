-- Who is a star since when: people named by dated labels; where no label names anybody,
-- those whose stage first became star. A lower bound says that somebody was a star by that
-- day: good for who, not for when. A label is for ever; a stage lasts as long as it lasts,
-- and who lost it is still a star of the past, but can become one again (is_still_star).
-- grain: member_id
with labels as (

    select * from {{ ref('int_star_labels') }}

),

stages as (

    select * from {{ ref('int_member_stages') }}

),

parameters as (

    select as_of_date from {{ ref('stg_run__parameters') }}

),

named as (

    select
        member_id,
        star_date,
        is_date_lower_bound
    from labels
    qualify row_number() over (
        partition by member_id order by star_date, is_date_lower_bound
    ) = 1

),

grown as (

    select
        stages.member_id,
        min(stages.valid_from) as star_date,
        bool_or(stages.valid_to is null) as is_still_star
    from stages
    inner join parameters on stages.valid_from <= parameters.as_of_date
    where stages.stage = 'star'
    group by stages.member_id

)

select
    member_id,
    star_date,
    is_date_lower_bound,
    true as is_still_star,
    'label' as basis
from named

union all

select
    member_id,
    star_date,
    false as is_date_lower_bound,
    is_still_star,
    'stage' as basis
from grown
where not exists (select 1 from named)
