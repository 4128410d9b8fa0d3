"""The real jobs in this process, again and again over one data folder.

The project is parsed once, Great Expectations imported once, and dbt builds what lies
downstream of what was struck; the rest stands as the morning's build left it. What
strikes between two dbt nodes, or before the smoke test, is hung in here: the pipeline
knows nothing of it. What is the same in every run is remembered (remembered.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from pipelines import dbt
from pipelines.automation import BUILD, EXTRACT
from pipelines.definitions import definitions
from pipelines.gate import record
from pipelines.gate.findings import Finding
from pipelines.logs import LOG_FILE
from pipelines.publish import release, shareable
from pipelines.publish.release import current_release
from pipelines.run import RunOptions
from pipelines.workspace import Workspace
from sources import discover
from tests.gate.in_place import in_place_of
from tests.gate.remembered import Memory

LATE_AFTER_HOURS = 30
WENT_WELL = ("success", "pass", "warn")
Strike = Callable[[duckdb.DuckDBPyConnection], None]


@dataclass(frozen=True)
class Outcome:
    """What a job came to: published or not, what failed, in how much processor time."""

    is_published: bool
    findings: tuple[Finding, ...] = ()
    failures: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def checks(self) -> list[str]:
        """The ids of the checks that blocked."""
        return [finding.check for finding in self.findings if finding.blocks]


@dataclass
class Hooks:
    """What strikes while a job runs.

    after: what happens to the warehouse once that model is made.
    shared: to the shareable file before it is searched. files: to the release's folder
    before the smoke test.
    """

    model: str = ""
    after: Strike | None = None
    shared: Strike | None = None
    files: Callable[[Path], None] | None = None
    struck: list[str] = field(default_factory=list)


class Project:
    """One data folder, its jobs, and what they know of the project."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        workspace.prepare()
        self._definitions = definitions(workspace, LATE_AFTER_HOURS)
        self.manifest = dbt.parse(workspace)
        self._memory = Memory()

    def extract(self, options: RunOptions, source: str) -> tuple[str, ...]:
        """Loads one source; returns what it says went wrong."""
        keys = [dg.AssetKey([source, t.name]) for t in discover()[source].tables]
        return _failures(self._run(EXTRACT, options, keys))

    def build(
        self,
        options: RunOptions,
        *,
        selected: Sequence[str] = (),
        made: Sequence[dbt.NodeResult] = (),
        hooks: Hooks | None = None,
    ) -> Outcome:
        """Builds, audits and publishes.

        selected: what dbt builds, everything by default. made: what the morning's build
        made of the models; marts that are not selected stand as they were made.
        """
        before = current_release(self.workspace.published)
        started = processor_seconds()
        with (
            self._memory.used(),
            _hung(hooks or Hooks(), self.manifest, selected, made),
        ):
            result = self._run(BUILD, options, None)
        now = current_release(self.workspace.published)
        kept = record.read(self.workspace)
        return Outcome(
            is_published=result.success and now != before,
            findings=kept.findings if kept else (),
            failures=_failures(result),
            seconds=processor_seconds() - started,
        )

    def _run(
        self, job: str, options: RunOptions, keys: list[dg.AssetKey] | None
    ) -> dg.ExecuteInProcessResult:
        os.environ[LOG_FILE] = str(self.workspace.logs / "jobs.log")
        with dg.DagsterInstance.ephemeral() as instance:
            return self._definitions.resolve_job_def(job).execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config={
                    "resources": {"options": {"config": options.model_dump()}},
                    "loggers": {"console": {}},
                },
                asset_selection=keys,
            )


def _failures(result: dg.ExecuteInProcessResult) -> tuple[str, ...]:
    told = []
    for event in result.get_step_failure_events():
        data = event.step_failure_data
        words = data.user_failure_data.description if data.user_failure_data else None
        error = data.error
        cause = (error.cause or error).message.strip() if error else ""
        told.append(f"{event.step_key}: {words or cause}")
    return tuple(told)


def processor_seconds() -> float:
    """Returns what this process and its finished children have used."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@contextmanager
def _hung(
    hooks: Hooks,
    manifest: Any,
    selected: Sequence[str],
    made: Sequence[dbt.NodeResult],
) -> Iterator[None]:
    whole, runner = dbt.build, dbt.dbtRunner
    smoke_test, search = release.smoke_test, shareable.search_for_people
    problems: list[BaseException] = []

    def between(event: Any) -> None:
        if event.info.name != "LogModelResult" or hooks.after is None:
            return
        if (
            event.data.node_info.node_name != hooks.model
            or event.data.status == "ERROR"
        ):
            return
        environment = DuckDBConnectionManager._ENV
        assert environment is not None
        try:
            hooks.after(environment.conn.cursor())
            hooks.struck.append(hooks.model)
        except BaseException as error:  # noqa: BLE001 - dbt would only log it
            problems.append(error)

    def runner_with_hook(*, manifest: Any = None, callbacks: Any = ()) -> Any:
        return runner(manifest=manifest, callbacks=[*callbacks, between])

    def build(
        workspace: Workspace, arguments: Sequence[str], parsed: Any = None
    ) -> list[dbt.NodeResult]:
        more = ["--no-write-json", *(["--select", *selected] if selected else [])]
        results = whole(workspace, [*arguments, *more], manifest)
        ran = {result.node["unique_id"] for result in results}
        is_whole = all(r.node["node_status"] in WENT_WELL for r in results)
        return [*(_marts(made, ran) if selected and is_whole else []), *results]

    def searched(connection: duckdb.DuckDBPyConnection, *more: Any) -> None:
        if hooks.shared is not None:
            hooks.shared(connection)
            hooks.struck.append("shared")
        search(connection, *more)

    def smoke_tested(folder: Path, marts: Any) -> None:
        if hooks.files is not None:
            hooks.files(folder)
            hooks.struck.append("files")
        smoke_test(folder, marts)

    with in_place_of(
        (dbt, "build", build),
        (dbt, "dbtRunner", runner_with_hook),
        (release, "smoke_test", smoke_tested),
        (shareable, "search_for_people", searched),
    ):
        yield
    if problems:
        raise problems[0]


def _marts(made: Sequence[dbt.NodeResult], ran: set[str]) -> list[dbt.NodeResult]:
    return [
        result
        for result in made
        if result.node["unique_id"] not in ran
        and result.node["node_path"].startswith("marts/")
    ]
