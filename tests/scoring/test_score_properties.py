"""What must always hold about the score, on generated communities."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scoring.communities import AS_OF, FIRST_DAY, communities, stars
from tests.scoring.conftest import Scores
from tests.scoring.reference import Community, Member, Reference, Snapshot

few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def member_rows(scores: Scores, members: tuple[Member, ...]) -> list[tuple[Any, ...]]:
    """All that is said of these members, percentiles apart."""
    ids = [member.member_id for member in members]
    return [
        *scores.rows(
            "select * exclude (event_percentile, share_percentile) "
            "from marts.member_scores "
            "where list_contains(?, member_id) order by member_id",
            ids,
        ),
        *scores.rows(
            "select * from marts.member_stages "
            "where list_contains(?, member_id) order by member_id, valid_from",
            ids,
        ),
        *scores.rows(
            "select * from marts.member_score_contributions "
            "where list_contains(?, member_id) "
            "order by member_id, activity_id, component",
            ids,
        ),
    ]


def assert_scores_equal_reference(scores: Scores, reference: Reference) -> None:
    as_of = reference.as_of
    rows = scores.rows(
        "select member_id, event_points, share_points, delta_30d, delta_90d, "
        "share_points_90d, share_points_previous_90d, known_date, event_score, stage "
        "from marts.member_scores"
    )
    assert len(rows) == len(reference.community.members)
    found = {row[0]: row[1:] for row in rows}
    for member in reference.community.members:
        key = member.member_id
        then = {
            back: [
                reference.points(key, category, as_of - timedelta(days=back))
                for category in ("event", "share")
            ]
            for back in (0, 30, 90)
        }
        event, share = then[0]
        scored = not member.is_internal and not member.is_bot
        assert found[key] == (
            event,
            share,
            sum(then[0]) - sum(then[30]),
            sum(then[0]) - sum(then[90]),
            reference.made(key, as_of - timedelta(days=90), as_of),
            reference.made(
                key, as_of - timedelta(days=180), as_of - timedelta(days=90)
            ),
            reference.known_since(member),
            event.quantize(Decimal("0.1"), "ROUND_HALF_UP"),
            reference.stage(key, as_of) if scored else None,
        )


def assert_stages_equal_reference(scores: Scores, reference: Reference) -> None:
    """Every member has one stage on every day since known, and the right one."""
    periods: dict[str, list[tuple[date, date | None, str]]] = {}
    for member_id, first, last, stage in scores.rows(
        "select member_id, valid_from, valid_to, stage from marts.member_stages "
        "order by member_id, valid_from"
    ):
        periods.setdefault(member_id, []).append((first, last, stage))
    for member in reference.community.members:
        own = periods.pop(member.member_id, [])
        if member.is_internal or member.is_bot:
            assert own == []
            continue
        listed = [
            (day, stage)
            for first, last, stage in own
            for day in days_between(first, last or reference.as_of)
        ]
        known = days_between(reference.known_since(member), reference.as_of)
        decided = min(
            (
                override.first
                for override in reference.community.overrides
                if override.member_id == member.member_id
            ),
            default=known[0],
        )
        assert [day for day, _ in listed if day >= known[0]] == known
        assert all(decided <= day for day, _ in listed if day < known[0])
        for day, stage in listed:
            if day >= known[0]:
                assert (day, stage) == (day, reference.stage(member.member_id, day))
    assert periods == {}


@few
@given(community=communities())
def test_scores_and_stages_of_every_day_equal_the_reference(
    scores: Scores, community: Community
) -> None:
    scores.run(community, AS_OF)
    reference = Reference(community, AS_OF)
    assert_scores_equal_reference(scores, reference)
    assert_stages_equal_reference(scores, reference)


@few
@given(community=communities(min_members=1))
def test_points_are_the_sum_of_the_contributions_exactly(
    scores: Scores, community: Community
) -> None:
    scores.run(community, AS_OF)
    differing = scores.rows(
        """
        select member_id
        from marts.member_scores
        left join (
            select
                member_id,
                sum(contribution) filter (where category = 'event') as event_sum,
                sum(contribution) filter (where category = 'share') as share_sum
            from marts.member_score_contributions
            group by member_id
        ) using (member_id)
        where
            event_points <> coalesce(event_sum, 0)
            or share_points <> coalesce(share_sum, 0)
        """
    )
    assert differing == []
    types = scores.rows(
        "select distinct typeof(contribution), typeof(points), typeof(decay) "
        "from marts.member_score_contributions"
    )
    assert types in ([], [("DECIMAL(18,12)",) * 3])


@few
@given(community=communities(min_members=1))
def test_a_member_makes_at_most_ten_quick_points_a_day(
    scores: Scores, community: Community
) -> None:
    """Of one day's posts, replies, reposts and reactions, engagement included."""
    scores.run(community, AS_OF)
    sums = scores.rows(
        """
        select made.total, made.has_cap
        from (
            select
                contributions.member_id,
                activities.local_date,
                sum(contributions.points) as total,
                bool_or(contributions.component = 'cap') as has_cap
            from marts.member_score_contributions as contributions
            inner join marts.fct_activities as activities using (activity_id)
            where activities.activity_type in ('post', 'reply', 'repost', 'reaction')
            group by contributions.member_id, activities.local_date
        ) as made
        """
    )
    for total, has_cap in sums:
        assert total == 10 if has_cap else total <= 10


