"""Extracts the configured API sources into an empty data folder, and says how long.

    python -m tests.bench.extract_alone FOLDER

As the extract step does it, without the rest of a refresh. Prints JSON.
"""

import json
import os
import sys
import time
from pathlib import Path

from pipelines.assets.extract import land_all
from pipelines.run import RunOptions, parse_clock, resolve
from sources import discover
from sources._base.landing import Landed
from tests.pipelines.harness import CLOCK


def main(data: Path) -> None:
    """Lands them; raises what went wrong."""
    run = resolve(RunOptions(data=str(data)), clock=parse_clock(CLOCK))
    run.workspace.prepare()
    sources = [
        source
        for source in discover().values()
        if source.settings and not source.missing(source.configured(os.environ))
    ]
    rows, began = 0, time.perf_counter()
    for source, outcome in land_all(sources, run):
        if not isinstance(outcome, Landed):
            raise SystemExit(f"{source.name}: {outcome}")
        rows += outcome.rows
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": rows}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
