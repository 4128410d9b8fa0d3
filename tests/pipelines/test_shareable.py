"""The shareable file: nobody in it, the same pseudonyms everywhere, no small groups."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.publish import shareable as publish_shareable
from pipelines.publish.release import current_release, publish
from pipelines.publish.shareable import PersonalDataFound
from tests.pipelines.published import (
    ask,
    make_release,
    make_warehouse,
    publish_day,
    report,
    use_small_macro,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_warehouse(tmp_path / "warehouse.duckdb")
    use_small_macro(monkeypatch, tmp_path)
    return tmp_path


@pytest.fixture
def spoil(folder: Path) -> Callable[[str], None]:
    def change(sql: str) -> None:
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            connection.execute(sql)

    return change


def shareable(folder: Path) -> Path:
    return folder / "published" / "community_shareable.duckdb"


def columns_of(file: Path, table: str) -> set[str]:
    rows = ask(
        file, f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{table}'"
    )
    return {name for (name,) in rows}


def test_restricted_tables_and_columns_are_absent(folder: Path):
    publish_day(folder)
    tables = {name for (name,) in ask(shareable(folder), "SHOW TABLES FROM marts")}
    assert not tables & {"dim_members", "member_accounts"}
    assert {"dim_events", "fct_activities", "publications"} <= tables
    columns = columns_of(shareable(folder), "fct_activities")
    assert "points" in columns
    assert not columns & {"title", "object_key"}


def test_comments_survive_but_for_restricted_columns(folder: Path):
    publish_day(folder)
    comments = ask(
        shareable(folder),
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'fct_activities'"
        " AND comment IS NOT NULL",
    )
    assert comments == [("points",)]


def test_ids_are_hashed_alike_in_every_table(folder: Path):
    publish_day(folder)
    ids = {
        table: {
            row[0]
            for row in ask(
                shareable(folder),
                f"SELECT DISTINCT member_id FROM marts.{table} ORDER BY 1",
            )
        }
        for table in ("member_scores", "fct_activities", "member_companies")
    }
    assert len(ids["member_scores"]) == 3
    assert ids["fct_activities"] == ids["member_scores"]
    assert ids["member_companies"] < ids["member_scores"]
    assert not any(name.startswith("m_") for name in ids["member_scores"])
    joined = ask(
        shareable(folder),
        "SELECT count(*) FROM marts.fct_outputs AS o"
        " JOIN marts.fct_activities AS a ON o.output_id = a.activity_id",
    )
    assert joined == [(1,)]


def test_no_id_of_an_activity_shows_the_account_in_it(folder: Path):
    publish_day(folder)
    whole = str(ask(shareable(folder), "FROM marts.fct_activities"))
    assert "yamada" not in whole
    assert "hanako" not in whole


def test_another_key_gives_other_pseudonyms_the_same_key_the_same(folder: Path):
    found = []
    for day, key in enumerate((b"one", b"one", b"two")):
        publish_day(folder, day=day, share_key=key)
        found.append(
            ask(shareable(folder), "SELECT member_id FROM marts.member_scores")
        )
    assert set(found[0]) == set(found[1])
    assert not set(found[0]) & set(found[2])


@pytest.mark.parametrize(
    "planted",
    [
        "佐藤花子",
        "佐藤 花子",
        "サトウハナコ",
        "hanako@acme.example",
        "HANAKO@ACME.EXAMPLE",
        "connpass:hanako",
        "問合せは someone.else@mail.example へ",
    ],
)
def test_a_planted_person_stops_the_publication(
    folder: Path, spoil: Callable[[str], None], planted: str
):
    first = publish_day(folder)
    spoil(f"UPDATE marts.dim_events SET title = '{planted}'")
    with pytest.raises(PersonalDataFound, match=r"dim_events\.title") as found:
        publish_day(folder, day=1)
    assert planted not in str(found.value)
    assert current_release(folder / "published") == first


@pytest.mark.parametrize(
    ("written", "shared"),
    [
        ("佐藤花子さんと話すLT会", "***さんと話すLT会"),
        ("司会：佐藤　花子", "司会：***"),
        ("勉強会（佐藤花子・佐藤花子）", "勉強会（***・***）"),
        ("佐藤の会 花子の会", "佐藤の会 花子の会"),
        ("第2回 つながり会", "第2回 つながり会"),
    ],
)
def test_a_full_name_in_a_title_is_masked(
    folder: Path, spoil: Callable[[str], None], written: str, shared: str
):
    spoil(f"UPDATE marts.dim_events SET title = '{written}'")
    publish_day(folder)
    query = "SELECT DISTINCT title FROM marts.dim_events"
    assert ask(shareable(folder), query) == [(shared,)]
    community = folder / "published" / "community.duckdb"
    assert ask(community, query) == [(written,)]


def test_a_name_in_a_title_that_was_not_masked_stops_the_publication(
    folder: Path, spoil: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
):
    spoil("UPDATE marts.dim_events SET title = '佐藤花子さんと話すLT会'")
    connection_without_masks = "CREATE TABLE memory.masked (value TEXT, masked TEXT)"
    monkeypatch.setattr(
        publish_shareable,
        "mask",
        lambda connection, *_: connection.execute(connection_without_masks),
    )
    with pytest.raises(PersonalDataFound, match=r"dim_events\.title.*full name in"):
        publish_day(folder)


def test_ordinary_words_that_somebody_is_called_do_not_stop_it(
    folder: Path, spoil: Callable[[str], None]
):
    spoil("UPDATE marts.dim_members SET display_name = 'Unknown' WHERE member_id='m_3'")
    spoil("UPDATE marts.dim_members SET display_name = 'アクメ株式会社'"
          " WHERE member_id = 'm_2'")  # fmt: skip
    spoil("UPDATE marts.dim_events SET title = 'unknown'")
    spoil("UPDATE marts.dim_members SET primary_email = 'unknown'"
          " WHERE member_id = 'm_2'")  # fmt: skip
    publish_day(folder)


def test_a_company_only_one_person_names_is_not_named(
    folder: Path, spoil: Callable[[str], None]
):
    spoil(
        "INSERT INTO marts.dim_companies"
        " VALUES ('name:佐藤花子', '佐藤花子', 1, 1, NULL)"
    )
    spoil("UPDATE marts.member_companies SET company_id = 'name:佐藤花子'"
          " WHERE member_id = 'm_2'")  # fmt: skip
    publish_day(folder)
    names = ask(shareable(folder), "SELECT company_id, name FROM marts.dim_companies")
    assert ("crm:1", "アクメ株式会社") in names
    hidden = [name for company_id, name in names if company_id.startswith("name:")]
    assert hidden == [None]
    assert "佐藤" not in str(ask(shareable(folder), "FROM marts.member_companies"))


def test_neither_side_of_an_interaction_is_named(
    folder: Path, spoil: Callable[[str], None]
):
    spoil("UPDATE marts.fct_interactions SET to_company_id = 'name:佐藤花子'"
          " WHERE activity_id = 'x:1'")  # fmt: skip
    publish_day(folder)
    sides = ask(
        shareable(folder),
        "SELECT from_member_id, to_member_id, from_company_id, to_company_id"
        " FROM marts.fct_interactions WHERE from_company_id <> to_company_id"
        " AND type = 'reply'",
    )
    ((sender, receiver, company, named_only),) = sides
    assert company == "crm:1"
    assert named_only.startswith("name:") and "佐藤" not in named_only
    ids = {row[0] for row in ask(shareable(folder), "FROM marts.member_scores")}
    assert {sender, receiver} < ids


def test_a_small_group_cannot_be_had_back_from_the_week(
    folder: Path, spoil: Callable[[str], None]
):
    """東京 is large enough alone, but all less 東京 is the one person of (none)."""
    spoil("INSERT INTO marts.community_health SELECT * REPLACE ('大阪' AS"
          " working_group) FROM marts.community_health WHERE working_group = '東京';"
          "UPDATE marts.community_health SET active_members = 0"
          " WHERE working_group = '大阪' AND week_start = '2026-11-16'")  # fmt: skip
    publish(make_release(folder, minimum_group=2), report)
    assert ask(
        shareable(folder),
        "SELECT week_start, working_group, active_members, actions, events"
        " FROM marts.community_health ORDER BY 1, 2",
    ) == [
        (date(2026, 11, 9), "(all)", 2, 3, 1),
        (date(2026, 11, 9), "(none)", None, None, 0),
        (date(2026, 11, 9), "大阪", None, None, 1),
        (date(2026, 11, 9), "東京", 2, 2, 1),
        (date(2026, 11, 16), "(all)", 2, 0, 1),
        (date(2026, 11, 16), "大阪", None, None, 1),
        (date(2026, 11, 16), "東京", 2, 0, 1),
    ]


def test_small_cohorts_keep_their_months_only(folder: Path):
    publish(make_release(folder, minimum_group=4), report)
    assert ask(
        shareable(folder),
        "SELECT DISTINCT month, cohort_size, active_count, retention_rate"
        " FROM marts.cohort_retention WHERE month_n = 1",
    ) == [(date(2026, 10, 1), None, None, None)]


def test_moves_out_of_small_stages_are_not_counted_nor_to_be_had_by_difference(
    folder: Path, spoil: Callable[[str], None]
):
    """candidate has one member: all members less the other stages would tell it."""
    spoil("INSERT INTO marts.stage_transitions BY NAME SELECT * REPLACE ("
          "'star' AS from_stage, 9 AS members, 9 AS members_from)"
          " FROM marts.stage_transitions WHERE from_stage = 'new'"
          " AND month = '2026-11-01'")  # fmt: skip
    publish(make_release(folder, minimum_group=2), report)
    assert ask(
        shareable(folder),
        "SELECT from_stage, members, members_from, share FROM marts.stage_transitions"
        " WHERE month = '2026-11-01' ORDER BY from_stage",
    ) == [
        ("candidate", None, None, None),
        ("new", None, None, None),
        ("star", 9, 9, 1),
    ]
    publish_day(folder, day=1, minimum_group=1)
    assert ask(
        shareable(folder), "SELECT count(*) FROM marts.stage_transitions"
        " WHERE members_from IS NULL"
    ) == [(0,)]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "value", "stops"),
    [
        ("name", "近藤 営業", True),
        ("email", "sales@acme.example", True),
        ("handle", "kondo_77", True),
        ("handle", "tokyo", False),  # a word, as the handle of somebody and elsewhere
        ("id", "12345", False),
        ("job", "kondo_77", False),
    ],
)
def test_a_column_the_yml_calls_personal_is_searched_for(
    folder: Path, spoil: Callable[[str], None], role: str, value: str, stops: bool
):
    spoil("ALTER TABLE marts.dim_companies ADD owner TEXT")
    spoil(f"UPDATE marts.dim_companies SET owner = '{value}'")
    spoil(f"UPDATE marts.dim_events SET title = '{value}'")
    release = make_release(folder)
    marts = [
        replace(mart, restricted_columns=("owner",), personal=(("owner", role),))
        if mart.name == "dim_companies"
        else mart
        for mart in release.marts
    ]
    if stops:
        with pytest.raises(PersonalDataFound, match=r"dim_events\.title"):
            publish(replace(release, marts=marts), report)
    else:
        publish(replace(release, marts=marts), report)


def test_paths_of_few_stars_keep_their_names_only(folder: Path):
    publish(make_release(folder, minimum_group=6), report)
    assert ask(
        shareable(folder),
        "SELECT length, stars, others, lift IS NULL, upper IS NULL, median_days IS NULL"
        " FROM marts.star_paths ORDER BY length",
    ) == [(2, 10, 20, False, False, False), (3, None, None, True, True, True)]


def test_numbers_of_small_groups_are_suppressed(folder: Path):
    publish(make_release(folder, minimum_group=2), report)
    companies = ask(
        shareable(folder),
        "SELECT company_id, name, event_points IS NULL FROM marts.company_summary"
        " ORDER BY 1",
    )
    assert [row[2] for row in companies] == [False, True]
    assert companies[1][1] == "株式会社つなぎ"
    counts = ask(
        shareable(folder),
        "SELECT member_count FROM marts.dim_companies ORDER BY company_id",
    )
    assert counts == [(2,), (None,)]
    events = ask(
        shareable(folder),
        "SELECT registration_count, cancel_rate FROM marts.event_summary"
        " ORDER BY event_id",
    )
    assert events[1] == (None, None)
    assert events[0][0] == 2
    months = ask(
        shareable(folder),
        "SELECT source, rows_landed, event_count, activity_count"
        " FROM marts.source_summary WHERE source <> 'portal' ORDER BY source",
    )
    assert months == [
        ("connpass", 0, 1, 2), ("files", 70, 0, None), ("note", 0, 0, None)
    ]  # fmt: skip


def test_a_part_hidden_alone_takes_the_next_smallest_with_it(folder: Path):
    release = replace(make_release(folder), minimum_group=2)
    publish(release, report)
    parts = dict(
        ask(
            shareable(folder),
            "SELECT dimension_value, value FROM marts.metrics"
            " WHERE metric_id = 'outputs'",
        )
    )
    # blog 1 is small; post 2 is not, but all 3 less post 2 would tell.
    assert parts == {"all": 3, "blog": None, "post": None}


def test_numbers_stay_where_the_least_group_allows(folder: Path):
    publish(make_release(folder, minimum_group=1), report)
    parts = ask(
        shareable(folder),
        "SELECT count(*) FROM marts.metrics WHERE metric_id = 'outputs'"
        " AND value IS NOT NULL",
    )
    assert parts == [(3,)]