@few
@given(community=communities(min_members=1), seed=st.integers(0, 10_000))
def test_past_days_equal_the_reference_and_the_release_of_that_day(
    scores: Scores, community: Community, seed: int
) -> None:
    scores.run(community, AS_OF)
    reference = Reference(community, AS_OF)
    days = random.Random(seed).sample(days_between(FIRST_DAY, AS_OF), 24)
    columns = "member_id, event_points, share_points, event_percentile, stage"
    told = {
        day: {
            row[0]: row[1:]
            for row in scores.rows(
                f"select {columns} from marts.member_scores_as_of(?)", day
            )
        }
        for day in days
    }
    for day, found in told.items():
        expected = {
            m.member_id: (
                reference.points(m.member_id, "event", day),
                reference.points(m.member_id, "share", day),
                None,
                None if m.is_internal else reference.stage(m.member_id, day),
            )
            for m in community.members
            if reference.known_since(m) <= day
        }
        assert found == expected
    for day in days[:2]:
        scores.run(community, day)
        # A member without any date is known from the run that first names him.
        assert {
            row[0]: row[1:]
            for row in scores.rows(f"select {columns} from marts.member_scores")
            if row[0] in told[day]
        } == told[day]


@few
@given(
    community=communities(min_members=1),
    others=communities(min_members=1, prefix="other"),
)
def test_other_members_never_move_my_points_score_or_stage(
    scores: Scores, community: Community, others: Community
) -> None:
    alone = replace(community, events=())
    scores.run(community, AS_OF)
    before = member_rows(scores, community.members)
    scores.run(community.with_more(replace(others, events=())), AS_OF)
    assert member_rows(scores, community.members) == before
    assert alone.members == community.members


@few
@given(community=communities(min_members=1), seed=st.integers(0, 10_000))
def test_order_and_duplication_of_input_change_nothing(
    scores: Scores, community: Community, seed: int
) -> None:
    """Things with a key arrive again through another source; snapshots arrive again."""
    scores.run(community, AS_OF)
    before = member_rows(scores, community.members)
    again = [
        replace(activity, activity_id=f"~copy of {activity.activity_id}")
        for activity in community.activities
        if activity.object_key
    ]
    stream = [*community.activities, *again]
    counts = [*community.snapshots, *community.snapshots]
    shuffled = random.Random(seed)
    shuffled.shuffle(stream)
    shuffled.shuffle(counts)
    scores.run(
        replace(community, activities=tuple(stream), snapshots=tuple(counts)), AS_OF
    )
    assert member_rows(scores, community.members) == before


@few
@given(community=communities(min_members=1), late=st.integers(1, 5000))
def test_reactions_seen_after_the_week_change_no_day(
    scores: Scores, community: Community, late: int
) -> None:
    """Where a count was observed in time, later ones never score."""
    in_time = tuple(
        Snapshot(activity.activity_id, activity.local_date, 3)
        for activity in community.activities
        if activity.category == "share"
    )
    scores.run(replace(community, snapshots=in_time), AS_OF)
    before = member_rows(scores, community.members)
    later = tuple(
        Snapshot(s.activity_id, s.observed_date + timedelta(days=8), late)
        for s in in_time
    )
    scores.run(replace(community, snapshots=in_time + later), AS_OF)
    assert member_rows(scores, community.members) == before


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_the_smallest_communities_have_scores_without_percentiles(
    scores: Scores, size: int
) -> None:
    community = Community(members=tuple(Member(f"m{n}") for n in range(size)))
    scores.run(community, AS_OF)
    assert (
        scores.rows(
            "select stage, event_points, event_percentile, days_in_stage, next_stage "
            "from marts.member_scores"
        )
        == [("none", Decimal(0), None, 0, "new")] * size
    )
    assert scores.rows("select count(*) from marts.member_scores_as_of(?)", AS_OF) == [
        (size,)
    ]


def test_one_member_with_all_the_work_is_a_star(scores: Scores) -> None:
    community = stars().with_more(
        Community(members=(Member("quiet"), Member("silent")))
    )
    scores.run(community, AS_OF)
    assert scores.rows(
        "select member_id, stage from marts.member_scores order by 1"
    ) == [
        ("quiet", "none"),
        ("silent", "none"),
        ("star0", "star"),
    ]
    assert_stages_equal_reference(scores, Reference(community, AS_OF))


def test_percentiles_rank_the_active_from_twenty_members_on(scores: Scores) -> None:
    community = stars(21)
    twins = replace(
        community,
        members=(
            *(
                replace(m, is_internal=m.member_id == "star20")
                for m in community.members
            ),
            Member("never_active"),
        ),
        activities=tuple(a for a in community.activities if a.member_id != "star7"),
    )
    for members, expected in ((community.members, True), (twins.members, False)):
        variant = replace(community if expected else twins, members=members)
        scores.run(variant, AS_OF)
        reference = Reference(variant, AS_OF)
        for category in ("event", "share"):
            percentiles = reference.percentiles(category, AS_OF)
            assert bool(percentiles) is expected
            for table in ("marts.member_scores", "marts.member_scores_as_of(?)"):
                found = dict(
                    scores.rows(
                        f"select member_id, {category}_percentile from {table} "
                        f"where {category}_percentile is not null",
                        *([AS_OF] if "?" in table else []),
                    )
                )
                assert found == pytest.approx(percentiles)
