"""Communities whose stars are known: two real ones and invented ones, day by day.

Built by the project's own pipeline in data/bench/stars/<set>; a warehouse that is there
is used again. Labels that the inbox does not show (2023 and later) join here.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from pipelines.stars import tables
from pipelines.stars.backtest import Calendar
from pipelines.stars.risk import EPOCH
from pipelines.stars.snapshots import Snapshots
from pipelines.workspace import PROJECT, Workspace
from tests.bench import score_warehouse
from tests.bench.benchmark import Failed
from tests.bench.scored_community import scored_community

DATA = PROJECT.parent / "shared" / "data"
CLOCK = "2026-11-21T05:00:00+09:00"
AS_OF = date(2026, 11, 20)
# The last day on which anything was seen in the real sets.
REAL_END = date(2026, 8, 22)

MODELS = ("features", "snapshots", "facts", "days", "answers", "contracts", "people")

# Labels of a file as members' star days, as int_stars makes them of the inbox.
STARS = """
    WITH named AS (
        SELECT lower(handle) AS handle, cast(date AS DATE) AS star_date,
            cast(is_date_lower_bound AS BOOLEAN) AS is_bound
        FROM read_csv('{file}')
        WHERE source = 'github' AND handle IS NOT NULL
    ),
    accounts AS (
        SELECT lower(handle) AS handle, min(account_id) AS account_id
        FROM intermediate.int_accounts
        WHERE source = 'github'
        GROUP BY ALL
        HAVING count(*) = 1
    )
    SELECT member_id, star_date, is_bound
    FROM named
    INNER JOIN accounts USING (handle)
    INNER JOIN identity.account_members USING (account_id)
    QUALIFY row_number() OVER (
        PARTITION BY member_id ORDER BY star_date, is_bound
    ) = 1
"""
PEOPLE = """
    SELECT people.* REPLACE (
        stars.star_date - DATE '1990-01-01' AS star_day,
        coalesce(stars.is_bound, false) AS is_date_lower_bound,
        1.0 AS weight
    )
    FROM intermediate.int_star_people AS people
    LEFT JOIN stars USING (member_id)
"""
INVENTED = """
    CREATE OR REPLACE TABLE identity.account_members AS
    SELECT 'portal:' || account_id AS account_id,
        'm' || substr(account_id, 2) AS member_id
    FROM read_parquet('{folder}/accounts.parquet') WHERE source = 'portal';
    CREATE OR REPLACE TABLE intermediate.int_labels AS
    SELECT 'portal:' || account_id AS account_id, label,
        cast(date AS DATE) AS label_date, false AS is_date_lower_bound
    FROM read_parquet('{folder}/labels.parquet');
    CREATE OR REPLACE TABLE staging.stg_files__contracts AS
    SELECT company_id, start_date, end_date FROM marts.fct_contracts;
    CREATE OR REPLACE TABLE intermediate.int_company_aliases AS
    SELECT company_id, company_id AS source_company_id FROM intermediate.int_companies;
    ALTER TABLE intermediate.int_member_affiliations ADD COLUMN IF NOT EXISTS
        known_since DATE;
    UPDATE intermediate.int_member_affiliations SET known_since = valid_from;
    ALTER TABLE intermediate.int_member_activities ADD COLUMN IF NOT EXISTS
        parent_activity_id VARCHAR;
"""


@dataclass(frozen=True)
class Community:
    """Members on snapshot days, and how long anything of them was seen."""

    name: str
    people: Snapshots
    days: Calendar
    end: int

    def bounds_as_dates(self) -> Community:
        """The same with every lower bound taken for the day: good for who, not when."""
        nobody = np.zeros(len(self.people.day), dtype=np.bool_)
        return replace(self, people=replace(self.people, is_bound=nobody))

    def half_years(self, first: date, horizon: int) -> list[int]:
        """Half-year ends from a day on whose horizon is over."""
        ends = [date(year, *end) for year in range(2003, 2027) for end in _HALVES]
        numbers = [number(end) for end in ends if end >= first]
        known = set(self.days.learned.tolist())
        return [day for day in numbers if day in known and day + horizon <= self.end]


_HALVES = ((6, 30), (12, 31))


def number(day: date) -> int:
    """Returns days since the project's first day."""
    return (day - EPOCH).days


def real(name: str, labels: str, folder: Path) -> Community:
    """A real set with the labels of a file beside its inbox; built when asked for."""
    inbox, workspace = DATA / name / "inbox", Workspace(folder / name)
    if not inbox.is_dir():
        raise Failed(f"no {inbox}: the shared data stands beside the project")
    if not workspace.warehouse.exists():
        _refresh(inbox, workspace)
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        connection.execute(
            "CREATE TEMP TABLE stars AS " + STARS.format(file=DATA / name / labels)
        )
        return _read(name, connection, PEOPLE, number(REAL_END))


def _refresh(inbox: Path, workspace: Workspace) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pipelines.refresh", "--data", workspace.data),
            *("--inbox", inbox, "--clock", CLOCK),
        ],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        workspace.warehouse.unlink(missing_ok=True)
        raise Failed(f"refreshing {inbox} failed; its log is in {workspace.logs}")


def invented(members: int, seed: int, folder: Path) -> Community:
    """An invented community (tests/bench/scored_community.py), its truth known."""
    home = folder / f"invented-{members}-{seed}"
    workspace = score_warehouse.prepare(home, AS_OF)
    if not (home / "built").exists():
        made = scored_community(members, members * 10, AS_OF, seed=seed)
        made.write(home / "files", AS_OF)
        score_warehouse.load(workspace, [home / "files"], AS_OF)
        with duckdb.connect(str(workspace.warehouse)) as connection:
            connection.execute(INVENTED.format(folder=home / "files"))
        score_warehouse.build(
            workspace,
            *("int_members_left", "int_rhythm_members", "int_star_labels", "int_stars"),
            *(f"int_star_{model}" for model in MODELS),
        )
        (home / "built").touch()
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        people = "FROM intermediate.int_star_people"
        return _read(home.name, connection, people, number(AS_OF))


def _read(
    name: str, connection: duckdb.DuckDBPyConnection, people: str, end: int
) -> Community:
    return Community(
        name=name,
        people=tables.read(connection.sql(people)),
        days=tables.calendar(connection.sql("FROM intermediate.int_star_snapshots")),
        end=end,
    )
