"""A warehouse with what the score models read, loaded from a scored community's files.

    python -m tests.bench.score_warehouse DATA [--full]     # builds the score models

At ten million activities identity alone would take longer than all scores; here the
truth says who is who, and only the score models are dbt's.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import yaml

from pipelines import dbt
from pipelines.workspace import DBT_PROJECT, Parameters, Workspace

TOKYO = ZoneInfo("Asia/Tokyo")
INPUTS = Path(__file__).with_name("score_inputs.sql")
# What makes a row of a file the same row in a later one.
KEYS = {
    "accounts": "source, account_id",
    "affiliations": "account_id, valid_from",
    "events": "event_id",
    "registrations": "event_id, account_id",
    "activities": "source, activity_id",
    "companies": "company_id",
    "contracts": "contract_id",
}
MARTS = (
    "member_scores",
    "member_score_contributions",
    "member_score_history",
    "member_stages",
    "stage_transitions",
)
SELECTED = ("path:models/intermediate/scores", *MARTS)


def prepare(data: Path, as_of: date) -> Workspace:
    """A data folder whose runs are of that day."""
    workspace = Workspace(data)
    workspace.prepare()
    Parameters(
        clock=datetime.combine(as_of + timedelta(days=1), time(5), TOKYO),
        as_of=as_of,
        timezone="Asia/Tokyo",
        fiscal_year_start_month=4,
        formula_version="v1",
        is_synthetic=True,
    ).write(workspace.parameters)
    return workspace


def load(workspace: Workspace, folders: list[Path], as_of: date) -> int:
    """Fills the inputs from files, later folders over earlier ones; returns activities.

    Reactions are known as they were counted when their file came: on the as-of day of
    the load that first read it.
    """
    with duckdb.connect(str(workspace.warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set threads = 2")
        connection.execute("set preserve_insertion_order = false")
        for schema in ("staging", "intermediate", "marts", "identity", "seeds"):
            connection.execute(f"create schema if not exists {schema}")
        for name, key in KEYS.items():
            connection.execute(_told(name, key, folders))
        seeds = DBT_PROJECT / "seeds"
        connection.execute(INPUTS.read_text().replace("{seeds}", str(seeds)))
        _count_reactions(connection, folders[-1], as_of)
        connection.execute(
            "create or replace view marts.fct_activities"
            " as from intermediate.int_member_activities"
        )
        ((rows,),) = connection.execute(
            "select count(*) from intermediate.int_member_activities"
        ).fetchall()
    return int(rows)


def _told(name: str, key: str, folders: list[Path]) -> str:
    """A view of a file's newest rows."""
    files = [
        (number, file)
        for number, folder in enumerate(folders)
        if (file := folder / f"{name}.parquet").exists()
    ]
    read = [f"select *, {n} as told from read_parquet('{file}')" for n, file in files]
    newest = f"qualify told = max(told) over (partition by {key})"
    stacked = " union all ".join(read)
    if len(files) == 1:
        newest = ""
    return f"create or replace temp view told_{name} as from ({stacked}) {newest}"


def _count_reactions(
    connection: duckdb.DuckDBPyConnection, folder: Path, as_of: date
) -> None:
    """Adds the counts of the newest folder, seen on that day."""
    table = "intermediate.int_reaction_snapshots"
    connection.execute(
        f"create table if not exists {table}"
        " (activity_id varchar, observed_date date, reactions bigint)"
    )
    connection.execute(
        f"insert into {table} select source || ':' || activity_id, ?, reactions"
        f" from read_parquet('{folder / 'activities.parquet'}')"
        " where reactions is not null",
        [as_of],
    )


def export(workspace: Workspace, folder: Path, marts: Iterable[str]) -> Path:
    """Writes marts as files, as a release has them; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for mart in marts:
            connection.execute(f"copy marts.{mart} to '{folder / mart}.parquet'")
    return folder


@dataclass(frozen=True)
class Built:
    """Seconds from the first model's begin to the last one's end, and of each."""

    seconds: float
    models: list[tuple[str, float]]


def build(workspace: Workspace, *arguments: str) -> Built:
    """Builds the score models.

    Raises: RuntimeError with dbt's message when a model fails.
    """
    wanted = ["--resource-type", "model", "--resource-type", "seed"]
    wanted += ["--select", "path:seeds", "stg_run__parameters", *SELECTED]
    results = dbt.build(workspace, [*wanted, *arguments])
    failed = [r.message for r in results if r.node["node_status"] == "error"]
    if failed:
        raise RuntimeError("\n".join(failed))
    told = json.loads((workspace.dbt_target / "run_results.json").read_text())
    models = [r for r in told["results"] if r["unique_id"].startswith("model.")]
    moments = [
        datetime.fromisoformat(step[end])
        for model in models
        for step in model["timing"]
        for end in ("started_at", "completed_at")
    ]
    return Built(
        round((max(moments) - min(moments)).total_seconds(), 1),
        [(r["unique_id"].split(".")[2], round(r["execution_time"], 2)) for r in models],
    )


def profile_with(workspace: Workspace, memory: str) -> Path:
    """The project's dbt profile with a limit of DuckDB's memory, in a folder."""
    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text())
    profile["tsunagari"]["outputs"]["duckdb"]["settings"]["memory_limit"] = memory
    folder = workspace.data / "profile"
    folder.mkdir(exist_ok=True)
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    return folder


def main() -> None:
    """Builds the score models of a data folder; prints the seconds as JSON."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--full", action="store_true", help="incremental ones anew")
    parser.add_argument("--memory", default="", help="DuckDB's limit, e.g. 6.4GB")
    given = parser.parse_args()
    workspace = Workspace(given.data)
    arguments = ["--full-refresh"] if given.full else []
    if given.memory:
        profile = profile_with(workspace, given.memory)
        arguments += ["--profiles-dir", str(profile)]
    json.dump(asdict(build(workspace, *arguments)), sys.stdout)


if __name__ == "__main__":
    main()
