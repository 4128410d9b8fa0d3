-- Candidates by the rule: who stands at candidate or higher, is no star today and has not
-- left, the one who misses the fewest points first.
-- grain: member_id
with stages as (

    select
        member_id,
        stage
    from {{ ref('int_member_stages') }}
    where valid_to is null and stage in ('candidate', 'star')

),

points as (

    select
        member_id,
        cast(event_points + share_points as decimal(18, 6)) as points
    from {{ ref('int_member_points') }}

),

missing as (

    select
        stages.member_id,
        stages.stage,
        coalesce(points.points, 0) as points,
        case
            when stages.stage = 'star' then 0
            else cast(coalesce(needs.event_gap + needs.share_gap, 0) as decimal(18, 6))
        end as points_missing
    from stages
    left join points on stages.member_id = points.member_id
    left join {{ ref('int_member_next_stages') }} as needs
        on stages.member_id = needs.member_id and needs.next_stage = 'star'
    where
        stages.member_id not in (
            select stars.member_id
            from {{ ref('int_stars') }} as stars
            where stars.is_still_star
        )
        and stages.member_id not in (
            select leavers.member_id from {{ ref('int_members_left') }} as leavers
        )

)

select
    member_id,
    rank() over (order by points_missing, points desc) as candidate_rank,
    case
        when stage = 'star' then 'ステージがスター、任命はまだ / at stage star, not named yet'
        else
            'ステージがスター候補、スターまで不足' || {{ score_shown('points_missing') }}
            || 'ポイント / at stage candidate, ' || {{ score_shown('points_missing') }}
            || ' points short of star'
    end as reasons
from missing
