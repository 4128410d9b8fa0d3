-- What others did with what a member made: replies and the reactions seen by a day.
-- grain: member_id, local_date, other_member_id, answer
with facts as (

    select * from {{ ref('int_star_facts') }}

),

members as (

    select distinct member_id from facts

),

replies as (

    select
        parents.member_id,
        facts.local_date,
        facts.member_id as other_member_id,
        'reply' as answer,
        count(*) as answers
    from facts
    inner join {{ ref('int_member_activities') }} as parents
        on
            facts.parent_activity_id = parents.activity_id
            and facts.member_id <> parents.member_id
    inner join members on parents.member_id = members.member_id
    group by parents.member_id, facts.local_date, facts.member_id

),

-- What a look adds to the highest count of the looks before.
looks as (

    select
        facts.member_id,
        greatest(snapshots.observed_date, facts.local_date) as local_date,
        snapshots.reactions - coalesce(
            max(snapshots.reactions) over (
                partition by snapshots.activity_id
                order by snapshots.observed_date
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as answers
    from {{ ref('int_reaction_snapshots') }} as snapshots
    inner join facts on snapshots.activity_id = facts.activity_id

)

select * from replies

union all

select
    looks.member_id,
    looks.local_date,
    cast(null as varchar) as other_member_id,
    'reaction' as answer,
    sum(looks.answers) as answers
from looks
inner join {{ ref('stg_run__parameters') }} as parameters
    on looks.local_date <= parameters.as_of_date
where looks.answers > 0
group by looks.member_id, looks.local_date
