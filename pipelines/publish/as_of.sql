-- Scores of any past day, from what is known today. The publisher runs this inside the
-- published file (USE it first; names carry no catalog, or they break when the file is
-- opened under another name). It reads published tables only.

-- Every member known on the given days: one row per member and day. A day after the
-- release's own has no rows.
create or replace macro marts.member_scores_on(on_days) as table
with release as (

    select
        max(as_of_date) as as_of_date,
        max(formula_version) as formula_version
    from marts.member_scores

),

chosen as (

    select distinct wanted.day
    from (select cast(unnest(on_days) as date) as day) as wanted
    inner join release on wanted.day <= release.as_of_date

),

parts as (

    select
        member_id,
        category,
        formula_version,
        half_life_days,
        local_date as starts_on,
        local_date as decays_from,
        first_points as points
    from marts.member_score_contributions

    union all

    select
        member_id,
        category,
        formula_version,
        half_life_days,
        late_date as starts_on,
        local_date as decays_from,
        late_points as points
    from marts.member_score_contributions
    where late_date is not null

    union all

    select
        member_id,
        category,
        formula_version,
        half_life_days,
        late_date as starts_on,
        late_date as decays_from,
        late_engagement_points as points
    from marts.member_score_contributions
    where late_date is not null

),

-- Whole numbers of 10^-12, points and decay apart.
measured as (

    select
        parts.member_id,
        parts.category = 'event' as is_event,
        chosen.day,
        cast(round(cast(parts.points as double) * 1000000000000) as bigint) as units,
        cast(
            round(
                power(
                    cast(0.5 as double),
                    greatest(date_diff('day', parts.decays_from, chosen.day), 0)
                    / cast(parts.half_life_days as double)
                ) * 1000000000000
            ) as bigint
        ) as decay
    from parts
    inner join release on parts.formula_version = release.formula_version
    inner join chosen on parts.starts_on <= chosen.day

),

-- units x decay, rounded half up: the arithmetic of member_score_contributions. Tenths are
-- rounded by one division; others are multiplied by three digits of the decay at a time.
multiplied as (

    select
        member_id,
        is_event,
        day,
        sign(units) * case
            when units % 100000000000 = 0
                then (abs(units) // 100000000000 * decay + 5) // 10
            else (
                abs(units) * (decay // 1000000000) + (
                    abs(units) * (decay // 1000000 % 1000) + (
                        abs(units) * (decay // 1000 % 1000)
                        + abs(units) * (decay % 1000) // 1000
                    ) // 1000
                ) // 1000 + 500
            ) // 1000
        end as units
    from measured

),

points as (

    select
        member_id,
        day,
        cast(coalesce(sum(units) filter (where is_event), 0) as decimal(18, 0))
        * cast(0.000000000001 as decimal(13, 12)) as event_points,
        cast(coalesce(sum(units) filter (where not is_event), 0) as decimal(18, 0))
        * cast(0.000000000001 as decimal(13, 12)) as share_points
    from multiplied
    group by member_id, day

),

last_activities as (

    select
        activities.member_id,
        chosen.day,
        max(case when activities.local_date <= chosen.day then activities.local_date end)
            as last_active_date
    from marts.fct_activities as activities
    cross join chosen
    -- the macro ends_silence of the models, written out
    where coalesce(activities.activity_type not in ('leave', 'no_show', 'follow_up'), true)
    group by activities.member_id, chosen.day

),

scored as (

    select
        members.member_id,
        chosen.day,
        members.formula_version,
        cast(coalesce(points.event_points, 0) as decimal(18, 12)) as event_points,
        cast(coalesce(points.share_points, 0) as decimal(18, 12)) as share_points,
        last_activities.last_active_date,
        not members.is_internal
        and not members.is_bot
        and coalesce(
            date_diff('day', last_activities.last_active_date, chosen.day) <= 365, false
        ) as is_ranked
    from marts.member_scores as members
    inner join chosen on members.known_date <= chosen.day
    left join points on members.member_id = points.member_id and chosen.day = points.day
    left join last_activities
        on
            members.member_id = last_activities.member_id
            and chosen.day = last_activities.day

),

ranked as (

    select
        member_id,
        day,
        percent_rank() over (partition by day order by event_points) as event_percentile,
        percent_rank() over (partition by day order by share_points) as share_percentile,
        count(*) over (partition by day) as ranked_members
    from scored
    where is_ranked

)

select
    scored.member_id,
    scored.day as as_of_date,
    scored.event_points,
    scored.share_points,
    cast(scored.event_points as decimal(18, 1)) as event_score,
    cast(scored.share_points as decimal(18, 1)) as share_score,
    ranked.event_percentile,
    ranked.share_percentile,
    stages.stage,
    scored.last_active_date,
    scored.formula_version
from scored
left join ranked
    on
        scored.member_id = ranked.member_id
        and scored.day = ranked.day
        and ranked.ranked_members >= 20
left join marts.member_stages as stages
    on
        scored.member_id = stages.member_id
        and scored.day >= stages.valid_from
        and scored.day <= coalesce(stages.valid_to, cast('9999-12-31' as date));

-- Every member known on a day, with points, scores, percentiles and stage of that day.
create or replace macro marts.member_scores_as_of(as_of) as table
select * from marts.member_scores_on([as_of]);

-- The same for the last 60 month ends, for tools that cannot call a macro.
create or replace view marts.member_scores_month_ends as
select *
from marts.member_scores_on((
    select list(last_day(cast(released.as_of_date - to_months(months.ago) as date)))
    from (select max(as_of_date) as as_of_date from marts.member_scores) as released
    cross join range(0, 60) as months(ago)
));

comment on view marts.member_scores_month_ends is
'Points, scores, percentiles and stage of everybody known at each of the last 60 month ends,
from today''s knowledge of those days. grain: member_id, as_of_date';
comment on column marts.member_scores_month_ends.member_id is 'The person (dim_members).';
comment on column marts.member_scores_month_ends.as_of_date is 'The month end.';
comment on column marts.member_scores_month_ends.event_points is
'Event points at the end of that day (decimal, exact).';
comment on column marts.member_scores_month_ends.share_points is
'Share points at the end of that day (decimal, exact).';
comment on column marts.member_scores_month_ends.event_score is
'event_points, rounded to one decimal.';
comment on column marts.member_scores_month_ends.share_score is
'share_points, rounded to one decimal.';
comment on column marts.member_scores_month_ends.event_percentile is
'Rank by event_points (0 to 1) among members active in the 365 days before; empty for others
and below 20 of them.';
comment on column marts.member_scores_month_ends.share_percentile is
'Rank by share_points (0 to 1) among members active in the 365 days before; empty for others
and below 20 of them.';
comment on column marts.member_scores_month_ends.stage is
'Stage on that day (member_stages); empty for bots and internal members.';
comment on column marts.member_scores_month_ends.last_active_date is
'Local day of the last activity up to that day; empty before the first one.';
comment on column marts.member_scores_month_ends.formula_version is
'Version of the formula that the release uses.';
