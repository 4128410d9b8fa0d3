"""One corruption tried: the folder as in the morning, the strike, the real job."""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import duckdb

from pipelines import dbt
from pipelines.publish.publications import row_of
from pipelines.publish.release import current_release
from pipelines.workspace import Workspace
from sources._base.raw import RawReader
from sources._sandbox.http import Reply
from tests.gate.base import LAST_DAY, Base, options_of
from tests.gate.jobs import Hooks, Outcome, Project, processor_seconds
from tests.gate.kinds import (
    FILE,
    RAW,
    SOURCE,
    Answers,
    Chooser,
    Corruption,
    Folder,
    Rows,
    Shared,
)

# What a run changes; the rest of a data folder stays between runs. What comes in is
# changed by the corruptions of those levels alone.
COMES_IN = ("raw", "inbox", "dlt")
STATE = ("identity", "run", "gate", "published", "reports")
LINKED = ("raw", "published")  # of files that nothing writes to again: links will do
CLEAN = "nothing wrong"
CAUGHT, ABSORBED, MISSED = "caught", "absorbed", "missed"
PUBLISHED, BLOCKED = "published", "blocked"
# What these marts tell is how rows came in; all others are what came of them.
LEAF = "star_paths"  # a mart that no other reads: the least that dbt can be asked for
BOOKKEEPING = ("source_reconciliation", "source_summary", "quarantined_rows")


@dataclass(frozen=True)
class Trial:
    """What came of one corruption: a line of the results.

    verdict: caught, absorbed (published, and no mart of the release differs from that
    of a clean run) or missed; published or blocked of a clean run.
    checks: what blocked; the source's sentence when its load was refused.
    is_named: one of them is what should have stopped it.
    """

    name: str
    share: float
    seed: int
    verdict: str
    checks: list[str]
    is_named: bool
    seconds: float

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


