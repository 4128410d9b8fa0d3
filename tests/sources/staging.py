"""From a connector to staging, as a refresh does it: for the tests of recordings."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines import dbt
from pipelines.workspace import Parameters, Workspace
from sources._base.landing import Landed, land
from sources._base.source import Source
from tests.pipelines.parsed import plant

GOOD = ("success", "pass", "warn")


def land_into(
    data: Path,
    source: Source,
    environment: dict[str, str],
    *,
    clock: datetime,
    **options: Any,
) -> Landed:
    """Lands a source in the data folder without waiting between requests."""
    return land(
        replace(source, requests_per_second=10_000.0),
        raw_url=(data / "raw").as_uri(),
        work_folder=data / "dlt",
        inbox=data / "inbox",
        environment=environment,
        clock=clock,
        **options,
    )


def build_staging(data: Path, *selected: str, clock: datetime) -> None:
    """Builds and tests staging models as of 2026-11-20.

    Buildable: tests over marts wait for the marts, which are not built here.
    """
    workspace = Workspace(data)
    workspace.prepare()
    Parameters(
        clock=clock,
        as_of=date(2026, 11, 20),
        timezone="Asia/Tokyo",
        fiscal_year_start_month=4,
        formula_version="v1",
        is_synthetic=False,
    ).write(workspace.parameters)
    plant(workspace)
    results = dbt.build(
        workspace,
        [
            *("--select", "stg_run__parameters", *selected),
            *("--exclude-resource-type", "unit_test"),
            *("--indirect-selection", "buildable"),
        ],
    )
    wrong = [r.message for r in results if r.node["node_status"] not in GOOD]
    assert results
    assert wrong == []
