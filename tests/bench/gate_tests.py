"""Every dbt data test against a mutation made for it: does it fail, and does it alone?

    python -m tests.bench.gate_tests [--data data/bench/gate/seed-101/base]

Over a copy of a warehouse that is built (the gate's bench leaves one): as little of a
row as the test is about is spoilt, the tests of that model are asked, and all is rolled
back. The table goes to docs/reliability.md.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from pipelines import dbt
from pipelines.workspace import PROJECT, Workspace
from tests.bench.gate_table import DOCUMENT
from tests.bench.marked import put
from tests.bench.tables import table
from tests.gate.trial import as_table

BASE = PROJECT / "data" / "bench" / "gate" / "seed-101" / "base"
MARK = "<!-- dbt tests -->"
ALONE, WITH_OTHERS, REFUSED, EMPTY, PASSES = VERDICTS = (
    *("fails alone", "fails with others", "the table refuses it", "no rows"),
    "does not fail",
)
# of kind None: written for one thing each, and in the list of corruptions
IN_THE_LIST = "in the list above"
Tried = tuple[str, str, str]


@dataclass(frozen=True)
class Model:
    """A table of the warehouse and the tests about it."""

    connection: duckdb.DuckDBPyConnection
    name: str
    tests: Sequence[Any]

    def mutations(self, test: Any) -> Iterator[str]:
        """Yields statements that the test should fail after, the gentlest first."""
        kind, given = test.test_metadata.name, test.test_metadata.kwargs
        where = test.config.where or given.get("model_where") or "true"
        chosen = f"(SELECT min(rowid) FROM {self.name} WHERE {where})"
        other = f"(SELECT max(rowid) FROM {self.name} WHERE {where})"
        column = given.get("column_name")
        if kind == "not_null":
            yield f"UPDATE {self.name} SET {column} = NULL WHERE rowid = {chosen}"
        elif kind in ("unique", "is_unique_together", "is_keyed_by"):
            columns = given.get("columns") or [column]
            pairs = ", ".join(f"{name} = first.{name}" for name in columns)
            yield (
                f"UPDATE {self.name} SET {pairs} FROM (SELECT * FROM {self.name}"
                f" WHERE rowid = {chosen}) AS first WHERE {self.name}.rowid = {other}"
            )
            yield f"INSERT INTO {self.name} FROM {self.name} WHERE rowid = {chosen}"
        elif kind in ("accepted_values", "relationships"):
            no_such = f"{column} = 'none such'"
            yield f"UPDATE {self.name} SET {no_such} WHERE rowid = {chosen}"
        elif kind == "has_as_many_rows_as":
            yield f"DELETE FROM {self.name} WHERE rowid = {chosen}"
        elif kind == "has_no_overlapping_days":
            yield (
                f"UPDATE {self.name} SET valid_to = valid_from - 1"
                f" WHERE rowid = {chosen}"
            )
        else:  # a condition: what it rests on is not known any more, or too large
            for name, value in product(self._columns(), ("NULL", "{} + 7")):
                if re.search(rf"\b{name}\b", given["condition"]):
                    new = f"{name} = {value.format(name)}"
                    yield f"UPDATE {self.name} SET {new} WHERE rowid = {chosen}"

    def tried(self, test: Any) -> str:
        """Returns the verdict on one of its tests."""
        if not self._count(f"SELECT * FROM {self.name}"):
            return EMPTY
        refused = False
        for mutation in self.mutations(test):
            self.connection.execute("BEGIN")
            try:
                self.connection.execute(mutation)
                if self._count(test.compiled_code):
                    others = [
                        one.name
                        for one in self.tests
                        if one is not test and self._count(one.compiled_code)
                    ]
                    return WITH_OTHERS if others else ALONE
            except duckdb.ConstraintException:
                refused = True
            except duckdb.BinderException:  # seven more of what is no number
                continue
            finally:
                self.connection.execute("ROLLBACK")
        return REFUSED if refused else PASSES

    def _columns(self) -> list[str]:
        described = self.connection.execute(f"DESCRIBE {self.name}").fetchall()
        return [row[0] for row in described]

    def _count(self, query: str) -> int:
        row = self.connection.execute(f"SELECT count(*) FROM ({query})").fetchone()
        return int(row[0]) if row else 0


def main() -> int:
    """Tries every test and writes the table; returns 1 when one never fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.gate_tests")
    parser.add_argument("--data", type=Path, default=BASE, help="a built data folder")
    tried = list(run(Workspace(parser.parse_args().data)))
    put(DOCUMENT, MARK, "\n\n".join(_page(tried)))
    return 1 if any(verdict == PASSES for _, _, verdict in tried) else 0


def run(workspace: Workspace) -> Iterator[Tried]:
    """Yields kind, name and verdict of each test."""
    manifest = dbt.parse(workspace)
    tests = _compiled(workspace, manifest)
    with tempfile.TemporaryDirectory() as folder:
        # The compiled tests ask a database of the file's name.
        copy = Path(folder) / workspace.warehouse.name
        shutil.copy(workspace.warehouse, copy)
        with duckdb.connect(str(copy)) as connection:
            for unique_id, about in tests.items():
                if not unique_id:
                    yield from (("", test.name, IN_THE_LIST) for test in about)
                    continue
                node = manifest.nodes[unique_id]
                as_table(connection, node.schema, node.name)
                model = Model(connection, f"{node.schema}.{node.name}", about)
                for test in about:
                    yield test.test_metadata.name, test.name, model.tried(test)


def _compiled(workspace: Workspace, manifest: Any) -> dict[str, list[Any]]:
    with dbt._environment(workspace):
        result = dbtRunner(manifest=manifest).invoke(
            ["compile", *dbt._common(), "--select", "resource_type:test"]
        )
        DuckDBConnectionManager.close_all_connections()
    if result.result is None:
        raise dbt.DbtFailed(str(result.exception))
    found: dict[str, list[Any]] = defaultdict(list)
    for node in sorted(
        (one.node for one in result.result.results), key=lambda node: node.unique_id
    ):
        found[getattr(node, "attached_node", None) or ""].append(node)
    return found


def _page(tried: Sequence[Tried]) -> Iterator[str]:
    counts = Counter((kind, verdict) for kind, _, verdict in tried)
    kinds = sorted({kind for kind, _, _ in tried if kind})
    yield table(
        ["dbt test", "tests", *VERDICTS],
        [
            [
                f"`{kind}`",
                sum(counts[kind, verdict] for verdict in VERDICTS),
                *(counts[kind, verdict] for verdict in VERDICTS),
            ]
            for kind in kinds
        ],
    )
    own = sorted(name for kind, name, _ in tried if not kind)
    yield (
        f"{len(own)} are written for one thing each and tried in the list above:"
        f" {', '.join(f'`{name}`' for name in own)}."
    )
    for verdict in (PASSES, EMPTY):
        names = [name for _, name, found in tried if found == verdict]
        if names:
            yield f"{verdict.capitalize()}: {', '.join(f'`{n}`' for n in names)}."


if __name__ == "__main__":
    sys.exit(main())
