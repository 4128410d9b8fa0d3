"""What is wrong after a run, as events: `make refresh` and the daemon say the same."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import dagster as dg

from pipelines.age import LastLoad
from pipelines.gate import commands, record, rollbacks
from pipelines.gate.block import report_of
from pipelines.gate.findings import Finding
from pipelines.logs import LOG_FILE
from pipelines.message import Event, Situation
from pipelines.publish.publications import row_of
from pipelines.publish.release import current_release
from pipelines.run import Resolved
from sources import discover
from sources._base import disk

TOLD = 5  # checks in a message; the report has all
ACKNOWLEDGEMENTS_SHOWN = 3
# What Dagster says of a step whose check failed: the gate's message has said it.
BLOCKED_STEP = "DagsterAssetCheckFailedError"


def of_sources(sentences: Iterable[str], run: Resolved) -> list[Event]:
    """Returns one event per failed source; extract says one sentence per source."""
    found = []
    for sentence in (line for one in sentences for line in one.splitlines()):
        name = sentence.split(":", 1)[0]
        if name in discover():
            steps = (f"make probe SOURCE={name}", commands.refresh(run))
            event = Event(f"source:{name}", sentence, next_steps=steps)
        else:
            event = failed_run("extract", sentence, run)
        found.append(event)
    return found


def late_sources(loads: Iterable[LastLoad], run: Resolved) -> list[Event]:
    """Returns one event per source whose last complete load is too old."""
    hours = run.settings.late_after_hours
    return [
        Event(
            f"late:{load.source}",
            f"{load.source} is late: its last complete load is"
            f" {load.hours(run.clock):.0f} h old (limit {hours} h)",
            since=load.observed_at,
            details=(f"readers see its rows of that load; it had {_rows(load)}",),
            next_steps=(
                f"make probe SOURCE={load.source}",
                f"{commands.refresh(run)} SOURCES={load.source}",
            ),
        )
        for load in loads
        if load.is_late(run.clock, hours)
    ]


def blocked(run: Resolved, sentence: str) -> Event:
    """Returns the gate's event, with what lets the run through or repairs it."""
    found = record.read(run.workspace)
    is_ours = found is not None and found.release_id == run.release_id
    blocking = found.blocking if found and is_ours else []
    return Event("gate", sentence, next_steps=_after_a_block(blocking, run))


def findings(run: Resolved) -> list[str]:
    """Returns the run's blocking findings: check, what was seen, what may be seen."""
    found = record.read(run.workspace)
    if not (found and found.is_blocked and found.release_id == run.release_id):
        return []
    return [
        f"{one.check} (seen {one.observed}, allowed {one.bound})"
        for one in found.blocking
    ]


def blocked_words(told: Sequence[str]) -> str:
    """Returns the first of what blocked in a sentence, and how many more there are."""
    more = f" and {len(told) - TOLD} more" if len(told) > TOLD else ""
    return f"{len(told)} checks failed: {'; '.join(told[:TOLD])}{more}"


def failed_run(job: str, sentence: str, run: Resolved) -> Event:
    """Returns the event of a job that failed or was killed."""
    if disk.is_full(sentence):  # every model that had no room says so, in SQL's words
        sentence = disk.sentence(run.workspace.data)
    return Event(
        f"run:{job}", f"{job} failed: {sentence}", next_steps=(commands.refresh(run),)
    )


def step_failures(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """Returns a sentence per failed step: our own words, else the innermost error."""
    sentences = []
    for event in events:
        data = event.step_failure_data
        words = data.user_failure_data.description if data.user_failure_data else None
        cause = data.error.cause or data.error if data.error else None
        sentences.append(
            words or (cause.message.strip() if cause else event.step_key or "")
        )
    return sentences


def situation_of(run: Resolved, environment: Mapping[str, str]) -> Situation:
    """Returns where the run was, and what readers have after it."""
    report = report_of(run.workspace, run.clock)
    return Situation(
        clock=run.clock,
        timezone=run.settings.timezone,
        data=run.workspace.data,
        readers=_readers(run),
        log=environment.get(LOG_FILE, "the run's page in Dagster (make dev)"),
        report=str(report) if report.exists() else "",
    )


def of_this_process(run: Resolved) -> Situation:
    """Returns the situation of a run whose log this process writes."""
    return situation_of(run, os.environ)


def _readers(run: Resolved) -> str:
    published = run.workspace.published
    current = current_release(published)
    if current is None:
        return "nothing, no release is published yet"
    in_force = rollbacks.in_force(published, current.name)
    back = f" ({in_force.told})" if in_force else ""
    return f"release {current.name}, data through {_data_through(current)}{back}"


def _data_through(release: Path) -> str:
    return str(row_of(release)["data_through"])


def _after_a_block(blocking: Sequence[Finding], run: Resolved) -> tuple[str, ...]:
    real = [one for one in blocking if one.acknowledgeable]
    steps = ["open the report: it says what each check means and which rows"]
    if len(real) < len(blocking) or not blocking:
        steps.append(f"repair the cause, then {commands.refresh(run)}")
    steps += [
        f"if the change is real: {commands.acknowledge(run, one)}"
        for one in real[:ACKNOWLEDGEMENTS_SHOWN]
    ]
    return tuple(steps)


def _rows(load: LastLoad) -> str:
    return f"{load.landed:,} new rows, {load.unchanged:,} unchanged"
