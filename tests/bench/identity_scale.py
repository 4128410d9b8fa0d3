"""Time and memory by the number of accounts: a first run, 1,000 more, and no news.

Each run is a process of its own on the data folder that the one before left, as daily
runs are. The last one rebuilds everything in an empty folder: it must say the same.
"""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq

from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.identity_community import community
from tests.bench.measure import python, ran
from tests.bench.tables import table

SIZES = (10_000, 100_000, 1_000_000)
NEW = 1_000
NAME = "scale"
FIRST, MORE, AGAIN, REBUILD = "first run", f"{NEW:,} more", "no news", "rebuild"


def run(bench: Bench, size: int) -> Figures:
    """Makes the community and resolves it four times."""
    folder = bench.fresh(f"{NAME}_{size}")
    before, after = community(size + NEW).parted(NEW)
    for name, part in (("before", before), ("after", after)):
        pq.write_table(part.accounts, folder / f"{name}_accounts.parquet")
        pq.write_table(part.links, folder / f"{name}_links.parquet")
    del before, after
    figures: Figures = {"accounts": size, "runs": {}}
    steps = (
        (FIRST, "before", "daily"),
        (MORE, "after", "daily"),
        (AGAIN, "after", "daily"),
        (REBUILD, "after", "rebuilt"),
    )
    for day, (name, part, data) in enumerate(steps, 1):
        figures["runs"][name] = _resolved(str(folder), part, data, str(day))
        bench.say(f"{name}: {figures['runs'][name]['seconds']:.1f} s")
    figures["apart"] = _apart(*(folder / f"{name}.parquet" for name in "24"))
    if figures["runs"][AGAIN]["decisions"]:
        raise Failed("a run without news took decisions")
    return figures


def _resolved(*arguments: str) -> Figures:
    """One run: what it tells of itself, and its highest memory. Raises: Failed."""
    run = ran("resolving", python("tests.bench.identity_scale_run", *arguments))
    return {**run.said(), "peak_mib": run.peak_mib}


def _apart(*files: object) -> int:
    """Accounts that are not with the same others in both maps."""
    daily, rebuilt = (pd.read_parquet(file) for file in files)
    both = daily.merge(rebuilt, on="account_id", suffixes=("", "_rebuilt"))
    pair = ["member_id", "member_id_rebuilt"]
    shared = both.groupby(pair)["account_id"].transform("size")
    differs = [
        both.groupby(name)["account_id"].transform("size") != shared for name in pair
    ]
    return int((differs[0] | differs[1]).sum())


def benchmark(size: int) -> Benchmark:
    """The benchmark of one size."""
    return Benchmark(
        f"{NAME}-{size}",
        f"Time and memory: {size:,} accounts",
        lambda bench: run(bench, size),
        report,
    )


def report(figures: Figures) -> str:
    """The four runs of one size."""
    return side_by_side([figures])


def side_by_side(sizes: list[Figures]) -> str:
    """All runs of all sizes, and whether the daily ones agree with the rebuild."""
    rows = [
        (
            *(name, one["accounts"], one["seconds"], one["cpu_seconds"]),
            *(one["peak_mib"], one["decisions"]),
        )
        for figures in sizes
        for name, one in figures["runs"].items()
    ]
    agreements = [
        f"{figures['accounts']:,} accounts: "
        + (f"{figures['apart']:,} accounts differ" if figures["apart"] else "the same")
        for figures in sizes
    ]
    headers = ("run", "accounts", "seconds", "processor seconds")
    return (
        table((*headers, "highest memory, MiB", "decisions"), rows)
        + f"\n\nMembers by daily runs and by a rebuild: {'; '.join(agreements)}."
    )


BENCHMARKS = tuple(benchmark(size) for size in SIZES)
