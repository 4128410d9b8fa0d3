"""A big CSV through a column map: rows a second, and memory that does not grow."""

from __future__ import annotations

import csv
import time
from pathlib import Path

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.tables import table
from tests.pipelines.harness import CLOCK

NAME = "mapped_file"
ROWS = 1_000_000
MAP = """
title: Attendees
match: {requires: [ticket, member]}
columns:
  ticket: [チケットID]
  member: [ユーザーID]
  name: [参加者名]
  handle: [アカウント名]
  applied: [注文日時]
  state: [ステータス]
  company: [会社名]
rows:
  accounts:
    source: {const: portal}
    account_id: {column: member}
    handle: {column: handle}
    name: {column: name}
    company: {column: company}
  registrations:
    source: {const: portal}
    event_id: {const: e1}
    account_id: {column: member}
    status: {column: state, map: {支払済: accepted, キャンセル: cancelled}}
    registered_at: {column: applied}
"""
HEADER = (
    "販売ID,ユーザーID,参加者名,アカウント名,注文日時,チケット名,枚数,チケットID,"
    "ステータス,割引コード,会社名\n"
)


def run(bench: Bench) -> Figures:
    """Lands a tenth of the rows, then all: what memory adds is what rows cost."""
    rows = bench.size(ROWS, 1_000)
    sizes = {}
    for count in (rows // 10, rows):
        folder = bench.fresh(f"{NAME}_{count}")
        path = folder / "inbox" / "files" / "list.csv"
        path.parent.mkdir(parents=True)
        path.with_name("map.yaml").write_text(MAP, encoding="utf-8")
        _write(path, count)
        sizes[count] = {"mib": round(path.stat().st_size / measure.MIB)} | _land(folder)
        bench.say(f"{count:,} rows: {sizes[count]['seconds']} s")
    began = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    bare = time.perf_counter() - began
    return {"rows": rows, "sizes": list(sizes.items()), "bare": round(bare, 2)}


def _write(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for n in range(rows):
            member = n * 7_919 % 400_000
            applied = (
                f"2026/{1 + n % 12:02d}/{1 + n % 28:02d} {n % 24:02d}:{n % 60:02d}"
            )
            file.write(
                f"{n},{member},名前 {member},user{member},{applied},一般チケット,1,"
                f"{n}-1,支払済,,株式会社{member % 5_000}\n"
            )


def _land(folder: Path) -> Figures:
    command = measure.python(
        *("sources._base.landing", "files", "--clock", CLOCK),
        *("--raw", str(folder / "raw"), "--inbox", str(folder / "inbox")),
    )
    landed = measure.ran("landing", command)
    return {"seconds": round(landed.seconds, 1), "peak_mib": landed.peak_mib}


def report(figures: Figures) -> str:
    """Says time, speed and memory of both sizes."""
    rows = [
        (
            f"{count:,}",
            one["mib"],
            one["seconds"],
            f"{count / one['seconds']:,.0f}",
            one["peak_mib"],
        )
        for count, one in figures["sizes"]
    ]
    head = ("rows", "MiB", "seconds", "rows a second", "peak MiB")
    return (
        "A CSV of 11 columns landed by a column map into two tables of the universal"
        " import, start of the process, hash of the file and Parquet included. Reading"
        f" the bigger one with Python's `csv` alone takes {figures['bare']} s.\n\n"
        f"{table(head, rows)}"
    )


BENCHMARK = Benchmark(NAME, "A big file through a column map", run, report)
