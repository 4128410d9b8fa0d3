"""dbt in this process: one start, one invocation per build.

A dbt command of its own costs 4-5 s of imports on every call; the runner shares ours.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from google.protobuf.json_format import MessageToDict

from pipelines.fingerprint import code_fingerprint
from pipelines.workspace import DBT_PROJECT, Workspace


class DbtFailed(Exception):
    """dbt ended with an error of its own (not a failing test)."""


def parse(workspace: Workspace) -> Manifest:
    """Returns the project's manifest; writes manifest.json to the target folder.

    Raises: DbtFailed with dbt's own message.
    """
    with _environment(workspace):
        result = dbtRunner().invoke(["parse", *_common()])
    if not result.success or not isinstance(result.result, Manifest):
        raise DbtFailed(f"dbt cannot read the project: {result.exception}")
    return result.result


def manifest_path(workspace: Workspace) -> Path:
    """Returns where `parse` leaves manifest.json."""
    return workspace.dbt_target / "manifest.json"


@dataclass(frozen=True)
class NodeResult:
    """One node of a build: its event in dbt's structured log, and dbt's message.

    sql: what the database was asked, "" when it was not.
    """

    event: Mapping[str, Any]
    message: str
    sql: str = ""

    @property
    def node(self) -> Mapping[str, Any]:
        info: Mapping[str, Any] = self.event["data"]["node_info"]
        return info


def build(
    workspace: Workspace, arguments: Sequence[str], manifest: Manifest | None = None
) -> list[NodeResult]:
    """Runs `dbt build` and returns what became of each node, in the order they ended.

    Raises: DbtFailed when dbt itself broke; failing models and tests are results.
    """
    events: list[Mapping[str, Any]] = []

    def keep(event: Any) -> None:
        if event.info.name.startswith("Log") and event.info.name.endswith("Result"):
            events.append(MessageToDict(event, preserving_proto_field_name=True))

    with _environment(workspace):
        runner = dbtRunner(manifest=manifest, callbacks=[keep])
        result = runner.invoke(["build", *_common(), *arguments])
        # The runner leaves the warehouse open; the audit reads it read-only next.
        DuckDBConnectionManager.close_all_connections()
    if result.exception is not None:
        raise DbtFailed(str(result.exception))
    said = {
        r.node.unique_id: (r.message or "", getattr(r.node, "compiled_code", "") or "")
        for r in result.result.results
    }
    return [
        NodeResult(event, *said.get(event["data"]["node_info"]["unique_id"], ("", "")))
        for event in events
    ]


def compiled(
    workspace: Workspace, selected: Sequence[str]
) -> tuple[Manifest, dict[str, str]]:
    """Returns the manifest, and the compiled SQL of the selected models by unique id.

    Raises: DbtFailed with dbt's own message.
    """
    manifest = parse(workspace)
    with _environment(workspace):
        result = dbtRunner(manifest=manifest).invoke(
            ["compile", *_common(), "--select", *selected]
        )
        DuckDBConnectionManager.close_all_connections()
    if not result.success:
        raise DbtFailed(f"dbt cannot compile the project: {result.exception}")
    return manifest, {
        r.node.unique_id: r.node.compiled_code
        for r in result.result.results
        if r.node.resource_type == "model" and r.node.compiled_code
    }


def _common() -> list[str]:
    return [
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--log-level",
        "none",
        "--log-level-file",
        "info",
        "--no-use-colors",
    ]


@contextmanager
def _environment(workspace: Workspace) -> Iterator[None]:
    before = dict(os.environ)
    # Models that keep rows of the last run do so for the code that wrote them only.
    os.environ.update(workspace.environment(), TSUNAGARI_CODE=code_fingerprint())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