class Stage:
    """A worker's copy of the base, and the jobs over it."""

    def __init__(self, base: Base, number: int) -> None:
        self.base = base
        self.kept = base.root / f"kept-{number}"
        self.workspace = Workspace(base.root / f"stage-{number}")
        self._fill((*COMES_IN, *STATE), base.workspace.data, self.workspace.data)
        self.has_come_in = False
        self.project = Project(self.workspace)
        self.made: list[dbt.NodeResult] = pickle.loads(base.results.read_bytes())  # noqa: S301
        # Views hold the paths of raw files: those of this copy, from now on.
        dbt.build(
            self.workspace,
            ["--resource-type", "model", "--select", "config.materialized:view"],
            self.project.manifest,
        )
        self._fill((*COMES_IN, *STATE), self.workspace.data, self.kept)
        kept = self._clean_file
        self.hashes: dict[str, str] = (
            json.loads(kept.read_text()) if kept.exists() else {}
        )

    @property
    def knows_clean(self) -> bool:
        """Whether it is known what a clean run publishes."""
        return bool(self.hashes)

    @property
    def _clean_file(self) -> Path:
        return self.base.workspace.data / "clean.json"

    def clean(self, source: str = "") -> Trial:
        """Runs with nothing wrong: the whole job, or a source loaded once more."""
        self.restore()
        if source:
            self._roll_back(source)
            with self.base.served(LAST_DAY):
                refused = self.project.extract(self._options, source)
            outcome = self._build(_downstream(source))
        else:
            refused, outcome = (), self.project.build(self._options)
            if outcome.is_published:
                self.hashes = self._published_hashes()
                self._clean_file.write_text(json.dumps(self.hashes))
        problems = [*refused, *outcome.checks, *outcome.failures]
        verdict = PUBLISHED if outcome.is_published and not refused else BLOCKED
        name = f"{CLEAN}: {source}" if source else CLEAN
        differ = self._differences() if outcome.is_published else []
        return Trial(
            name,
            0,
            self.base.seed,
            verdict,
            problems or differ,
            True,
            round(outcome.seconds, 1),
        )

    def run(self, corruption: Corruption, share: float) -> Trial:
        """Strikes a share of what the corruption can hit and runs the job from there.

        Raises: LookupError when there is nothing it can hit.
        """
        self.restore()
        started = processor_seconds()
        choose = Chooser(share, self.base.seed)
        refused: tuple[str, ...] = ()
        if corruption.level == SOURCE:
            refused = self._extract(corruption, choose)
            outcome = (
                Outcome(is_published=False)
                if refused
                else self._build(_downstream(corruption.source))
            )
        elif corruption.level == RAW:
            self._strike_raw(corruption, choose)
            source, _, table = corruption.hits.partition(".")
            outcome = self._build(
                ("source:operations.load_counts+",)
                if table == "load_counts"
                else (f"source:{source}.{table}+",)
            )
        elif corruption.level == FILE:
            outcome = self._publish(corruption, choose)
        else:
            outcome = self._strike_table(corruption, choose)
        took = processor_seconds() - started
        return self._judged(corruption, share, refused, replace(outcome, seconds=took))

    def restore(self) -> None:
        """Puts the folder back to where the morning's build left it."""
        names = (*COMES_IN, *STATE) if self.has_come_in else STATE
        self._fill(names, self.kept, self.workspace.data)
        self.has_come_in = False

    @property
    def _options(self) -> Any:
        return options_of(self.workspace, LAST_DAY)

    def _fill(self, names: Sequence[str], source: Path, target: Path) -> None:
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.rmtree(target / name, ignore_errors=True)
            if (source / name).exists():
                shutil.copytree(
                    source / name,
                    target / name,
                    symlinks=True,
                    copy_function=os.link if name in LINKED else shutil.copy2,
                )
        for name in ("warehouse.duckdb", "share.key", "alerts.json"):
            if (source / name).exists():
                shutil.copy(source / name, target / name)
        with suppress(FileNotFoundError):
            (target / "warehouse.duckdb.wal").unlink()

    def _build(self, selected: tuple[str, ...], hooks: Hooks | None = None) -> Outcome:
        return self.project.build(
            self._options, selected=selected, made=self.made, hooks=hooks
        )

    def _roll_back(self, source: str) -> None:
        """Forgets the last day's load of a source: it is loaded again."""
        self.has_come_in = True
        folder = self.workspace.raw / f"raw_{source}"
        loads = RawReader(self.workspace.raw_url).complete_loads(source)
        eve = _loads_at_eve(self.base, source)
        for load in set(loads) - eve:
            for path in folder.rglob(f"*{load}*"):
                path.unlink()

    def _extract(self, corruption: Corruption, choose: Chooser) -> tuple[str, ...]:
        self._roll_back(corruption.source)
        how = corruption.how
        with self.base.served(LAST_DAY) as server:
            if isinstance(how, Folder):
                how.change(self.workspace.inbox, choose)
                return self.project.extract(self._options, corruption.source)
            assert isinstance(how, Answers)
            wrong = _WrongAnswers(how, choose)
            server.faults = wrong  # type: ignore[assignment]
            refused = self.project.extract(self._options, corruption.source)
        if not wrong.struck:
            raise LookupError(f"no answer of {corruption.source} matches {how.path}")
        return refused

    def _strike_raw(self, corruption: Corruption, choose: Chooser) -> None:
        self.has_come_in = True
        source, _, table = corruption.hits.partition(".")
        folder = self.workspace.raw / f"raw_{source}"
        how = corruption.how
        if isinstance(how, Folder):
            how.change(folder, choose)
            return
        assert isinstance(how, Rows)
        files = [
            path
            for path in sorted((folder / table).glob("*.parquet"))
            if path.name != "empty.parquet"
        ]
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            names = ", ".join(f"'{path}'" for path in files)
            connection.execute(
                f"CREATE TABLE whole AS FROM read_parquet([{names}],"
                " union_by_name = true, filename = '_file')"
            )
            how.apply(connection, "whole", choose)
            for path in files:
                path.unlink()
                connection.execute(
                    f"COPY (SELECT * EXCLUDE (_file) FROM whole"
                    f" WHERE _file = '{path}') TO '{path}' (FORMAT parquet)"
                )

    def _strike_table(self, corruption: Corruption, choose: Chooser) -> Outcome:
        schema, _, model = corruption.hits.partition(".")
        how = corruption.how
        assert isinstance(how, Rows)

        def strike(connection: duckdb.DuckDBPyConnection) -> None:
            as_table(connection, schema, model)
            how.apply(connection, corruption.hits, choose)

        hooks = Hooks(model=model, after=strike)
        outcome = self._build((f"{model}+",), hooks)
        if not hooks.struck:
            raise LookupError(f"{model} was not built: {outcome.failures}")
        return outcome

    def _publish(self, corruption: Corruption, choose: Chooser) -> Outcome:
        how = corruption.how
        hooks = Hooks()
        if isinstance(how, Shared):
            rows = how.rows
            hooks.shared = lambda connection: _ignored(
                rows.apply(connection, f"shared.marts.{corruption.hits}", choose)
            )
        else:
            assert isinstance(how, Folder)
            change: Callable[[Path, Chooser], None] = how.change
            hooks.files = lambda folder: change(folder, choose)
        outcome = self._build((LEAF,), hooks)
        if not hooks.struck:
            raise LookupError(f"no release was written: {outcome.failures}")
        return outcome

    def _judged(
        self,
        corruption: Corruption,
        share: float,
        refused: tuple[str, ...],
        outcome: Outcome,
    ) -> Trial:
        if refused:
            source = corruption.source
            checks, verdict = list(refused), CAUGHT
            is_named = any(source in sentence for sentence in refused)
        elif not outcome.is_published:
            checks, verdict = outcome.checks, CAUGHT
            if not checks:  # a job that breaks has not looked
                raise LookupError(f"no check held it back: {outcome.failures}")
            is_named = any(
                fnmatch(check, pattern)
                for check in checks
                for pattern in corruption.stopped_by
            )
        else:
            comes_in = corruption.level in (SOURCE, RAW)
            checks = self._differences(BOOKKEEPING if comes_in else ())
            verdict, is_named = (MISSED if checks else ABSORBED), False
        return Trial(
            corruption.name,
            share,
            self.base.seed,
            verdict,
            checks[:40],
            is_named,
            round(outcome.seconds, 1),
        )

    def _published_hashes(self) -> dict[str, str]:
        folder = current_release(self.workspace.published)
        assert folder is not None
        pairs = str(row_of(folder)["mart_hashes"]).split(", ")
        return dict(pair.split("=") for pair in pairs)

    def _differences(self, apart: tuple[str, ...] = BOOKKEEPING) -> list[str]:
        """Returns the published marts that are not as a clean run publishes them."""
        now = self._published_hashes()
        return sorted(
            mart
            for mart, value in self.hashes.items()
            if now.get(mart) != value and mart not in apart
        )


