"""The two jobs in this process, one after the other, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines.age import LastLoad, last_loads
from pipelines.alerts import Alerts, Event
from pipelines.assets.publish import evaluated_checks
from pipelines.automation import BUILD, EXTRACT
from pipelines.definitions import definitions
from pipelines.fingerprint import code_fingerprint, fingerprint
from pipelines.gate import record, rollbacks
from pipelines.gate.block import report_of
from pipelines.gate.record import Record
from pipelines.publish.publications import row_of
from pipelines.publish.release import current_release
from pipelines.run import Resolved, RunOptions
from pipelines.settings import SettingError
from pipelines.workspace import Workspace
from sources import discover

if TYPE_CHECKING:
    from pipelines.refresh import Terminal


TOLD = 5  # findings in a message; the report has all
BLOCKED = "DagsterAssetCheckFailedError"


@dataclass
class Outcome:
    """What a refresh came to. `problems` are sentences; none means all went well."""

    release: Path | None = None
    previous: Path | None = None
    is_unchanged: bool = False
    problems: list[Event] = field(default_factory=list)
    loads: dict[str, LastLoad] = field(default_factory=dict)
    checks_run: int = 0
    checks_failed: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    report: Path | None = None  # what people should look at, where there is one
    rolled_back: str = ""  # said of a roll-back that keeps readers where they are


def refresh(
    options: RunOptions,
    run: Resolved,
    instance: dg.DagsterInstance,
    terminal: Terminal,
    *,
    sources: str = "",
) -> Outcome:
    """Runs extract, then build whatever came of it; tells people what is wrong."""
    workspace = run.workspace
    outcome = Outcome(previous=current_release(workspace.published))
    with terminal.step("read the project"):
        defs = definitions(workspace, run.settings.late_after_hours)
    # Options as run config, so that the Dagster page shows what a run was asked to do;
    # `console` is our logger, which writes to the run's log file.
    config: dict[str, Any] = {
        "resources": {"options": {"config": options.model_dump()}},
        "loggers": {"console": {}},
    }
    with terminal.step("extract"):
        extracted = defs.resolve_job_def(EXTRACT).execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config=config,
            asset_selection=_selected(sources),
        )
    outcome.problems += _source_problems(extracted)
    outcome.loads = last_loads(workspace.raw)
    outcome.problems += _late_sources(outcome, run)
    if _is_unchanged(outcome.previous, run):
        outcome.is_unchanged = True
        outcome.release = outcome.previous
        outcome.rolled_back = _rolled_back(workspace)
    else:
        with terminal.step("build, audit, publish"):
            built = defs.resolve_job_def(BUILD).execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config=config,
            )
        _judge(outcome, built, instance, run)
    # A source this run left out has not recovered: nobody asked it.
    tried = (f"source:{name}" for name in _names(sources))
    outcome.messages = Alerts(workspace.alerts, run.settings).tell(
        outcome.problems, scope=(*tried, "late:", "gate", "run:")
    )
    return outcome


def is_tested(workspace: Workspace, code: str) -> bool:
    """Tells whether the dbt unit tests passed already with this very code."""
    file = workspace.data / "run" / "tested_code"
    return file.exists() and file.read_text() == code


def _names(sources: str) -> list[str]:
    """Returns the sources asked for, all when none is named. Raises: SettingError."""
    found = discover()
    names = [name.strip() for name in sources.split(",")] if sources else list(found)
    unknown = [name for name in names if name not in found]
    if unknown:
        raise SettingError(
            f"no source {', '.join(unknown)}; there are {', '.join(found)}"
        )
    return names


def _selected(sources: str) -> list[dg.AssetKey] | None:
    if not sources:
        return None  # everything, what all sources count together too
    found = discover()
    return [
        dg.AssetKey([name, table.name])
        for name in _names(sources)
        for table in found[name].tables
    ]


def _source_problems(result: dg.ExecuteInProcessResult) -> list[Event]:
    problems = []
    for failure in _step_failures(result):
        for sentence in failure.splitlines():
            name = sentence.split(":", 1)[0]
            key = f"source:{name}" if name in discover() else "run:extract"
            problems.append(Event(key, sentence))
    return problems


def _late_sources(outcome: Outcome, run: Resolved) -> list[Event]:
    hours = run.settings.late_after_hours
    return [
        Event(
            f"late:{load.source}",
            f"{load.source} is late: its last complete load is"
            f" {load.hours(run.clock):.0f} h old (limit {hours} h)",
        )
        for load in outcome.loads.values()
        if load.is_late(run.clock, hours)
    ]


def _is_unchanged(previous: Path | None, run: Resolved) -> bool:
    if previous is None or run.full:
        return False
    published = run.workspace.published
    seen = {row_of(previous)["fingerprint"]}
    if rollbacks.in_force(published, previous.name):
        # What was rolled back is not published again of the very same inputs.
        taken_back = rollbacks.withdrawn(published).values()
        seen |= {row["fingerprint"] for row, _ in taken_back}
    return fingerprint(run) in seen


def _rolled_back(workspace: Workspace) -> str:
    current = current_release(workspace.published)
    found = rollbacks.in_force(workspace.published, current.name) if current else None
    return found.told if found else ""


def _judge(
    outcome: Outcome,
    result: dg.ExecuteInProcessResult,
    instance: dg.DagsterInstance,
    run: Resolved,
) -> None:
    workspace = run.workspace
    checks = evaluated_checks(instance, result.run_id)
    outcome.checks_run = len(checks)
    failed = [check for check in checks if not check.passed]
    outcome.checks_failed = [_check_text(check) for check in failed]
    blocking = [c for c in failed if c.severity == dg.AssetCheckSeverity.ERROR]
    current = current_release(workspace.published)
    if result.success and current != outcome.previous:
        outcome.release = current
        outcome.report = workspace.published / "current" / "quality.html"
        tested = workspace.data / "run" / "tested_code"
        tested.write_text(code_fingerprint())
        return
    outcome.release = outcome.previous
    found = record.read(workspace)
    if found and found.release_id != run.release_id:
        found = None
    if found and found.is_blocked:
        outcome.report = report_of(workspace, run.clock)
    if blocking:
        outcome.problems.append(
            Event(
                "gate",
                f"not published: {_blocked_words(blocking, found)};"
                f" readers keep the last good release{_where(outcome.report)}",
            )
        )
    for sentence in _step_failures(result):
        if blocking and BLOCKED in sentence:  # told above, in words
            continue
        outcome.problems.append(Event("run:build", f"build failed: {sentence}"))


def _blocked_words(
    blocking: Sequence[dg.AssetCheckEvaluation], found: Record | None
) -> str:
    """Returns what blocked: the first findings, each with what was seen and allowed."""
    told = [
        f"{one.check} (seen {one.observed}, allowed {one.bound})"
        for one in (found.blocking if found and found.is_blocked else ())
    ] or [_check_text(check) for check in blocking]
    more = f" and {len(told) - TOLD} more" if len(told) > TOLD else ""
    return f"{len(told)} checks failed: {'; '.join(told[:TOLD])}{more}"


def _where(report: Path | None) -> str:
    return f"; report: {report}" if report else ""


def _check_text(check: dg.AssetCheckEvaluation) -> str:
    name = f"{check.asset_key.path[-1]}.{check.check_name}"
    return f"{name}: {check.description}" if check.description else name


def _step_failures(result: dg.ExecuteInProcessResult) -> Sequence[str]:
    sentences = []
    for event in result.get_step_failure_events():
        data = event.step_failure_data
        told = data.user_failure_data.description if data.user_failure_data else None
        cause = data.error.cause or data.error if data.error else None
        sentences.append(
            told or (cause.message.strip() if cause else event.step_key or "")
        )
    return sentences
