-- What was known of a member on a snapshot day: members active in the 365 days before it.
-- Every column is a sum, a count or a date over facts dated up to that day.
-- `score` is the published one of that day (event and share points together, reactions
-- included); it is there to be compared with and teaches the model nothing.
-- grain: snapshot_date, member_id
{%- set windows = [30, 90, 180, 365] %}
{%- set kinds = ['work', 'part', 'help', 'quick', 'talk', 'organise', 'attend', 'other'] %}
with snapshots as (

    select * from {{ ref('int_star_snapshots') }}

),

days as (

    select * from {{ ref('int_star_days') }}

),

answers as (

    select * from {{ ref('int_star_answers') }}

),

-- A fair sample is enough for the past, with everybody who ever was a star in it.
people as (

    select
        members.member_id,
        members.member_number <= 20000 or stars.member_id is not null as is_in_sample
    from {{ ref('int_rhythm_members') }} as members
    left join {{ ref('int_stars') }} as stars on members.member_id = stars.member_id

),

versions as (

    select versions.half_life_days
    from {{ ref('formula_versions') }} as versions
    inner join {{ ref('stg_run__parameters') }} as parameters
        on versions.formula_version = parameters.formula_version

),

-- After 910 days (10 half-lives of 90) a thousandth of a point is left.
seen as (

    select
        snapshots.snapshot_date,
        versions.half_life_days,
        {{ days_between('days.local_date', 'snapshots.snapshot_date') }} as age,
        days.*
    from days
    inner join people on days.member_id = people.member_id
    inner join snapshots
        on
            (people.is_in_sample or snapshots.is_as_of)
            and snapshots.snapshot_date >= days.local_date
            and {{ add_days('days.local_date', 910) }} > snapshots.snapshot_date
    cross join versions

),

weighed as (

    select
        *,
        {%- for back in [0, 30, 90, 180] %}
        case
            when age >= {{ back }}
                then cast(
                    points * power(0.5, (age - {{ back }}) / cast(half_life_days as double))
                    as decimal(18, 6)
                )
            else 0
        end as worth_{{ back }}{{ ',' if not loop.last }}
        {%- endfor %}
    from seen

),

measured as (

    select
        snapshot_date,
        member_id,
        min(age) as recency_days,
        min(first_date) as first_date,
        {%- for category in ['event', 'share'] %}
        {%- for back in [0, 30, 90, 180] %}
        coalesce(sum(worth_{{ back }}) filter (where category = '{{ category }}'), 0)
            as {{ category }}_points_{{ back }},
        {%- endfor %}
        {%- endfor %}
        sum(things) filter (where age < 365) as things_365d,
        {%- for days in windows %}
        coalesce(sum(points) filter (where age < {{ days }}), 0) as points_{{ days }}d,
        count(distinct local_date) filter (where age < {{ days }}) as active_days_{{ days }}d,
        {%- endfor %}
        {%- for kind in kinds %}
        {%- for days in windows %}
        coalesce(sum(things) filter (where kind = '{{ kind }}' and age < {{ days }}), 0)
            as {{ kind }}_{{ days }}d,
        {%- endfor %}
        {%- endfor %}
        count(distinct age // 7) filter (where age < 91) as active_weeks_91d,
        count(distinct age // 7) filter (where age < 182) as active_weeks_182d,
        count(distinct age // 30) filter (where age < 360) as active_months_360d,
        count(distinct activity_type) filter (where age < 365) as types_365d,
        count(distinct source) filter (where age < 365) as channels_365d,
        count(distinct working_group) filter (where age < 180) as groups_180d,
        count(distinct working_group) filter (where age < 365) as groups_365d,
        coalesce(
            max({{ days_between('previous_date', 'local_date') }}) filter (where age < 365), 0
        ) as longest_gap_days
    from weighed
    group by snapshot_date, member_id
    having min(age) < 365

),

answered as (

    select
        snapshots.snapshot_date,
        answers.member_id,
        coalesce(sum(answers.answers) filter (where answers.answer = 'reply'), 0)
            as replies_180d,
        count(distinct answers.other_member_id) as repliers_180d,
        coalesce(sum(answers.answers) filter (where answers.answer = 'reaction'), 0)
            as reactions_180d
    from answers
    inner join snapshots
        on
            snapshots.snapshot_date >= answers.local_date
            and {{ add_days('answers.local_date', 180) }} > snapshots.snapshot_date
    group by snapshots.snapshot_date, answers.member_id

),

scored as (

    select
        snapshots.snapshot_date,
        parts.member_id,
        sum(
            cast(
                parts.points * power(
                    0.5,
                    {{ days_between('parts.decays_from', 'snapshots.snapshot_date') }}
                    / cast(parts.half_life_days as double)
                )
                as decimal(18, 6)
            )
        ) as score
    from {{ ref('int_score_parts') }} as parts
    inner join {{ ref('stg_run__parameters') }} as parameters
        on parts.formula_version = parameters.formula_version
    inner join people on parts.member_id = people.member_id
    inner join snapshots
        on
            (people.is_in_sample or snapshots.is_as_of)
            and snapshots.snapshot_date >= parts.starts_on
            and {{ add_days('parts.decays_from', 1460) }} > snapshots.snapshot_date
    group by snapshots.snapshot_date, parts.member_id

),

contracted as (

    select distinct
        snapshots.snapshot_date,
        contracts.member_id
    from {{ ref('int_star_contracts') }} as contracts
    inner join snapshots
        on
            snapshots.snapshot_date between contracts.active_from and contracts.active_to
            and snapshots.snapshot_date >= contracts.known_since

)

select
    measured.snapshot_date,
    measured.member_id,
    measured.recency_days,
    {{ days_between('measured.first_date', 'measured.snapshot_date') }} as tenure_days,
    measured.longest_gap_days,
    measured.active_weeks_91d,
    measured.active_weeks_182d,
    measured.active_months_360d,
    measured.types_365d,
    measured.channels_365d,
    measured.groups_180d,
    measured.groups_365d,
    {%- for category in ['event', 'share'] %}
    measured.{{ category }}_points_0 as {{ category }}_points,
    {%- for back in [30, 90, 180] %}
    measured.{{ category }}_points_0 - measured.{{ category }}_points_{{ back }}
        as {{ category }}_slope_{{ back }}d,
    {%- endfor %}
    {%- endfor %}
    measured.things_365d,
    {%- for days in windows %}
    measured.points_{{ days }}d,
    measured.active_days_{{ days }}d,
    {%- endfor %}
    {%- for kind in kinds %}
    {%- for days in windows %}
    measured.{{ kind }}_{{ days }}d,
    {%- endfor %}
    {%- endfor %}
    coalesce(answered.replies_180d, 0) as replies_180d,
    coalesce(answered.repliers_180d, 0) as repliers_180d,
    coalesce(answered.reactions_180d, 0) as reactions_180d,
    contracted.member_id is not null as has_contract,
    coalesce(scored.score, 0) as score
from measured
left join answered
    on
        measured.snapshot_date = answered.snapshot_date
        and measured.member_id = answered.member_id
left join contracted
    on
        measured.snapshot_date = contracted.snapshot_date
        and measured.member_id = contracted.member_id
left join scored
    on
        measured.snapshot_date = scored.snapshot_date
        and measured.member_id = scored.member_id
