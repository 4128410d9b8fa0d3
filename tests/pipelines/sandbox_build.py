"""The sandbox as far as a test needs it: landed over HTTP and files, built in part.

No audit, no marts, no release, and no process of its own: about 15 s where a refresh
takes a minute.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from pipelines import dbt
from pipelines.settings import last_complete_day
from pipelines.workspace import Parameters, Workspace
from sources import discover
from sources._base.landing import PACE, land
from sources._sandbox.community import Community, generate
from sources._sandbox.server import SandboxServer
from tests.pipelines.harness import CLOCK
from tests.pipelines.parsed import plant

MEMBERS = ("+account_members",)


@dataclass(frozen=True)
class Built:
    """A community, and a data folder with the warehouse made of what it shows."""

    community: Community
    workspace: Workspace

    def frame(self, sql: str) -> pd.DataFrame:
        file = str(self.workspace.warehouse)
        with duckdb.connect(file, read_only=True) as connection:
            return connection.execute(sql).df()

    def truth(self, name: str) -> pd.DataFrame:
        """One of the sandbox's tables of truth, all text, '' for nothing."""
        path = self.workspace.data / "truth" / f"{name}.csv"
        return pd.read_csv(path, dtype="str", keep_default_na=False)


def built(data: Path, *selected: str, seed: int = 1, members: int = 200) -> Built:
    """A sandbox whose selected models (and what they read) are built."""
    workspace = Workspace(data)
    workspace.prepare()
    clock = datetime.fromisoformat(CLOCK)
    today = last_complete_day(clock, "Asia/Tokyo")
    Parameters(
        clock=clock,
        as_of=today,
        timezone="Asia/Tokyo",
        fiscal_year_start_month=4,
        formula_version="v1",
        is_synthetic=True,
    ).write(workspace.parameters)
    community = generate(members=members, seed=seed, today=today)
    community.write_truth(data / "truth")
    with SandboxServer(community, requests_per_second=1_000_000) as server:
        server.write_inbox(workspace.inbox)
        for source in discover().values():
            land(
                source,
                raw_url=workspace.raw_url,
                work_folder=data / "dlt",
                inbox=workspace.inbox,
                environment={**server.settings(), PACE: "1000000"},
                clock=clock,
            )
    plant(workspace)
    wanted = ["--resource-type", "model", "--resource-type", "seed"]
    results = dbt.build(workspace, [*wanted, "--select", *(selected or MEMBERS)])
    failed = [result.message for result in results if _status(result) == "error"]
    assert failed == []
    return Built(community, workspace)


def _status(result: dbt.NodeResult) -> str:
    return str(result.node["node_status"])
