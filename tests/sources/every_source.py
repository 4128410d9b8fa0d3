"""What the tests of all sources share: the sources, a run, a fault, a comparison."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sources import discover
from sources._base.errors import SourceError
from sources._base.source import Source, Table
from sources._sandbox.community import Community, generate
from sources._sandbox.faults import Fault, FaultPlan
from sources._sandbox.platforms import sandbox_modules
from sources._sandbox.server import SandboxServer
from tests.sources.conftest import PlainRun

TODAY = date(2026, 11, 20)
CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)
SOURCES = discover()
PLAYED = sorted(
    module.__name__.split(".")[1]
    for module in sandbox_modules()
    if hasattr(module, "ROUTES")
)  # platforms with an API, each played by the sandbox
Rows = dict[str, list[dict[str, Any]]]


def community() -> Community:
    """Sixty members: enough for every table, quick enough for hundreds of runs."""
    return generate(60, 1, TODAY)


@dataclass
class Stage:
    """One sandbox, its inbox, and runs of one source against it.

    Rows of a run are by table; what the connector quarantined is `set_aside`.
    """

    server: SandboxServer
    folder: Path

    def run(self, source: Source, **options: Any) -> PlainRun:
        """A run as a load makes it, without waiting; options as of PlainRun."""
        environment = source.configured(self.server.settings())
        return PlainRun(
            source=source,
            settings=environment,
            inbox=self.folder / "inbox",
            raw=_NoRaw(),  # type: ignore[arg-type]
            is_connected=not source.missing(environment),
            **{"clock": CLOCK, "timeout": (2.0, 0.4), **options},
        )

    def requests_of(self, source: str) -> list[str]:
        """Paths with query that the source asked for so far."""
        own = f"/{source}/"
        return [
            f"{call.path}?{call.query}"
            for call in self.server.requests
            if call.path.startswith(own)
        ]

    def play(self, *faults: Fault) -> None:
        """From now on these faults, and no others; the log of requests starts anew."""
        self.server.faults = FaultPlan(list(faults))
        self.server.requests.clear()


class _NoRaw:
    """A raw zone in which nothing has landed."""

    def distinct(self, source: str, table: str, column: str) -> set[str]:
        return set()


def key_of(table: Table, row: dict[str, Any]) -> tuple[Any, ...]:
    """What identifies the thing that a row is about."""
    return tuple(row.get(column) for column in table.key)


def by_key(source: Source, rows: Rows) -> dict[str, dict[tuple[Any, ...], Any]]:
    """The last row of every key, by table, without where it was read."""
    found: dict[str, dict[tuple[Any, ...], Any]] = {}
    for table in source.tables:
        columns = [name for name in table.columns if name not in table.volatile]
        found[table.name] = {
            key_of(table, row): {name: row.get(name) for name in columns}
            for row in rows.get(table.name, [])
        }
    return found


def twice(source: Source, rows: Rows) -> list[str]:
    """Keys that one run yields more than once with the same content.

    Two files may tell the same; one file may not.
    """
    found = []
    for table in source.tables:
        counts = Counter(
            repr([row.get(name) for name in (*table.columns, "_source_file")])
            for row in rows.get(table.name, [])
        )
        found += [f"{table.name}: {text}" for text, n in counts.items() if n > 1]
    return found


def fault_for(source: str, kind: str, seed: int, asked: list[str]) -> Fault:
    """A fault of this kind on some request of a run, chosen by the seed."""
    dice = random.Random(f"{source} {kind} {seed}")
    return Fault(
        rf"^/{source}/", kind, after=dice.randrange(max(1, len(asked))), seconds=2
    )


@dataclass(frozen=True)
class Tried:
    """What came of one fault. problems: what was lost, doubled, leaked or unclear."""

    fate: str  # "no row less", "refused, then whole", "mended by the next run"
    problems: list[str]


def try_fault(
    stage: Stage, source: Source, kind: str, seed: int, expected: Rows, asked: list[str]
) -> Tried:
    """Runs a source with a fault on a request chosen by the seed, then once calmly.

    After a failed run nothing is kept, as in a load; else the state goes on.
    """
    memory: dict[str, Any] = {}
    stage.play(fault_for(source.name, kind, seed, asked))
    run = stage.run(source)
    try:
        rows, error = outcome(run)
    except Exception as bug:
        return Tried("broke", [f"seed {seed}: {type(bug).__name__}: {bug}"])
    problems = []
    if error is None:
        memory = dict(run.state)
        problems += [f"twice: {text}" for text in twice(source, rows or {})]
    elif not one_sentence(error):
        problems.append(f"not one sentence: {error}")
    told = f"{error} {vars(error) if error else ''} {run.set_aside}"
    secrets = source.secrets(source.configured(stage.server.settings()))
    problems += ["a secret is told" for secret in secrets if secret in told]
    at_once = list(lost_or_changed(source, expected, rows))
    stage.play()
    landed = rows or {table.name: [] for table in source.tables}
    again = stage.run(source, memory=memory, clock=next_day(), landed_before=landed)
    after = again.extract()
    problems += lost_or_changed(source, expected, rows, after)
    if error is not None:
        return Tried("refused, then whole", problems)
    return Tried("mended by the next run" if at_once else "no row less", problems)


@dataclass
class DayPasses(FaultPlan):
    """No fault: after so many requests of a source the platform is a day further.

    New rows stand on top then, changed ones move up, and every later page has shifted.
    """

    server: SandboxServer | None = None
    source: str = ""
    after: int = 0
    asked: int = 0

    def due(self, path: str) -> Fault | None:
        if self.server and path.startswith(f"/{self.source}/"):
            self.asked += 1
            if self.asked == self.after + 1:
                self.server.advance(1)
        return None


def outcome(run: PlainRun) -> tuple[Rows | None, SourceError | None]:
    """The rows of a run, or the error it ended with; any other error is a bug."""
    try:
        return run.extract(), None
    except SourceError as error:
        return None, error


def lost_or_changed(source: Source, calm: Rows, *loads: Rows | None) -> Iterator[str]:
    """What a calm run has and these loads together have not, or have otherwise."""
    have: dict[str, dict[tuple[Any, ...], Any]] = {t.name: {} for t in source.tables}
    for rows in loads:
        for table, found in by_key(source, rows or {}).items():
            have[table].update(found)
    for table, expected in by_key(source, calm).items():
        for key, row in expected.items():
            if key not in have[table]:
                yield f"{table} {key} is lost"
            elif have[table][key] != row:
                yield f"{table} {key} differs: {have[table][key]} and {row}"


def one_sentence(error: SourceError) -> bool:
    """Whether a person can act on the message: one line, no traceback, not too long."""
    text = str(error)
    return bool(
        text
        and "\n" not in text
        and "Traceback" not in text
        and not re.search(r"<class |object at 0x", text)
        and len(text) < 600
    )


def next_day() -> datetime:
    """The clock of the run after `CLOCK`."""
    return CLOCK + timedelta(days=1)
