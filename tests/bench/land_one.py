"""Lands one source into an empty data folder, and says how long it took.

    python -m tests.bench.land_one SOURCE FOLDER

Files are those of FOLDER/inbox; settings are those of the environment. Start of the
process and imports are left out. Prints JSON: seconds, and rows by table.
"""

import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path

from sources import discover
from sources._base.landing import land
from tests.pipelines.harness import CLOCK


def main(name: str, data: Path) -> None:
    """Lands it; raises what went wrong."""
    source = discover()[name]
    began = time.perf_counter()
    landed = land(
        source,
        raw_url=(data / "raw").resolve().as_uri(),
        work_folder=data / "dlt",
        inbox=data / "inbox",
        environment=os.environ,
        clock=datetime.fromisoformat(CLOCK),
    )
    seconds = time.perf_counter() - began
    counts = landed.counts
    rows = {
        table.name: counts.landed[table.name] - counts.quarantined[table.name]
        for table in source.tables
    }
    print(json.dumps({"seconds": seconds, "rows": rows}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
