"""The list of corruptions, and three seeds of each family against the gate.

`make bench-gate` runs the whole list through the whole job; here a warehouse of three
members is struck, and past loads that are made up (tests/pipelines).
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.audit import AuditContext, audit, audited_marts
from tests.conftest import PROJECT
from tests.gate.corruptions import CORRUPTIONS, SHARES, named
from tests.gate.kinds import AT_ANY_SIZE, FAMILIES, LEVELS, Chooser, Rows
from tests.pipelines.gate_history import TODAY, USUAL, Story, usual_rows
from tests.pipelines.test_expectations import MARTS, SQL

SEEDS = (1, 2, 3)
# Those that strike what three members have, and what is caught on their mart alone.
ON_THREE_MEMBERS = {
    "arithmetic": (
        "rate above one",
        "part counted twice",
        "registrations that are nobody's",
        "retention of another cohort",
        "company counts others' people",
    ),
    "scores": ("score not its sum", "stages of other days", "history rewritten"),
    "identity": ("probability above one",),
    "time": (
        "as-of off by one day",
        "last active tomorrow",
        "registered after the event was over",
        "events of another century",
    ),
    "money": (
        "dollars taken for yen",
        "won but open",
        "contracts in the wrong currency",
    ),
    "completeness": ("scores lost", "outputs lost", "weeks lost"),
    "privacy": ("address in a title", "small group shown"),
    "duplicates": (
        "join fan-out",
        "activities twice",
        "outputs told twice",
        "events twice",
    ),
    "keys": ("ids reused",),
    "text": ("control characters in titles",),
}
# Enough rows for what may be rare, or for two to be alike.
MORE_ROWS = """
    INSERT INTO marts.fct_outputs BY NAME
        SELECT * EXCLUDE (n) REPLACE ('more:' || n AS output_id, url || n AS url)
        FROM marts.fct_outputs CROSS JOIN range(40) AS numbers (n);
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("corruptions") / "warehouse.duckdb"
    (file.parent / "parquet").mkdir()
    with duckdb.connect(str(file)) as connection:
        connection.execute(SQL)
        for mart in audited_marts():
            target = file.parent / "parquet" / f"{mart}.parquet"
            connection.execute(f"COPY marts.{mart} TO '{target}'")
    return file


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("family", sorted(ON_THREE_MEMBERS))
def test_a_corruption_of_the_family_is_stopped(
    family: str, seed: int, warehouse: Path, tmp_path: Path
):
    names = ON_THREE_MEMBERS[family]
    (corruption,) = named([names[seed % len(names)]])
    # What may pass when it is little is tried whole.
    share = SHARES[seed % len(SHARES)] if corruption.at_any_size else SHARES[-1]
    if family == "keys":
        share = SHARES[-1]  # two rows at least
    file = tmp_path / "warehouse.duckdb"
    shutil.copy(warehouse, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(MORE_ROWS if family == "text" else "")
        assert isinstance(corruption.how, Rows)
        corruption.how.apply(connection, corruption.hits, Chooser(share, seed))
    context = AuditContext(
        as_of=date(2026, 11, 20),
        clock=datetime(2026, 11, 20, 20, tzinfo=UTC),
        previous=warehouse.parent,
        marts=MARTS,
    )
    mart = corruption.hits.partition(".")[2]
    blocked = [f.check for f in audit(file, context, [mart]) if f.blocks]
    assert any(check.startswith(f"{mart}.") for check in blocked), corruption.name


def flood(story: Story, drawn: random.Random) -> tuple[str, Story]:
    source = drawn.choice(["connpass", "slack", "portal"])
    rows = usual_rows(source, TODAY) * drawn.choice([4, 10, 100])
    return source, story.with_loads({(source, TODAY): rows})


def drought(story: Story, drawn: random.Random) -> tuple[str, Story]:
    source = drawn.choice(sorted(USUAL))
    days = drawn.randrange(12, 40)
    quiet = {(source, TODAY - timedelta(days=n)): 0 for n in range(days)}
    return source, story.with_loads(quiet)


def moved(story: Story, drawn: random.Random) -> tuple[str, Story]:
    kind, metric = drawn.choice(
        [("metric_change", "outputs"), ("rate_change", "active_rate")]
    )
    return metric, story.with_now({(kind, metric, "1"): (30, drawn.uniform(0.5, 3))})


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("family", "strike", "checks"),
    [
        ("volume", flood, {"has_usual_volume"}),
        ("silence", drought, {"is_not_silent"}),
        ("metrics", moved, {"keeps_its_values", "keeps_its_rates"}),
    ],
)
def test_a_corruption_that_only_the_past_shows_is_stopped(
    family: str, strike: Callable, checks: set[str], seed: int
):
    subject, story = strike(Story(), random.Random(seed))
    found = story.judged()
    blocked = found[found["verdict"] == "blocked"]
    stopped = set(zip(blocked["rule"], blocked["subject"], strict=True))
    assert stopped & {(check, subject) for check in checks}


def test_every_family_is_tried_here():
    assert {*ON_THREE_MEMBERS, "volume", "silence", "metrics"} == set(FAMILIES)


def test_the_list_is_whole():
    assert len(CORRUPTIONS) >= 60
    repeated = [n for n, k in Counter(c.name for c in CORRUPTIONS).items() if k > 1]
    assert repeated == []
    assert {c.family for c in CORRUPTIONS} == set(FAMILIES)
    assert {c.level for c in CORRUPTIONS} == set(LEVELS)
    for corruption in CORRUPTIONS:
        assert corruption.story, corruption.name
        assert corruption.stopped_by, corruption.name
        if corruption.family in AT_ANY_SIZE:
            assert corruption.at_any_size, corruption.name


def test_every_corruption_is_in_the_page():
    page = (PROJECT / "docs" / "reliability.md").read_text()
    assert [c.name for c in CORRUPTIONS if f"| {c.name}: " not in page] == []


@pytest.mark.parametrize("share", SHARES)
def test_a_share_is_at_least_one_and_the_same_in_any_order(share: float):
    items = [f"row {n}" for n in range(37)]
    chosen = Chooser(share, 1).of(items)
    assert len(chosen) == max(1, -(-share * 37 // 1))
    assert set(Chooser(share, 1).of(items[::-1])) == set(chosen)
    assert share == 1 or set(Chooser(share, 2).of(items)) != set(chosen)


def test_rows_are_chosen_by_content_not_by_place():
    with duckdb.connect() as connection:
        struck = []
        for order in ("n", "n DESC"):
            connection.execute(
                "CREATE OR REPLACE TABLE rows AS SELECT n, 0 AS hit"
                f" FROM range(50) AS numbers (n) ORDER BY {order}"
            )
            count = Rows(change="hit = 1").apply(connection, "rows", Chooser(0.05, 7))
            rows = connection.execute("SELECT n FROM rows WHERE hit ORDER BY n")
            struck.append((count, rows.fetchall()))
        assert struck[0] == struck[1]
        assert struck[0][0] == len(struck[0][1]) == 3
        with pytest.raises(LookupError):
            Rows(where="n > 99").apply(connection, "rows", Chooser(1, 1))
