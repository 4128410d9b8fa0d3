"""The sandbox's community as the pipeline sees it, with the sandbox's truth.

A whole refresh from nothing, over all platforms; then int_accounts and
int_account_links as they are in the warehouse.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.identity import frames
from pipelines.identity.measure import LabelledSet
from pipelines.workspace import PROJECT
from tests.bench.benchmark import Failed
from tests.pipelines.harness import Project

# Teams stay: they are nobody's, and whoever is joined with one is joined wrongly.
JUDGED = ("person", "internal", "team")


def load(folder: Path, members: int, seed: int) -> LabelledSet:
    """The set; refreshed again where the code that makes it changed. Raises: Failed."""
    project = Project(folder / f"sandbox_{members}_{seed}")
    project.runs_unit_tests = False
    marker = project.data / "made_by"
    if not marker.exists() or marker.read_text() != _code():
        shutil.rmtree(project.data, ignore_errors=True)
        _refresh(project, members, seed)
        marker.write_text(_code())
    accounts = _read(project, "int_accounts", frames.ACCOUNTS.names)
    links = _read(project, "int_account_links", frames.LINKS.names)
    truth = pd.read_csv(project.folder / "truth" / "identities.csv", dtype="str")
    truth["account_id"] = truth["source"] + ":" + truth["account_id"]
    # Some accounts a platform has shown to nobody yet, or has merged away since.
    is_seen = truth["account_id"].isin(accounts["account_id"])
    truth = truth[is_seen & truth["kind"].isin(JUDGED) & truth["person_id"].notna()]
    return LabelledSet(
        f"sandbox-{members}",
        frames.shaped(accounts, frames.ACCOUNTS),
        frames.shaped(links, frames.LINKS),
        truth[["account_id", "person_id"]],
    )


def _code() -> str:
    """Hash of what accounts come from: the sandbox, the connectors, the models."""
    files = [
        *PROJECT.glob("sources/**/*.py"),
        *PROJECT.glob("dbt_project/models/staging/**/*.sql"),
        *PROJECT.glob("dbt_project/models/intermediate/**/*.sql"),
    ]
    content = hashlib.sha256()
    for file in sorted(files):
        content.update(file.read_bytes())
    return content.hexdigest()


def _refresh(project: Project, members: int, seed: int) -> None:
    done = project.refresh("--members", str(members), "--seed", str(seed))
    # What the gate says of the marts is not asked here: the accounts are.
    if not (project.data / "sandbox" / "warehouse.duckdb").exists():
        raise Failed(f"the refresh ended with {done.returncode}:\n{done.stdout}")


def _read(project: Project, table: str, columns: list[str]) -> pd.DataFrame:
    file = project.folder / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(
            f"SELECT {', '.join(columns)} FROM intermediate.{table} ORDER BY ALL"
        ).df()