class _WrongAnswers:
    """Stands where the sandbox's server plans its faults, and changes answers."""

    def __init__(self, how: Answers, choose: Chooser) -> None:
        self.how, self.choose, self.struck = how, choose, 0

    def due(self, path: str) -> None:
        return None

    def apply(
        self, fault: None, platform: Any, path: str, answer: Callable[[], Reply]
    ) -> Reply:
        reply = answer()
        if reply.status != 200 or not re.search(self.how.path, path):
            return reply
        text = reply.body.decode()
        if "json" in reply.content_type and not self.how.of_text:
            changed = self.how.change(json.loads(text), self.choose)
            new = json.dumps(changed, ensure_ascii=False)
            is_struck = changed != json.loads(text)
        else:
            new = self.how.change(text, self.choose)
            is_struck = new != text
        self.struck += is_struck
        return Reply(200, new.encode(), reply.content_type, reply.headers)


def as_table(connection: duckdb.DuckDBPyConnection, schema: str, model: str) -> None:
    """Makes a table of a view, so that its rows can be struck; a table stays."""
    found = connection.execute(
        "SELECT 1 FROM duckdb_views() WHERE schema_name = ? AND view_name = ?",
        [schema, model],
    ).fetchone()
    if found:
        name = f"{schema}.{model}"
        connection.execute(f"CREATE TABLE {name}__rows AS FROM {name}")
        connection.execute(f"DROP VIEW {name}")
        connection.execute(f"ALTER TABLE {name}__rows RENAME TO {model}")


def _downstream(source: str) -> tuple[str, ...]:
    return (f"source:{source}+", "source:operations.load_counts+")


def _loads_at_eve(base: Base, source: str) -> set[str]:
    eve = Workspace(base.eve)
    return set(RawReader(eve.raw_url).complete_loads(source))


def _ignored(_: object) -> None:
    """A hook returns nothing."""
