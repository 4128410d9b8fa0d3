"""The table printed after a refresh: what landed, what came out, a first answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from tabulate import tabulate

from pipelines.age import LastLoad
from pipelines.gate import commands
from pipelines.jobs import Outcome
from pipelines.run import Resolved
from sources import discover

TOP = 5


def summary(outcome: Outcome, run: Resolved) -> str:
    """Returns the text for the terminal."""
    parts = [_sources(outcome, run)]
    if outcome.release is not None:
        file = outcome.release / "community.duckdb"
        with duckdb.connect(str(file), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            if not outcome.is_unchanged:
                parts.append(_marts(connection, outcome.release.name))
            parts.append(_answers(connection))
    parts.append(_checks(outcome))
    parts.append(_ending(outcome, run))
    return "\n\n".join(part for part in parts if part)


def _sources(outcome: Outcome, run: Resolved) -> str:
    rows: list[tuple[Any, ...]] = [
        (
            load.source,
            load.landed,
            load.unchanged,
            load.quarantined,
            f"{load.hours(run.clock):.1f} h",
            _state(load, run),
        )
        for load in sorted(outcome.loads.values(), key=lambda load: load.source)
    ]
    absent = []
    for name, source in discover().items():
        if name in outcome.loads:
            continue
        missing = source.missing(source.configured(run.environment))
        if not missing and source.settings:
            rows.append((name, None, None, None, "never", "never loaded"))
        elif any(run.environment.get(setting.name) for setting in source.settings):
            state = f"not configured: {', '.join(missing)}"
            rows.append((name, None, None, None, "never", state))
        else:
            absent.append(name)
    headers = ("source", "landed", "unchanged", "quarantined", "age", "state")
    text = _table(rows, headers)
    if absent:
        text += f"\nnot connected (make sources says how): {', '.join(absent)}"
    return text


def _state(load: LastLoad, run: Resolved) -> str:
    source = discover()[load.source]
    missing = source.missing(source.configured(run.environment))
    if missing:
        return f"not configured: {', '.join(missing)}"
    if load.is_late(run.clock, run.settings.late_after_hours):
        return "LATE"
    return "ok"


def _marts(connection: duckdb.DuckDBPyConnection, release_id: str) -> str:
    row = connection.execute(
        "SELECT mart_rows, changes FROM marts.publications WHERE release_id = ?",
        [release_id],
    ).fetchone()
    assert row is not None  # a release has its own row
    changes = dict(_change(text) for text in row[1].split(", "))
    rows = [
        (name, int(count), changes.get(name, ""))
        for name, count in (pair.split("=") for pair in row[0].split(", "))
    ]
    return _table(rows, ("mart", "rows", "change"))


def _change(text: str) -> tuple[str, str]:
    name, _, change = text.partition(" ")
    return name, change


def _answers(connection: duckdb.DuckDBPyConnection) -> str:
    members = connection.execute(
        f"""
        SELECT display_name, stage, event_score, share_score
        FROM marts.dim_members
        WHERE NOT is_bot AND NOT is_internal AND event_score + share_score > 0
        ORDER BY event_score + share_score DESC, member_id LIMIT {TOP}
        """
    ).fetchall()
    events = connection.execute(
        f"""
        SELECT local_date, title, accepted_reported
        FROM marts.dim_events
        WHERE local_date > (SELECT max(data_through) FROM marts.publications)
        ORDER BY local_date, event_id LIMIT {TOP}
        """
    ).fetchall()
    fell = connection.execute(
        f"""
        SELECT dim_members.display_name, dim_members.stage,
            member_scores.delta_90d
        FROM marts.member_scores
        INNER JOIN marts.dim_members USING (member_id)
        WHERE NOT dim_members.is_bot AND NOT dim_members.is_internal
            AND member_scores.delta_90d < 0
        ORDER BY member_scores.delta_90d, member_id LIMIT {TOP}
        """
    ).fetchall()
    return "\n\n".join(
        part
        for part in (
            _table(members, ("top members", "stage", "event", "share")),
            _table(events, ("next events", "title", "accepted")),
            _table(fell, ("who fell", "stage", "90 days")),
        )
        if part
    )


def _checks(outcome: Outcome) -> str:
    if outcome.is_unchanged:
        return ""
    failed = len(outcome.checks_failed)
    lines = [f"checks: {outcome.checks_run} run, {failed} failed"]
    lines += [f"  failed: {text}" for text in outcome.checks_failed]
    lines += [f"  not blocked: {text}" for text in outcome.checks_let_through]
    return "\n".join(lines)


def _ending(outcome: Outcome, run: Resolved) -> str:
    lines = [f"PROBLEM: {problem.text}" for problem in outcome.problems]
    published = run.workspace.published
    file = published / "community.duckdb"
    if outcome.is_unchanged and outcome.rolled_back:
        lines.append(
            f"nothing new: {outcome.rolled_back}; readers stay there until an input or"
            " the code changes, or with FULL=1"
        )
    elif outcome.is_unchanged:
        lines.append(f"nothing new: {_shown(file)} is up to date ({run.as_of})")
    elif outcome.release is None:
        lines.append("nothing is published yet")
    elif outcome.release == outcome.previous:
        lines.append(f"readers keep the last good release: {_shown(file)}")
    else:
        lines.append(f"published: {_shown(file)} (release {outcome.release.name})")
    if outcome.report is not None:
        lines.append(f"quality report: {_shown(outcome.report)}")
        if outcome.release == outcome.previous:
            lines.append(f"what is blocked: {commands.blocked(run)}")
    if run.is_synthetic:
        lines.append("ALL NUMBERS ARE SYNTHETIC: the sandbox community.")
    return "\n".join(lines)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _table(rows: Sequence[Sequence[Any]], headers: Sequence[str]) -> str:
    if not rows:
        return ""
    return tabulate(
        rows, headers=headers, tablefmt="simple", intfmt=",", floatfmt=".1f"
    )
