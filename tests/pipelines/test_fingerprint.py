"""The fingerprint: changes with what a release is built from, and with nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import fingerprint as fingerprints
from pipelines.fingerprint import code_fingerprint, fingerprint
from pipelines.run import Resolved, RunOptions, resolve


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolved:
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    monkeypatch.setattr(fingerprints, "code_fingerprint", lambda: "code")
    resolved = resolve(
        RunOptions(data=str(tmp_path)), clock=datetime(2026, 11, 20, 20, tzinfo=UTC)
    )
    resolved.workspace.prepare()
    land(resolved, "1.0", landed=5)
    return resolved


def land(
    run: Resolved,
    load_id: str,
    *,
    landed: int,
    unchanged: int = 0,
    reported: int | None = None,
) -> None:
    """Writes the load_counts of one load, as sources/_base/landing.py does."""
    folder = run.workspace.raw / "raw_x" / "load_counts"
    folder.mkdir(parents=True, exist_ok=True)
    row = {
        "source": "x",
        "table_name": "posts",
        "landed": landed,
        "unchanged": unchanged,
        "period": "",
        "reported_by_source": reported,
        "_dlt_load_id": load_id,
    }
    schema = pa.schema(
        [
            pa.field(
                name, pa.int64() if name in ("landed", "unchanged") else pa.string()
            )
            if name != "reported_by_source"
            else pa.field(name, pa.int64())
            for name in row
        ]
    )
    pq.write_table(pa.Table.from_pylist([row], schema), folder / f"{load_id}.parquet")


def test_the_same_inputs_give_the_same(run: Resolved):
    later = replace(run, clock=datetime(2026, 11, 20, 23, tzinfo=UTC))
    assert fingerprint(run) == fingerprint(later)


def test_a_load_without_new_rows_changes_nothing(run: Resolved):
    before = fingerprint(run)
    land(run, "2.0", landed=0, unchanged=5)
    assert fingerprint(run) == before


def test_a_load_with_rows_does(run: Resolved):
    before = fingerprint(run)
    land(run, "2.0", landed=1)
    assert fingerprint(run) != before


def test_what_the_platform_says_it_has_counts_once_it_differs(run: Resolved):
    land(run, "2.0", landed=0, reported=10)
    before = fingerprint(run)
    land(run, "3.0", landed=0, reported=10)
    assert fingerprint(run) == before
    land(run, "4.0", landed=0, reported=11)
    assert fingerprint(run) != before


def test_another_day_setting_or_decision_does(run: Resolved):
    seen = {fingerprint(run)}
    seen.add(fingerprint(replace(run, as_of=run.as_of.replace(day=19))))
    settings = replace(run.settings, formula_version="v2")
    seen.add(fingerprint(replace(run, settings=settings)))
    settings = replace(run.settings, minimum_group=9)
    seen.add(fingerprint(replace(run, settings=settings)))
    decisions = run.workspace.inbox / "identity"
    decisions.mkdir(parents=True)
    (decisions / "decisions.csv").write_text("decision,account_a,account_b\n")
    seen.add(fingerprint(run))
    (decisions / "decisions.csv").write_text(
        "decision,account_a,account_b\nmerge,a,b\n"
    )
    seen.add(fingerprint(run))
    settings = replace(run.settings, internal_companies=("abc.example",))
    seen.add(fingerprint(replace(run, settings=settings)))
    trained = run.workspace.data / "identity" / "model.json"
    trained.parent.mkdir(parents=True)
    trained.write_text("{}")
    seen.add(fingerprint(run))
    assert len(seen) == 8


def test_code_counts_but_what_it_generates_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for folder in fingerprints.CODE:
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(fingerprints, "PROJECT", tmp_path)
    monkeypatch.setattr(fingerprints, "DBT_PROJECT", tmp_path / "dbt_project")
    model = tmp_path / "dbt_project" / "model.sql"
    model.write_text("select 1")
    before = code_fingerprint()
    for generated in ("dbt_project/target/run.sql", "pipelines/__pycache__/x.py"):
        (tmp_path / generated).parent.mkdir()
        (tmp_path / generated).write_text("generated")
    (tmp_path / "pipelines" / "notes.txt").write_text("no code")
    assert code_fingerprint() == before
    model.write_text("select 2")
    assert code_fingerprint() != before
    model.rename(model.with_name("renamed.sql"))
    assert code_fingerprint() != before
