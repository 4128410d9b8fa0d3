"""What dbt's tests and models came to, as findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.dbt import NodeResult
from pipelines.gate.findings import (
    DBT_TEST,
    MODEL,
    SAMPLE_ROWS,
    UNIT_TEST,
    Finding,
    without_addresses,
)
from pipelines.gate.words import of_dbt_test

# Of a failing row only what names it is shown: no name, title or address of anybody.
SHOWN = re.compile(r"_id$|^(source|n_records|row_count|expected_count|problem)$")
FAILED_ROWS = re.compile(r"Got (\d+) results?")


@dataclass(frozen=True)
class Test:
    """A test as the manifest has it: its name, its model, and what it means."""

    name: str
    model: str
    meaning: str


def findings(
    results: Sequence[NodeResult], nodes: Mapping[str, Any], warehouse: Path
) -> Iterator[Finding]:
    """Yields a finding for every test that ran, and for every model that broke.

    nodes: of the manifest, by unique id. The rows of tests that failed are read from
    the warehouse.
    """
    for result in results:
        status = result.node.get("node_status")
        kind = result.node.get("resource_type")
        name = str(result.node.get("node_name", ""))
        if status == "skipped":  # what it needs broke, and is told
            continue
        if kind == "test":
            test = _test(name, nodes.get(str(result.node.get("unique_id"))))
            yield _of_test(test, result, warehouse)
        elif kind == "unit_test":
            passed = status not in ("fail", "error")  # dbt says success, not pass
            yield Finding(
                mart=name,
                expectation="unit test",
                reason="the SQL gives what its example says",
                passed=passed,
                observed="as expected" if passed else "another result",
                sample=(),
                bound="the rows of the example",
                home=UNIT_TEST,
            )
        elif status == "error":
            yield Finding(
                mart=name,
                expectation="is built",
                reason="a table that cannot be built keeps what needs it back",
                passed=False,
                observed=without_addresses(" ".join(result.message.split())[:500]),
                sample=(),
                bound="built without an error",
                home=MODEL,
            )


def _of_test(test: Test, result: NodeResult, warehouse: Path) -> Finding:
    status = result.node.get("node_status")
    passed = status == "pass"
    rows = FAILED_ROWS.search(result.message)
    observed = f"rows: {rows[1]}" if rows else " ".join(result.message.split())[:500]
    return Finding(
        mart=test.model,
        expectation=test.name,
        reason=test.meaning,
        passed=passed,
        observed="rows: 0" if passed else without_addresses(observed or str(status)),
        sample=() if passed else _sample(result.sql, warehouse),
        bound="no row that says otherwise",
        home=DBT_TEST,
        warns=status == "warn",
    )


def _test(name: str, node: Any) -> Test:
    if node is None:
        return Test(name, name, name)
    metadata = getattr(node, "test_metadata", None)
    attached = getattr(node, "attached_node", None)
    model = attached.rpartition(".")[2] if attached else _first_reference(node)
    found = {"name": metadata.name, "kwargs": metadata.kwargs} if metadata else None
    meaning = of_dbt_test(name, found, node.description or "", node.raw_code or "")
    return Test(name, model or name, meaning)


def _first_reference(node: Any) -> str:
    references = getattr(node, "refs", [])
    return str(references[-1].name) if references else ""


def _sample(sql: str, warehouse: Path) -> tuple[str, ...]:
    """Returns the keys of the first rows of a test that failed."""
    if not sql:
        return ()
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            found = connection.execute(
                f"SELECT * FROM ({sql}) AS failing LIMIT {SAMPLE_ROWS}"
            )
            names = [column[0] for column in found.description]
            rows = found.fetchall()
    except duckdb.Error:  # its tables are gone or half made; the count was told
        return ()
    shown = (
        ", ".join(
            f"{name} {without_addresses(str(value))}"
            for name, value in zip(names, row, strict=True)
            if SHOWN.search(name)
        )
        for row in rows
    )
    return tuple(text for text in shown if text)
