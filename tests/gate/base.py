"""A community with a past: five weeks of daily loads, a release before and after them.

Made once for a seed, step by step: a stopped one goes on with the day it was at. The
last day is loaded and built, and waits to be audited and published.

    2026-10-15   first load and release
    .. 11-18     a load a day
    2026-11-19   load and release: the one that the last day is compared with
    2026-11-20   load and build
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from pipelines import dbt
from pipelines.assets.build import WITHOUT_TESTS_OF_CODE
from pipelines.assets.extract import land_all
from pipelines.fingerprint import code_fingerprint
from pipelines.run import Resolved, RunOptions, resolve
from pipelines.workspace import PROJECT, Workspace
from sources import discover
from sources._base.landing import PACE, Landed
from sources._base.raw import RawReader
from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer
from tests.gate.jobs import Project
from tests.pipelines.harness import clean_environment

LAST_DAY = date(2026, 11, 20)
# Four like weekdays before the last day, ten gaps, and a release four weeks old.
DAYS = 36
MEMBERS = 200
JAPAN = timezone(timedelta(hours=9))
FIRST_DAY, EVE = LAST_DAY - timedelta(days=DAYS), LAST_DAY - timedelta(days=1)
INPUTS = ("raw", "inbox")
RESULTS_OF_THE_BUILD = "build.pickle"


def clock_after(day: date) -> datetime:
    """Returns 05:00 in Japan on the morning after."""
    return datetime(day.year, day.month, day.day, 5, tzinfo=JAPAN) + timedelta(days=1)


def options_of(workspace: Workspace, day: date) -> RunOptions:
    """Returns the options of the refresh that describes the day."""
    return RunOptions(
        data=str(workspace.data),
        clock=clock_after(day).isoformat(),
        is_synthetic=True,
        run_unit_tests=False,
    )


@dataclass(frozen=True)
class Base:
    """The folder of one seed's past."""

    root: Path
    seed: int

    @property
    def workspace(self) -> Workspace:
        """Where it is released and built."""
        return Workspace(self.root / "base")

    @property
    def loads(self) -> Workspace:
        """Where it is loaded, day by day."""
        return Workspace(self.root / "loads")

    @property
    def eve(self) -> Path:
        """What was loaded before the last day."""
        return self.root / str(EVE)

    @property
    def results(self) -> Path:
        """What became of the models on the last day."""
        return self.workspace.data / RESULTS_OF_THE_BUILD

    @contextmanager
    def served(self, day: date) -> Iterator[SandboxServer]:
        """Serves the community as it is on the day; the sources' settings say where."""
        community = generate(members=MEMBERS, seed=self.seed, today=day)
        before = dict(os.environ)
        with SandboxServer(community, requests_per_second=1e6) as server:
            os.environ.clear()
            os.environ.update({**_without(before), **server.settings(), PACE: "1e6"})
            try:
                yield server
            finally:
                os.environ.clear()
                os.environ.update(before)

    def make(self) -> None:
        """Makes what is missing of it. Raises: RuntimeError when a day is not calm."""
        loaded = _Days(self.loads.data, _hash_of("sources"))
        built = _Days(self.workspace.data, code_fingerprint())
        self._load(loaded)
        self._release(built)

    def _load(self, done: _Days) -> None:
        days = [LAST_DAY - timedelta(days=ago) for ago in range(DAYS, -1, -1)]
        if all(day in done for day in days):
            return
        self.loads.prepare()
        with self.served(days[0]) as server:
            for day in days:
                if day in done:
                    continue
                server.move_to(day)
                server.write_inbox(self.loads.inbox)
                run = resolve(options_of(self.loads, day), clock=clock_after(day))
                for source, landed in land_all(list(discover().values()), run):
                    if not isinstance(landed, Landed):
                        raise RuntimeError(f"{day}: {source.name}: {landed}")
                if day == EVE:  # a load a day is many small files to read
                    for name in discover():
                        RawReader(self.loads.raw_url).compact(name, above=1)
                if day in (FIRST_DAY, EVE, LAST_DAY):
                    for folder in INPUTS:
                        _copy(self.loads.data / folder, self.root / str(day) / folder)
                done.add(day)
                print(f"seed {self.seed}: loaded {day}", flush=True)

    def _release(self, done: _Days) -> None:
        days = (FIRST_DAY, EVE, LAST_DAY)
        if all(day in done for day in days):
            return
        project = Project(self.workspace)
        for day in days:
            if day in done:
                continue
            for folder in INPUTS:
                _copy(self.root / str(day) / folder, self.workspace.data / folder)
            options = options_of(self.workspace, day)
            if day == LAST_DAY:
                self._build(resolve(options, clock=clock_after(day)), project)
            else:
                outcome = project.build(options)
                if not outcome.is_published:
                    raise RuntimeError(f"{day} was not published: {outcome}")
            done.add(day)
            print(f"seed {self.seed}: built {day}", flush=True)

    def _build(self, run: Resolved, project: Project) -> None:
        run.parameters.write(self.workspace.parameters)
        results = dbt.build(
            self.workspace, list(WITHOUT_TESTS_OF_CODE), project.manifest
        )
        kept = [r for r in results if r.node["resource_type"] == "model"]
        self.results.write_bytes(pickle.dumps(kept))


class _Days:
    """The days that are done in a folder, by this very code; else it is emptied."""

    def __init__(self, folder: Path, code: str) -> None:
        self.file = folder / "days"
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        if lines[:1] != [code]:
            shutil.rmtree(folder, ignore_errors=True)
            lines = [code]
        self.lines = lines

    def __contains__(self, day: date) -> bool:
        return day.isoformat() in self.lines

    def add(self, day: date) -> None:
        self.lines.append(day.isoformat())
        self.file.write_text("\n".join(self.lines) + "\n")


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _hash_of(folder: str) -> str:
    digest = hashlib.sha256()
    for path in sorted((PROJECT / folder).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _without(environment: dict[str, str]) -> dict[str, str]:
    clean = clean_environment()
    return {name: value for name, value in environment.items() if name in clean}
