"""The two jobs in this process, one after the other, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines import problems
from pipelines.age import LastLoad, last_loads
from pipelines.alerts import Alerts
from pipelines.assets.publish import evaluated_checks
from pipelines.automation import BUILD, EXTRACT
from pipelines.definitions import definitions
from pipelines.fingerprint import code_fingerprint
from pipelines.gate import record
from pipelines.gate.block import report_of
from pipelines.message import Event
from pipelines.publish.release import current_release
from pipelines.run import Resolved, RunOptions
from pipelines.settings import SettingError
from pipelines.unchanged import is_unchanged, rolled_back
from pipelines.workspace import Workspace
from sources import discover

if TYPE_CHECKING:
    from pipelines.refresh import Terminal


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
    checks_let_through: list[str] = field(default_factory=list)
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
    killed: Sequence[str] = (),
) -> Outcome:
    """Runs extract, then build whatever came of it; tells people what is wrong.

    killed: jobs of an earlier run that was killed; told even if this run ends well.
    """
    workspace = run.workspace
    alerts = Alerts(workspace.alerts, run.settings)
    if killed:
        words = "an earlier run was killed before its end; this run starts it again"
        alerts.tell(
            [problems.failed_run(job, words, run) for job in killed],
            scope=(),
            situation=problems.of_this_process(run),
        )
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
    failures = problems.step_failures(extracted.get_step_failure_events())
    outcome.problems += problems.of_sources(failures, run)
    outcome.loads = last_loads(workspace.raw)
    outcome.problems += problems.late_sources(outcome.loads.values(), run)
    if is_unchanged(outcome.previous, run):
        outcome.is_unchanged = True
        outcome.release = outcome.previous
        outcome.rolled_back = rolled_back(workspace)
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
    outcome.messages = alerts.tell(
        outcome.problems,
        scope=(*tried, "late:", "gate", "run:"),
        situation=problems.of_this_process(run),
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
    blocking = [c for c in failed if c.severity == dg.AssetCheckSeverity.ERROR]
    outcome.checks_failed = [_check_text(check) for check in blocking]
    # What somebody let through, or what only warns.
    outcome.checks_let_through = [
        _check_text(check) for check in failed if check not in blocking
    ]
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
            problems.blocked(
                run,
                f"not published: {_blocked_words(blocking, run)};"
                f" readers keep the last good release{_where(outcome.report)}",
            )
        )
    outcome.problems += [
        problems.failed_run("build", sentence, run)
        for sentence in problems.step_failures(result.get_step_failure_events())
        if not (blocking and problems.BLOCKED_STEP in sentence)
    ]


def _blocked_words(blocking: Sequence[dg.AssetCheckEvaluation], run: Resolved) -> str:
    """Returns what blocked: findings, or checks where the audit did not come to any."""
    return problems.blocked_words(
        problems.findings(run) or [_check_text(check) for check in blocking]
    )


def _where(report: Path | None) -> str:
    return f"; report: {report}" if report else ""


def _check_text(check: dg.AssetCheckEvaluation) -> str:
    name = f"{check.asset_key.path[-1]}.{check.check_name}"
    return f"{name}: {check.description}" if check.description else name
