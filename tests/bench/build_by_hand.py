"""What does dbt, its tests and contracts cost over the same SQL run by hand?"""

from __future__ import annotations

import json
import time
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from tests.bench import measure, refresh_files, refresh_sandbox
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.tables import table
from tests.pipelines.harness import NEXT_DAY, Project

NAME = "build_by_hand"
RUNS = 3
PREPARED_BY = (refresh_sandbox, refresh_files)
Node = dict[str, Any]


def run(bench: Bench) -> Figures:
    """Builds the next day of each community that is there, then the same by hand."""
    found = [bench.folder / module.NAME for module in PREPARED_BY]
    if not any(_is_built(folder) for folder in found):
        refresh_sandbox.run(bench)
    return {
        folder.name: _compare(bench, folder) for folder in found if _is_built(folder)
    }


def _is_built(folder: Path) -> bool:
    return (folder / "data" / "published" / "community.duckdb").exists()


def _compare(bench: Bench, prepared: Path) -> Figures:
    project = Project(prepared / "data").copy(bench.fresh(NAME) / "data")
    measured = measure.refresh(project, clock=NEXT_DAY)
    target = project.data / "dbt_target"
    nodes = ordered_nodes(json.loads((target / "manifest.json").read_text()))
    spent: Counter[str] = Counter()
    for result in json.loads((target / "run_results.json").read_text())["results"]:
        spent[_kind(result["unique_id"], nodes)] += result["execution_time"]
    by_hand = [build(project, nodes) for _ in range(bench.size(RUNS, 1))]
    bench.say(f"{prepared.name}: by hand {min(by_hand):.1f} s")
    return {
        "build": round(measured.step("build").seconds, 2),
        "by_hand": round(median(by_hand), 2),
        "models": len(nodes),
        "spent": {kind: round(seconds, 2) for kind, seconds in spent.items()},
    }


def ordered_nodes(manifest: Node) -> list[Node]:
    """Returns models and seeds, each after what it reads."""
    nodes = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    graph = {
        name: [other for other in node["depends_on"].get("nodes", []) if other in nodes]
        for name, node in nodes.items()
    }
    return [nodes[name] for name in TopologicalSorter(graph).static_order()]


def _kind(unique_id: str, nodes: list[Node]) -> str:
    """Returns what a result of dbt's is, in words."""
    if not unique_id.startswith("model."):
        return {"seed": "seeds", "test": "tests"}.get(unique_id.split(".")[0], "other")
    node = next(node for node in nodes if node["unique_id"] == unique_id)
    return "models in Python" if _is_copied(node) else "models in SQL"


def _is_copied(node: Node) -> bool:
    return bool(node["resource_type"] == "seed" or node["language"] == "python")


def build(project: Project, nodes: list[Node]) -> float:
    """Runs the compiled SQL in a fresh database; returns the seconds of the SQL.

    Seeds and the results of Python models are copied in, outside the time. Raises:
    Failed when a mart has other rows than dbt's.
    """
    # dbt's SQL names the database after its file.
    file = project.data.parent / "by_hand" / project_database(project).name
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)
    seconds = 0.0
    with duckdb.connect(str(file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{project_database(project)}' AS built (READ_ONLY)")
        for schema in {node["schema"] for node in nodes}:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for node in nodes:
            statement = _statement(node)
            began = time.perf_counter()
            connection.execute(statement)
            if not _is_copied(node):
                seconds += time.perf_counter() - began
        _check(connection, nodes)
    return seconds


def project_database(project: Project) -> Path:
    """Returns the warehouse that dbt built."""
    return project.folder / "warehouse.duckdb"


def _statement(node: Node) -> str:
    name = f"{node['schema']}.{node['alias']}"
    if _is_copied(node):
        return f"CREATE TABLE {name} AS FROM built.{name}"
    kind = "VIEW" if node["config"]["materialized"] == "view" else "TABLE"
    return f"CREATE {kind} {name} AS {node['compiled_code']}"


def _check(connection: duckdb.DuckDBPyConnection, nodes: list[Node]) -> None:
    for node in nodes:
        if node["schema"] == "marts":
            name = f"marts.{node['alias']}"
            ((same,),) = connection.execute(
                f"SELECT (SELECT count(*) FROM {name})"
                f" = (SELECT count(*) FROM built.{name})"
            ).fetchall()
            if not same:
                raise Failed(f"{name} built by hand has other rows than dbt's")


def report(figures: Figures) -> str:
    """Says both times, their ratio, and where dbt's goes."""
    rows = [
        (name, one["build"], one["by_hand"], f"{one['build'] / one['by_hand']:.1f}")
        for name, one in figures.items()
    ]
    kinds = sorted({kind for one in figures.values() for kind in one["spent"]})
    spent = [
        (name, *(one["spent"].get(kind, 0.0) for kind in kinds))
        for name, one in figures.items()
    ]
    models = max(one["models"] for one in figures.values())
    return (
        f"The build step of the next day's refresh ({models} models and seeds, with"
        " contracts, comments and data tests; unit tests skipped, the code is the same)"
        " against its compiled SQL, statement by statement in dependency order in a"
        " fresh DuckDB file (seeds and the Python models' results copied in, outside"
        " the time; the marts' row counts are compared).\n\n"
        + table(("data of", "build step, s", "by hand, s", "ratio"), rows)
        + "\n\nWhat dbt's two threads spent, seconds by kind of node:\n\n"
        + table(("data of", *kinds), spent)
    )


BENCHMARK = Benchmark(NAME, "Build against the same SQL by hand", run, report)
