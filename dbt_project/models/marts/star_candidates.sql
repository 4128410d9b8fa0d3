-- Who may be the next star: the first 200 by the model of stars, or by what stands in for
-- it, with the reasons and a next step. method and method_note say how they were found.
-- grain: member_id
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

found as (

    select * from {{ ref('int_star_candidates') }}

),

chosen as (

    select * from found where member_id is null

),

listed as (

    select
        member_id,
        probability,
        rank as candidate_rank,
        reasons
    from found
    where member_id is not null

    union all

    select
        rules.member_id,
        cast(null as double) as probability,
        rules.candidate_rank,
        rules.reasons
    from {{ ref('int_star_rule') }} as rules
    inner join chosen on chosen.method = 'rule'
    -- of those who tie at the end of the list, so many as fill it
    qualify row_number() over (order by rules.candidate_rank, rules.member_id) <= 200

),

-- The run of stages at candidate or higher that lasts today; who decays and comes back
-- begins anew.
stages as (

    select
        member_id,
        max(case when stage not in ('candidate', 'star') then valid_from end) as below_from
    from {{ ref('int_member_stages') }}
    group by member_id

),

since as (

    select
        stages.member_id,
        min(risen.valid_from) as candidate_since
    from stages
    inner join {{ ref('int_member_stages') }} as risen
        on
            stages.member_id = risen.member_id
            and risen.stage in ('candidate', 'star')
            and coalesce(risen.valid_from > stages.below_from, true)
    group by stages.member_id

)

select
    cast(listed.member_id as string) as member_id,
    parameters.as_of_date,
    cast(listed.candidate_rank as bigint) as rank,
    cast(listed.probability as double) as probability,
    cast(listed.reasons as string) as reasons,
    cast(
        coalesce({{ days_between('since.candidate_since', 'parameters.as_of_date') }}, 0)
        as bigint
    ) as days_as_candidate,
    cast(
        coalesce(
            steps.next_stage_needs, '次の任命に推薦する / put forward to be named'
        ) as string
    ) as suggested_next_step,
    cast(chosen.method as string) as method,
    cast(chosen.method_note as string) as method_note,
    cast(chosen.trained_on_stars as bigint) as trained_on_stars,
    chosen.trained_through,
    cast(chosen.model_auc as double) as model_auc,
    cast(chosen.baseline as string) as baseline,
    cast(chosen.baseline_auc as double) as baseline_auc,
    cast(parameters.formula_version as string) as formula_version
from listed
cross join parameters
cross join chosen
left join since on listed.member_id = since.member_id
left join {{ ref('int_member_next_steps') }} as steps
    on listed.member_id = steps.member_id
