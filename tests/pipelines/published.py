"""A small publication: the three people of community.sql, as releases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from pipelines.publish import release as releasing
from pipelines.publish.catalogue import Mart
from pipelines.publish.publications import Publication
from pipelines.publish.release import Release, publish

SQL = (Path(__file__).parent / "community.sql").read_text()
CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)
# Its own copy of the macro's shape: the real one reads every column of the marts.
AS_OF = """
    CREATE MACRO marts.member_scores_as_of(as_of) AS TABLE
    SELECT * FROM marts.member_scores WHERE as_of_date <= as_of
"""
MARTS = [
    Mart("cohort_retention", "", "cohort_month, month_n, channel", False, ()),
    Mart("community_health", "", "week_start, working_group", False, ()),
    Mart("company_summary", "", "company_id", False, ()),
    Mart("dim_companies", "Companies.", "company_id", False, ()),
    Mart("dim_events", "Events.", "event_id", False, ()),
    Mart("dim_members", "People.", "member_id", True, ()),
    Mart("event_summary", "", "event_id", False, ()),
    Mart("fct_activities", "", "activity_id", False, ("title", "object_key")),
    Mart("fct_interactions", "", "activity_id", False, ()),
    Mart("fct_outputs", "", "output_id", False, ("title", "url")),
    Mart("member_accounts", "Accounts.", "account_id", True, ()),
    Mart("member_companies", "", "member_id, company_id, valid_from", False, ()),
    Mart("member_scores", "", "member_id", False, ()),
    Mart("metrics", "", "", False, ()),
    Mart("source_summary", "", "source, month", False, ()),
    Mart("stage_transitions", "", "month, from_stage, to_stage", False, ()),
    Mart("star_paths", "", "path", False, ()),
]


def make_warehouse(file: Path) -> Path:
    with duckdb.connect(str(file)) as connection:
        connection.execute(SQL)
        connection.execute(
            "ALTER TABLE marts.member_accounts ADD source_account_id TEXT"
        )
        connection.execute("COMMENT ON TABLE marts.dim_events IS 'It''s an event'")
        connection.execute("COMMENT ON COLUMN marts.dim_events.title IS '題名'")
        connection.execute("COMMENT ON COLUMN marts.fct_activities.title IS 'gone'")
        connection.execute("COMMENT ON COLUMN marts.fct_activities.points IS 'points'")
    return file


def make_release(folder: Path, *, day: int = 0, minimum_group: int = 2) -> Release:
    """A release of the warehouse in the folder, `day` days after the first one."""
    clock = CLOCK + timedelta(days=day)
    as_of = date(2026, 11, 20) + timedelta(days=day)
    release_id = f"{as_of:%Y%m%d}-{clock:%Y%m%dT%H%M%SZ}"
    return Release(
        release_id=release_id,
        warehouse=folder / "warehouse.duckdb",
        published=folder / "published",
        marts=MARTS,
        publication=Publication(
            release_id=release_id,
            published_at=clock,
            data_through=as_of,
            git_commit=None,
            formula_version="v1",
            is_synthetic=True,
            checks_run=3,
            checks_failed=0,
            fingerprint=f"fingerprint {day}",
        ),
        share_key=b"a key",
        minimum_group=minimum_group,
        keep=3,
    )


def report(folder: Path) -> None:
    folder.joinpath("quality.html").write_text("<!doctype html>")


def publish_day(folder: Path, day: int = 0, **changes: object) -> Path:
    return publish(replace(make_release(folder, day=day), **changes), report)


def use_small_macro(monkeypatch, folder: Path) -> None:
    file = folder / "as_of.sql"
    file.write_text(AS_OF)
    monkeypatch.setattr(releasing, "AS_OF_SQL", file)


def ask(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()
