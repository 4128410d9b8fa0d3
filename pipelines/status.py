"""`make sources`: every source, whether it is configured, and how it is doing.

    python -m pipelines.status [--data D] [--inbox I]

Reads raw and the settings only: it may run beside a refresh.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
from tabulate import tabulate

from pipelines.age import LastLoad, last_loads
from pipelines.refresh import where
from pipelines.settings import Settings, read_environment
from sources import discover
from sources._base.raw import RawReader
from sources._base.source import Source

HEADERS = ("source", "kind", "state", "last load", "rows", "quarantined", "reads")


def main() -> None:
    """Prints the table and where it was read."""
    parser = argparse.ArgumentParser(prog="sources", description=main.__doc__)
    parser.add_argument("--data", default="", help="data folder (default data/)")
    parser.add_argument("--inbox", default="", help="folder of exported files")
    given = parser.parse_args()
    environment = read_environment(os.environ)
    workspace, is_synthetic = where(given, environment)
    print(
        table(
            workspace.raw,
            workspace.inbox,
            environment,
            clock=datetime.now(UTC),  # a report on this moment: nothing is built on it
            late_after_hours=Settings.read(environment).late_after_hours,
        )
    )
    print(f"\nraw data: {workspace.raw}\ninbox: {workspace.inbox}")
    if is_synthetic:
        print("Nothing is configured: this is the sandbox. ALL NUMBERS ARE SYNTHETIC.")


def table(
    raw: Path,
    inbox: Path,
    environment: Mapping[str, str],
    *,
    clock: datetime,
    late_after_hours: int,
) -> str:
    """Returns one line per discovered source, configured or not.

    rows: landed over all complete loads, without those set aside (quarantined).
    """
    loads = last_loads(raw)
    lines = []
    for name, source in discover().items():
        landed, quarantined = _totals(raw, name)
        load = loads.get(name)
        lines.append(
            (
                name,
                source.kind,
                _state(source, environment, inbox, load, clock, late_after_hours),
                f"{load.hours(clock):.1f} h ago" if load else "never",
                landed - quarantined,
                quarantined,
                _reads(source),
            )
        )
    return tabulate(lines, headers=HEADERS, intfmt=",", disable_numparse=[3])


def _state(
    source: Source,
    environment: Mapping[str, str],
    inbox: Path,
    load: LastLoad | None,
    clock: datetime,
    late_after_hours: int,
) -> str:
    settings = source.configured(environment)
    missing = source.missing(settings)
    if source.has_nothing_to_read(settings, inbox):
        wants = [f"set {', '.join(missing)}"] if missing else []
        if source.inbox_folder:
            wants.append(f"put files into inbox/{source.inbox_folder}/")
        return "not configured: " + " or ".join(wants)
    if load is None:
        return "configured, never loaded"
    if load.is_late(clock, late_after_hours):
        return "LATE"
    return f"ok, files only (no {', '.join(missing)})" if missing else "ok"


def _reads(source: Source) -> str:
    routes = ["API"] if any(s.required for s in source.settings) else []
    if source.inbox_folder:
        routes.append(f"inbox/{source.inbox_folder}/")
    return ", ".join(routes)


def _totals(raw: Path, source: str) -> tuple[int, int]:
    """Returns rows landed and rows set aside over all complete loads."""
    complete = RawReader(raw.resolve().as_uri()).complete_loads(source)
    landed = quarantined = 0
    for file in raw.glob(f"raw_{source}/load_counts/*.parquet"):
        for row in pq.read_table(file).to_pylist():
            if row["_dlt_load_id"] in complete and not row["period"]:
                landed += row["landed"] or 0
                quarantined += row["quarantined"] or 0
    return landed, quarantined


if __name__ == "__main__":
    main()
