"""Do DuckDB clients 1.4, 1.5 and 2.0 read the published files?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.tables import table
from tests.pipelines.harness import Project

VERSIONS = ("1.4", "1.5", "2.0")
SCRIPT = Path(__file__).with_name("client_script.py")


def run(bench: Bench) -> Figures:
    """Publishes a sandbox, then opens both files with each client."""
    folder = bench.fresh("clients")
    project = Project(folder / "data")
    measure.refresh(project)
    published = project.folder / "published"
    files = [published / "community.duckdb", published / "community_shareable.duckdb"]
    seen = []
    for version in VERSIONS:
        bench.say(f"installing duckdb {version}")
        python = _environment(folder / version, version)
        for file in files:
            said = measure.checked([str(python), str(SCRIPT), str(file)])
            seen.append({"file": file.name, **json.loads(said)})
    return {"seen": seen}


def _environment(folder: Path, version: str) -> Path:
    """Makes a throw-away environment with that client; returns its Python."""
    measure.checked([sys.executable, "-m", "venv", str(folder)])
    python = folder / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", f"duckdb=={version}.*"]
    measure.checked([str(python), *install])
    return python


def report(figures: Figures) -> str:
    """Says what each client saw."""
    rows = [
        (
            one["client"],
            one["file"],
            one["tables"],
            one["rows"],
            one["without_comment"],
            one["as_of_rows"],
        )
        for one in figures["seen"]
    ]
    headers = (
        "client",
        "file",
        "tables",
        "rows",
        "tables and columns without comment",
        "rows of member_scores_as_of()",
    )
    return (
        "Every row of every table is read, comments are counted, and the as-of macro is"
        f" called, each from an environment of its own.\n\n{table(headers, rows)}"
    )


BENCHMARK = Benchmark("clients", "DuckDB clients", run, report)
