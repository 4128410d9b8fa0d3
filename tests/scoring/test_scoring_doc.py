"""docs/scoring.md holds true: its tables are the seeds, its example computes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.scoring.conftest import PROJECT, Scores
from tests.scoring.reference import Activity, Community, Member, Snapshot

PAGE = (PROJECT / "docs" / "scoring.md").read_text(encoding="utf-8")
SEEDS = PROJECT / "dbt_project" / "seeds"
DAY = date(2024, 6, 30)
# The worked example of the page: what Hanako did.
HANAKO = Community(
    members=(Member("hanako"),),
    activities=(
        Activity("talk", "hanako", "speak", date(2024, 4, 1)),
        *(
            Activity(f"post {n}", "hanako", "post", date(2024, 5, 31))
            for n in range(1, 5)
        ),
        Activity("sign-up", "hanako", "register", date(2024, 6, 20)),
        Activity("visit", "hanako", "attend", date(2024, 6, 30)),
        Activity("article", "hanako", "blog", date(2024, 6, 23)),
    ),
    snapshots=(Snapshot("article", date(2024, 6, 29), 9),),
)


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(*after: str) -> list[tuple[str, ...]]:
    """The rows of the first table after a line that starts so, header left out."""
    lines = PAGE.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(after))
    rows: list[tuple[str, ...]] = []
    for line in lines[start + 1 :]:
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
        elif rows:
            break
    return rows[2:]


def queries() -> list[str]:
    return re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


def plain(number: str) -> str:
    return f"{float(number):g}"


@pytest.fixture(scope="module")
def hanako(scores: Scores) -> Scores:
    scores.run(HANAKO, DAY)
    return scores


def test_points_are_those_of_the_seed() -> None:
    points = {row["activity_type"]: row for row in seed("activity_points")}
    expected = [
        (
            f"`{row['activity_type']}`",
            row["label_ja"],
            row["category"],
            plain(points[row["activity_type"]]["base_points"]),
            plain(points[row["activity_type"]]["online_base_points"]),
            ", ".join(
                word
                for word, holds in (
                    ("one an event", row["family"] != ""),
                    ("capped", row["is_daily_capped"] == "true"),
                    ("proof", row["is_proof"] == "true"),
                )
                if holds
            ),
        )
        for row in seed("activity_types")
        if row["category"] != "other"
    ]
    assert table("### What an activity is worth") == expected


def rule(row: dict[str, str]) -> Iterator[str]:
    """A row of stage_rules in words."""
    if row["stage"] == "none":
        yield "known, no activity yet"
    if row["stage"] == "new":
        yield "any activity"
    if row["silent_days"]:
        yield f"nothing for {row['silent_days']} days"
    for column, what in (
        ("min_total_points", "event + share"),
        ("min_event_points", "event"),
        ("min_share_points", "share"),
    ):
        if row[column]:
            yield f"{what} >= {row[column]}"
    if row["proof_within_days"]:
        yield (
            f"a talk, referral or customer story within {row['proof_within_days']} days"
        )
    if row["needs_contract"] == "true":
        yield "an active contract where a CRM is connected"


def test_stages_are_those_of_the_seed() -> None:
    expected = [
        (
            row["priority"],
            f"`{row['stage']}`",
            row["label_ja"],
            f"`{row['rule']}`",
            " and ".join(rule(row)),
            row["grace_days"],
        )
        for row in seed("stage_rules")
        if row["formula_version"] == "v1"
    ]
    assert table("### Which stage") == expected


def test_settings_are_those_of_the_seed() -> None:
    (version,) = seed("formula_versions")
    for said in (
        f"half-life of {version['half_life_days']} days",
        f"{version['engagement_delay_days']} days after",
        f"at most {version['engagement_cap']} times",
        f"at most {version['daily_share_cap']} share points",
    ):
        assert said in " ".join(PAGE.split())


def test_the_example_is_what_is_published(hanako: Scores) -> None:
    published = hanako.rows(
        "select activity_id, component, category, local_date, points, "
        "date_diff('day', local_date, as_of_date), decay, contribution "
        "from marts.member_score_contributions "
        "order by local_date, activity_id, component"
    )
    assert table("### A member by hand") == [
        (
            activity,
            component,
            category,
            str(day),
            f"{points.normalize():f}",
            str(days),
            f"{decay:.6f}",
            f"{contribution:.6f}",
        )
        for activity, component, category, day, points, days, decay, contribution in (
            published
        )
    ]


def test_the_example_can_be_computed_by_hand(hanako: Scores) -> None:
    """Points x 0.5 ^ (days / 90), each to twelve places, summed: not a digit off."""
    places = Decimal("1e-12")
    sums = {"event": Decimal(0), "share": Decimal(0)}
    for _, _, category, _, points, days, _, _ in table("### A member by hand"):
        decay = Decimal(0.5 ** (int(days) / 90)).quantize(places, ROUND_HALF_UP)
        sums[category] += (Decimal(points) * decay).quantize(places, ROUND_HALF_UP)
    assert hanako.rows(
        "select event_points, share_points, event_score, share_score, stage "
        "from marts.member_scores"
    ) == [
        (
            sums["event"],
            sums["share"],
            round(sums["event"], 1),
            round(sums["share"], 1),
            "candidate",
        )
    ]
    text = " ".join(PAGE.split())
    for category, points in sums.items():
        assert f"{category} points are {points:.6f}" in text
        assert f"{category} score {points:.1f}" in text


def test_every_query_of_the_page_runs_and_the_first_gives_the_score(
    hanako: Scores,
) -> None:
    assert len(queries()) >= 3
    hanako.connection.execute("use warehouse.marts")
    try:
        answers = [hanako.rows(query) for query in queries()]
    finally:
        hanako.connection.execute("use warehouse")
    assert answers[0] == hanako.rows(
        "select member_id, event_points, share_points from marts.member_scores"
    )


def test_what_others_fill_in_has_its_place() -> None:
    for name in ("backtest", "drift", "invariants"):
        assert PAGE.count(f"<!-- {name} -->") == 2


def test_what_ends_no_silence_is_one_list_wherever_it_is_written() -> None:
    """The published macro and the audit cannot call the models' own."""
    places = (
        "dbt_project/macros/activities.sql",
        "pipelines/publish/as_of.sql",
        "pipelines/expectations/_silence.py",
    )
    lists = {
        tuple(re.findall(r"'(\w+)'", found))
        for place in places
        for found in re.findall(
            r"not in \(('leave'.*?)\)", (PROJECT / place).read_text(), re.IGNORECASE
        )
    }
    assert lists == {("leave", "no_show", "follow_up")}
    assert all(f"`{kind}`" in PAGE for kind in lists.pop())
