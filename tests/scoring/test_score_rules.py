"""Rules of the score that random communities meet too rarely, each on its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.scoring.communities import AS_OF, stars
from tests.scoring.conftest import AS_OF_SQL, Scores
from tests.scoring.reference import (
    Activity,
    Community,
    Contract,
    Event,
    Member,
    Override,
    Reference,
)

ME = (Member("me"),)


def mine(*rows: tuple[str, date]) -> tuple[Activity, ...]:
    return tuple(
        Activity(f"a{number}", "me", kind, day)
        for number, (kind, day) in enumerate(rows)
    )


def stages(scores: Scores) -> list[tuple[str, str, str]]:
    return [
        (stage, str(first), rule)
        for stage, first, rule in scores.rows(
            "select stage, valid_from, rule from marts.member_stages "
            "order by valid_from"
        )
    ]


def test_a_star_whose_last_talk_is_366_days_old_becomes_a_candidate_after_grace(
    scores: Scores,
) -> None:
    talk = AS_OF - timedelta(days=400)
    steady = [("organise", AS_OF - timedelta(days=30 * n)) for n in range(14)]
    blogs = [("blog", AS_OF - timedelta(days=30 * n)) for n in range(14)]
    community = Community(members=ME, activities=mine(("speak", talk), *steady, *blogs))
    scores.run(community, AS_OF)
    reference = Reference(community, AS_OF)
    last_day = talk + timedelta(days=365 + 14)
    assert [stage for stage, _, _ in stages(scores)][-2:] == ["star", "candidate"]
    assert stages(scores)[-1][1] == str(last_day + timedelta(days=1))
    assert reference.stage("me", last_day) == "star"
    assert reference.stage("me", last_day + timedelta(days=1)) == "candidate"


def test_upgrades_come_at_once_and_downgrades_after_two_weeks(scores: Scores) -> None:
    """3 points cross below 3 the next day; light holds for 14 more days."""
    day = date(2024, 2, 29)
    scores.run(Community(members=ME, activities=mine(("attend", day))), AS_OF)
    assert stages(scores) == [
        ("light", "2024-02-29", "total_3"),
        ("new", "2024-03-15", "any_activity"),
        ("dormant", "2024-05-29", "silent_90"),
    ]


@pytest.mark.parametrize("kind", ["leave", "no_show", "follow_up"])
def test_who_leaves_or_stays_away_or_is_noted_is_as_silent_as_before(
    scores: Scores, kind: str
) -> None:
    """A record of somebody, not a sign of them: it makes nobody active."""
    day, left = AS_OF - timedelta(days=400), AS_OF - timedelta(days=10)
    others = (Member("other"),)
    rows = (
        *mine(("attend", day), (kind, left)),
        Activity("b", "other", kind, day),
    )
    scores.run(Community(members=(*ME, *others), activities=rows), AS_OF)
    assert scores.rows(
        "select member_id, stage, last_active_date, known_date"
        " from marts.member_scores order by member_id"
    ) == [("me", "lapsed", day, day), ("other", "none", None, day)]
    assert {
        member
        for (member,) in scores.rows(
            "select distinct member_id from marts.member_score_history"
        )
    } == {"me"}
    assert scores.rows(
        "select max(snapshot_date) <= ? from marts.member_score_history".replace(
            "?", f"date '{day + timedelta(days=365)}'"
        )
    ) == [(True,)]


def test_a_day_that_takes_points_away_ends_a_stage(scores: Scores) -> None:
    """16 points, two days later 15.75 - 1: no candidate any more, after grace."""
    day, later = date(2024, 4, 1), date(2024, 4, 3)
    rows = (("speak", day), ("attend", day), ("attend", day), ("no_show", later))
    community = Community(members=ME, activities=mine(*rows))
    scores.run(community, AS_OF)
    assert stages(scores)[:2] == [
        ("candidate", "2024-04-01", "total_15"),
        ("active", "2024-04-17", "total_6"),
    ]
    reference = Reference(community, AS_OF)
    assert reference.stage("me", date(2024, 4, 16)) == "candidate"
    assert reference.stage("me", date(2024, 4, 17)) == "active"


def test_a_decision_wins_while_it_holds(scores: Scores) -> None:
    day = AS_OF - timedelta(days=40)
    community = Community(
        members=ME,
        activities=mine(("speak", day)),
        overrides=(
            Override("me", "star", day + timedelta(days=5), day + timedelta(days=9)),
        ),
    )
    scores.run(community, AS_OF)
    assert scores.rows(
        "select stage, valid_to, is_manual, evidence, decided_by "
        "from marts.member_stages order by valid_from"
    )[1:] == [
        ("star", day + timedelta(days=9), True, "committee", "Sato"),
        ("active", None, False, "event 9.3, share 0.0, total 9.3, last activity "
         f"{day}", None),
    ]  # fmt: skip


def test_a_decision_about_a_member_who_was_merged_holds_for_the_survivor(
    scores: Scores,
) -> None:
    scores.run(
        Community(members=ME, overrides=(Override("gone", "star", AS_OF, None),)), AS_OF
    )
    assert scores.rows("select stage from marts.member_scores") == [("none",)]
    scores.connection.execute(
        "insert into identity.member_aliases values ('gone', 'me', null)"
    )
    try:
        scores.build()
        assert scores.rows("select stage from marts.member_scores") == [("star",)]
    finally:
        scores.connection.execute("delete from identity.member_aliases")


@pytest.mark.parametrize("has_contract", [True, False])
def test_a_star_needs_an_active_contract_where_a_crm_is_connected(
    scores: Scores, has_contract: bool
) -> None:
    since = AS_OF - timedelta(days=20)
    community = replace(
        stars(),
        has_crm=True,
        contracts=(Contract("star0", since, None),) if has_contract else (),
    )
    scores.run(community, AS_OF)
    first_as_star = scores.rows(
        "select valid_from from marts.member_stages where stage = 'star'"
    )
    assert first_as_star == ([(since,)] if has_contract else [])
    if not has_contract:
        assert scores.rows("select next_stage_needs from marts.member_scores") == [
            (
                "あとは勤務先の有効な契約だけ"
                " / only an active contract of their company is missing",
            )
        ]


def test_an_announced_talk_counts_when_its_day_has_come(scores: Scores) -> None:
    talk = AS_OF + timedelta(days=1)
    community = Community(members=ME, activities=mine(("speak", talk)))
    scores.run(community, AS_OF)
    assert scores.rows("select event_points, stage from marts.member_scores") == [
        (0, "none")
    ]
    assert scores.rows(
        "select points, not_counted_because from intermediate.int_activity_points"
    ) == [(0, "future")]
    scores.run(community, talk)
    assert scores.rows("select event_points, stage from marts.member_scores") == [
        (10, "active")
    ]


def test_one_event_on_two_platforms_is_attended_once(scores: Scores) -> None:
    events = tuple(
        Event(f"{p}:1", "connpass:1", AS_OF) for p in ("connpass", "doorkeeper")
    )
    activities = tuple(
        Activity(f"{event.event_id}/{kind}", "me", kind, AS_OF, event.event_id)
        for event in events
        for kind in ("register", "attend")
    )
    scores.run(Community(members=ME, events=events, activities=activities), AS_OF)
    assert scores.rows(
        "select event_points, events_attended_180d, events_eligible_180d, "
        "event_participation_rate from marts.member_scores"
    ) == [(Decimal("3.5"), 1, 1, 1.0)]


def test_participation_is_of_the_events_open_to_the_member(scores: Scores) -> None:
    """Not those of other groups, before joining, not taken, organised, or too old."""

    def event(
        name: str, days_ago: int, group: str | None = "Tokyo", taken: bool = True
    ) -> Event:
        day = AS_OF - timedelta(days=days_ago)
        return Event(name, name, day, working_group=group, is_attendance_taken=taken)

    events = (
        event("attended", 10), event("missed", 20), event("organised", 30),
        event("Osaka", 10, "Osaka"), event("untaken", 10, taken=False),
        event("before", 170), event("old", 180), event("ungrouped", 10, None),
    )  # fmt: skip
    joined = AS_OF - timedelta(days=100)
    activities = (
        Activity("join", "me", "join", joined),
        Activity("1", "me", "attend", AS_OF - timedelta(days=10), "attended"),
        Activity("2", "me", "organise", AS_OF - timedelta(days=30), "organised"),
    )
    scores.run(Community(members=ME, events=events, activities=activities), AS_OF)
    assert scores.rows(
        "select events_attended_180d, events_eligible_180d from marts.member_scores"
    ) == [(1, 2)]


def test_a_member_is_known_since_the_local_day(scores: Scores) -> None:
    """23:59 and 00:01 in Tokyo are two days there and one in UTC."""
    members = (Member("late", AS_OF), Member("early", AS_OF))
    scores.run(Community(members=members), AS_OF)
    for member_id, moment in (
        ("late", datetime(2023, 12, 31, 14, 59, tzinfo=UTC)),
        ("early", datetime(2023, 12, 31, 15, 1, tzinfo=UTC)),
    ):
        scores.connection.execute(
            "update intermediate.int_members_resolved set first_seen_at = ? "
            "where member_id = ?",
            [moment, member_id],
        )
    scores.build()
    assert scores.rows(
        "select known_date from marts.member_scores order by member_id"
    ) == [
        (date(2024, 1, 1),),
        (date(2023, 12, 31),),
    ]


def test_two_versions_of_the_formula_stand_side_by_side(scores: Scores) -> None:
    community = Community(
        members=ME, activities=mine(("blog", AS_OF - timedelta(days=30)))
    )
    scores.run(community, AS_OF)
    before = scores.rows("select * from marts.member_score_contributions")
    try:
        for seed in ("formula_versions", "activity_points", "stage_rules"):
            scores.connection.execute(
                f"insert into seeds.{seed} "
                f"select * replace ('v2' as formula_version) from seeds.{seed}"
            )
        scores.connection.execute(
            "update seeds.formula_versions set half_life_days = 30 "
            "where formula_version = 'v2'"
        )
        scores.run(community, AS_OF)
        assert before == scores.rows(
            "select * from marts.member_score_contributions "
            "where formula_version = 'v1'"
        )
        shown = "select formula_version, share_points, stage from marts.member_scores"
        assert scores.rows(shown)[0][0] == "v1"
        scores.run(community, AS_OF, "v2")
        assert scores.rows(shown) == [("v2", 4, "light")]
        assert scores.rows(
            "select share_points from marts.member_scores_as_of(?)", AS_OF
        ) == [(4,)]
    finally:
        for seed in ("formula_versions", "activity_points", "stage_rules"):
            scores.connection.execute(
                f"delete from seeds.{seed} where formula_version = 'v2'"
            )


def test_the_published_macro_works_in_a_reopened_file(
    scores: Scores, tmp_path: Path
) -> None:
    """Written as the publisher does, opened directly and under another name."""
    scores.run(stars(2), AS_OF)
    expected = scores.rows("from marts.member_scores_as_of('2024-01-31') order by 1")
    file = tmp_path / "community.duckdb"
    scores.connection.execute(f"attach '{file}' as release (storage_version 'v1.2.0')")
    scores.connection.execute("create schema release.marts")
    for mart in (
        "member_scores", "member_score_contributions", "member_stages",
        "fct_activities",
    ):  # fmt: skip
        scores.connection.execute(
            f"create table release.marts.{mart} as from warehouse.marts.{mart}"
        )
    scores.connection.execute("use release.marts")
    scores.connection.execute(AS_OF_SQL.read_text())
    scores.connection.execute("use warehouse")
    scores.connection.execute("detach release")

    question = "from marts.member_scores_as_of('2024-01-31') order by 1"
    month_end = (
        "from {}marts.member_scores_month_ends "
        "where as_of_date = '2024-01-31' order by 1"
    )
    with duckdb.connect(str(file), read_only=True) as reader:
        assert reader.execute(question).fetchall() == expected
        assert reader.execute(month_end.format("")).fetchall() == expected
    with duckdb.connect() as reader:
        reader.execute(f"attach '{file}' as other (read_only)")
        assert reader.execute(month_end.format("other.")).fetchall() == expected
        reader.execute("use other")
        assert reader.execute(question).fetchall() == expected
