"""The run's options: the one place where a run learns what it was asked to do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from pipelines.settings import (
    SettingError,
    Settings,
    last_complete_day,
    read_environment,
)
from pipelines.workspace import PROJECT, Parameters, Workspace


class RunOptions(dg.ConfigurableResource[None]):
    """Options of a run; empty ones take the default written beside them."""

    data: str = ""  # the data folder; TSUNAGARI_DATA, else data/
    inbox: str = ""  # another inbox folder
    clock: str = ""  # ISO 8601 with offset; the schedule's tick, else the run's start
    as_of: str = ""  # YYYY-MM-DD; the last complete local day at the clock
    full: bool = False  # read everything again, build although nothing changed
    window: str = ""  # backfill YYYY-MM-DD..YYYY-MM-DD (local days, inclusive)
    is_synthetic: bool = False  # rows come from the sandbox community
    run_unit_tests: bool = True  # and those of seeds; needless for code that passed

    def resolve(
        self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext
    ) -> Resolved:
        """Returns the options with every default filled in; holds the data folder.

        The clock is the option, else the schedule's tick, else the run's own start.
        Raises: SettingError naming the option and its form; Busy when another process
        is using the data folder.
        """
        run = context.op_execution_context.run
        clock = self.clock or run.tags.get("dagster/scheduled_execution_time")
        if clock:
            resolved = resolve(self, clock=parse_clock(clock))
        else:
            record = context.instance.get_run_record_by_id(run.run_id)
            assert record is not None  # the run that is executing this step
            resolved = resolve(self, clock=record.create_timestamp)
        resolved.workspace.hold()
        return resolved


@dataclass(frozen=True)
class Resolved:
    """A run's options, whole."""

    workspace: Workspace
    settings: Settings
    environment: Mapping[str, str]
    clock: datetime
    as_of: date
    full: bool
    window: tuple[date, date] | None
    is_synthetic: bool
    run_unit_tests: bool

    @property
    def parameters(self) -> Parameters:
        return Parameters(
            clock=self.clock,
            as_of=self.as_of,
            timezone=self.settings.timezone,
            fiscal_year_start_month=self.settings.fiscal_year_start_month,
            formula_version=self.settings.formula_version,
            is_synthetic=self.is_synthetic,
            internal_companies=",".join(self.settings.internal_companies),
        )

    @property
    def release_id(self) -> str:
        """`<as-of>-<clock in UTC>`: sorts by time, names its day."""
        return f"{self.as_of:%Y%m%d}-{self.clock.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def resolve(options: RunOptions, *, clock: datetime) -> Resolved:
    """Returns the options with defaults from the environment and `.env`."""
    environment = read_environment(os.environ)
    settings = Settings.read(environment)
    as_of = (
        parse_day(options.as_of, "as_of")
        if options.as_of
        else last_complete_day(clock, settings.timezone)
    )
    return Resolved(
        workspace=workspace_of(options.data, environment, inbox=options.inbox),
        settings=settings,
        environment=environment,
        clock=clock,
        as_of=as_of,
        full=options.full,
        window=parse_window(options.window),
        is_synthetic=options.is_synthetic,
        run_unit_tests=options.run_unit_tests,
    )


def workspace_of(
    data: str, environment: Mapping[str, str], *, inbox: str = ""
) -> Workspace:
    """Returns the data folder asked for, else TSUNAGARI_DATA, else `data/`."""
    folder = data or environment.get("TSUNAGARI_DATA") or str(PROJECT / "data")
    return Workspace(
        data=Path(folder).resolve(),
        inbox_override=Path(inbox).resolve() if inbox else None,
    )


def parse_clock(text: str) -> datetime:
    """Returns an aware time in UTC. Raises: SettingError."""
    try:
        clock = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingError(
            f"clock {text}: write it as 2026-11-21T05:00:00+09:00"
        ) from error
    if clock.tzinfo is None:
        raise SettingError(f"clock {text}: add the offset, e.g. +09:00")
    return clock.astimezone(UTC)


def parse_day(text: str, name: str) -> date:
    """Returns a day. Raises: SettingError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingError(f"{name} {text}: write the day as 2026-11-20") from error


def parse_window(text: str) -> tuple[date, date] | None:
    """Returns the first and last day of `2026-04-01..2026-04-30`, None for none."""
    if not text:
        return None
    first, dots, last = text.partition("..")
    if not dots:
        raise SettingError(f"window {text}: write it as 2026-04-01..2026-04-30")
    days = parse_day(first, "window"), parse_day(last, "window")
    if days[0] > days[1]:
        raise SettingError(f"window {text}: its first day is after its last")
    return days
