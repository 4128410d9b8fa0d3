"""One data folder: where everything of one community lives, and who may write to it."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

PROJECT = Path(__file__).parent.parent
DBT_PROJECT = PROJECT / "dbt_project"
NOT_FOR_OTHERS = 0o027  # files 0640, folders 0750 at most
OWNER_AND_GROUP = 0o750

# Locks of this process, by data folder: every step of a run asks for it.
_held: dict[Path, TextIO] = {}


class Busy(Exception):
    """Another run holds the data folder."""


@dataclass(frozen=True)
class Workspace:
    """The data folder. Only the pipeline opens `warehouse`; readers use `published`."""

    data: Path
    inbox_override: Path | None = None

    @property
    def inbox(self) -> Path:
        return self.inbox_override or self.data / "inbox"

    @property
    def raw(self) -> Path:
        return self.data / "raw"

    @property
    def raw_url(self) -> str:
        """The raw zone as a URL, as dlt and the raw reader take it."""
        return self.raw.resolve().as_uri()

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.data / "published"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def parameters(self) -> Path:
        return self.data / "run" / "parameters.json"

    @property
    def dbt_target(self) -> Path:
        return self.data / "dbt_target"

    @property
    def alerts(self) -> Path:
        """What people were told, so that no event is told twice."""
        return self.data / "alerts.json"

    @property
    def dagster_home(self) -> Path:
        return self.data / "dagster"

    def environment(self) -> dict[str, str]:
        """Returns the variables that dbt's profile and sources read."""
        return {
            "TSUNAGARI_DATA": str(self.data),
            "TSUNAGARI_INBOX": str(self.inbox),
            "TSUNAGARI_RAW": str(self.raw),
            "TSUNAGARI_WAREHOUSE": str(self.warehouse),
            "DBT_TARGET_PATH": str(self.dbt_target),
            "DBT_LOG_PATH": str(self.logs),
            "DBT_PROFILES_DIR": str(DBT_PROJECT),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def prepare(self) -> None:
        """Creates the folders; what is in the data folder is not for others to read."""
        keep_others_out()
        self.inbox.mkdir(parents=True, exist_ok=True)
        own = (self.raw, self.logs, self.parameters.parent)
        shown = (self.published, self.dagster_home)
        for folder in (*own, *shown):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in shown:
            folder.chmod(OWNER_AND_GROUP)
        # Made by an earlier version, by hand or by a mount: nobody passes through it.
        # One that is somebody else's stays as its owner made it.
        for folder in (self.data, *own):
            with suppress(PermissionError):
                folder.chmod(folder.stat().st_mode & OWNER_AND_GROUP)

    def hold(self) -> None:
        """Holds the data folder until this process ends; holding it twice is once.

        The kernel frees the lock when the process is killed, unlike a pool's slot.
        From then on no file is made that others may read.
        Raises: Busy when another process holds it.
        """
        keep_others_out()
        if self.data in _held:
            return
        self.data.mkdir(parents=True, exist_ok=True)
        file = (self.data / ".lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise Busy(
                f"another run{f' ({holder})' if holder else ''} is using {self.data};"
                " wait for it to end (nothing was changed)"
            ) from error
        # For whoever comes meanwhile; of a dead holder it says nothing, the lock does.
        file.truncate(0)
        file.write(f"{_name_of_this_process()}\n")
        file.flush()
        _held[self.data] = file

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Holds the data folder for the time of the block. Raises: Busy.

        A folder this process holds already stays held when the block ends.
        """
        was_held = self.data in _held
        self.hold()
        try:
            yield
        finally:
            if not was_held:
                _held.pop(self.data).close()


def keep_others_out() -> None:
    """Takes the rights of others off every file this process makes from now on.

    Whatever the caller's umask is: a stricter one stays.
    """
    os.umask(os.umask(NOT_FOR_OTHERS) | NOT_FOR_OTHERS)


def _name_of_this_process() -> str:
    """`refresh, process 4711`: the program without its arguments, which may be private.

    A module run by -m has the path of its file as argv[0]; -c and -m alone say nothing.
    """
    program = Path(sys.argv[0]).stem if sys.argv else ""
    named = f"{program}, " if program and not program.startswith("-") else ""
    return f"{named}process {os.getpid()}"


@dataclass(frozen=True)
class Parameters:
    """What a run was asked to do; written for dbt before the build."""

    clock: datetime
    as_of: date
    timezone: str
    fiscal_year_start_month: int
    formula_version: str
    is_synthetic: bool
    internal_companies: str = ""

    def write(self, path: Path) -> None:
        """Writes the one-row file that the model stg_run__parameters reads."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps(
                {
                    "as_of_date": self.as_of.isoformat(),
                    "run_at": self.clock.isoformat(),
                    "timezone": self.timezone,
                    "fiscal_year_start_month": self.fiscal_year_start_month,
                    "formula_version": self.formula_version,
                    "is_synthetic": self.is_synthetic,
                    "internal_companies": self.internal_companies,
                }
            )
        )
