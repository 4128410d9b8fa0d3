"""Resolves accounts in a process of its own, and tells its time as JSON.

    python -m tests.bench.identity_scale_run FOLDER PART DATA DAY

FOLDER/PART_accounts.parquet and _links.parquet are resolved in the data folder
FOLDER/DATA; the members go to FOLDER/DAY.parquet. The time is that of resolving alone,
without starting Python and reading the files.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.identity import resolve

FIRST_RUN = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)


def main() -> None:
    """Runs once."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("part")
    parser.add_argument("data")
    parser.add_argument("day", type=int)
    given = parser.parse_args()
    accounts = pq.read_table(given.folder / f"{given.part}_accounts.parquet")
    links = pq.read_table(given.folder / f"{given.part}_links.parquet")
    data = given.folder / given.data
    run_at = FIRST_RUN + timedelta(days=given.day)
    began, cpu = time.monotonic(), time.process_time()
    members = resolve.account_members(accounts, links, data=data, run_at=run_at)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    log = resolve.decisions(data=data)
    run = f"{run_at:%Y%m%dT%H%M%SZ}"
    pq.write_table(
        members.select(["account_id", "member_id"]),
        given.folder / f"{given.day}.parquet",
    )
    figures = {
        "accounts": accounts.num_rows,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "decisions": sum(name == run for name in log["run_id"].to_pylist()),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
