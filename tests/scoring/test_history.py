"""History and transitions on generated communities: the macro's days, counted stages.

And what went wrong elsewhere, a test each: scores by clusters (crowd.dev), relative to
the best (Orbit, onion rings), by the clock; levels lost on the first bad day, where
Discourse has a grace period.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given

from tests.scoring.communities import AS_OF, communities, stars
from tests.scoring.conftest import Scores
from tests.scoring.reference import Activity, Community, Member, Reference
from tests.scoring.test_score_properties import few, member_rows


def due(first: date, as_of: date) -> list[date]:
    """Sundays of two years, month ends before: by looking at every day."""
    two_years_ago = as_of.replace(year=as_of.year - 2)
    days = [first + timedelta(days=n) for n in range((as_of - first).days + 1)]
    return [
        day
        for day in days
        if (day > two_years_ago and day.weekday() == 6)
        or (day <= two_years_ago and (day + timedelta(days=1)).day == 1)
    ]


@few
@given(community=communities(min_members=1))
def test_history_is_what_the_macro_says_of_its_days(
    scores: Scores, community: Community
) -> None:
    """Of whoever was active within the year before; nobody else and no other day."""
    scores.run(community, AS_OF)
    told = scores.rows(
        "select member_id, snapshot_date, event_points, share_points, event_score,"
        " share_score, stage from marts.member_score_history order by all"
    )
    past = [a.local_date for a in community.activities if a.local_date <= AS_OF]
    days = due(min(past), AS_OF) if past else []
    expected = scores.rows(
        "select member_id, as_of_date, event_points, share_points, event_score,"
        " share_score, stage from marts.member_scores_on(?)"
        " where as_of_date - last_active_date <= 365 order by all",
        days,
    )
    assert told == expected


@few
@given(community=communities(min_members=1))
def test_transitions_are_the_counted_stages_of_month_ends(
    scores: Scores, community: Community
) -> None:
    as_of = AS_OF - timedelta(days=9)  # within a month
    scores.run(community, as_of)
    reference = Reference(replace(community, overrides=()), as_of)
    scores.run(reference.community, as_of)
    ends = [
        date(year, month, 1) - timedelta(days=1)
        for year in range(2022, 2025)
        for month in range(1, 13)
        if date(year, month, 1) <= as_of
    ]
    counted: Counter[tuple[date, str, str]] = Counter()
    for before, end in pairwise([*ends, as_of]):
        for member in community.members:
            since = reference.known_since(member)
            if member.is_internal or since > end:
                continue
            stage = reference.stage(member.member_id, before)
            counted[
                (before + timedelta(days=1)).replace(day=1),
                stage if since <= before else "unknown",
                reference.stage(member.member_id, end),
            ] += 1
    assert counted == {
        (month, before, after): members
        for month, before, after, members in scores.rows(
            "select month, from_stage, to_stage, members from marts.stage_transitions"
        )
    }
    sums = scores.rows(
        "select sum(share), sum(members) = any_value(members_from),"
        " bool_and(is_complete = (month < date '2024-06-01'))"
        " from marts.stage_transitions group by month, from_stage"
    )
    for share, adds_up, is_marked in sums:
        assert share == pytest.approx(1)
        assert adds_up
        assert is_marked


def ordinary(count: int) -> Community:
    """Members with a talk, a few posts or nothing at all."""
    members = tuple(Member(f"quiet{n}") for n in range(count))
    kinds = ("speak", "post", "attend", "blog")
    activities = tuple(
        Activity(f"q{n}/{k}", f"quiet{n}", kinds[(n + k) % 4], AS_OF - timedelta(7 * k))
        for n in range(count)
        for k in range(n % 5)
    )
    return Community(members=members, activities=activities)


def test_three_very_active_newcomers_move_nobody(scores: Scores) -> None:
    """crowd.dev's clusters moved 148 of 200 unchanged members then."""
    community = ordinary(200)
    scores.run(community, AS_OF)
    before = member_rows(scores, community.members)
    scores.run(community.with_more(stars(3)), AS_OF)
    assert member_rows(scores, community.members) == before
    assert scores.rows(
        "select count(*) from marts.member_scores where stage = 'star'"
    ) == [(3,)]


def test_who_leads_may_leave_and_nobody_rises(scores: Scores) -> None:
    """Scores relative to the best (Orbit, onion rings) rise when that one leaves."""
    community = ordinary(25)
    scores.run(community.with_more(stars(1)), AS_OF)
    before = member_rows(scores, community.members)
    scores.run(community, AS_OF)
    assert member_rows(scores, community.members) == before


def test_scores_of_a_day_do_not_depend_on_the_clock(scores: Scores) -> None:
    """The same as-of day, run a minute or four years later."""
    community = ordinary(10)
    scores.run(community, AS_OF)
    before = member_rows(scores, community.members)
    scores.connection.execute(
        "update staging.stg_run__parameters set run_at = run_at + interval 4 year"
    )
    scores.build()
    assert member_rows(scores, community.members) == before


def test_a_stage_is_kept_for_two_weeks_below_its_points(scores: Scores) -> None:
    """Discourse's trust level 3 has a grace period; so have stages."""
    day = AS_OF - timedelta(days=20)
    talk = Activity("talk", "me", "speak", day)
    slip = Activity("slip", "me", "no_show", day + timedelta(days=10))
    # 10 points are 9.3 ten days later; six no-shows leave 3.3.
    slips = tuple(replace(slip, activity_id=f"slip{n}") for n in range(6))
    community = Community(members=(Member("me"),), activities=(talk, *slips))
    for after, stage in ((10, "active"), (23, "active"), (24, "light")):
        scores.run(community, day + timedelta(days=after))
        assert scores.rows("select stage from marts.member_scores") == [(stage,)]
