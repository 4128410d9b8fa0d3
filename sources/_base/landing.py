"""Landing one source: its resources through dlt into Parquet, all or nothing.

    python -m sources._base.landing SOURCE --raw data/raw --inbox data/inbox \
        --clock 2026-11-21T05:00:00+09:00

A load counts only when dlt has recorded it as complete. State lives beside the data
(dlt restores it from there), so the working folder is emptied before every run: a
package left by a killed or rejected load can never block or repeat anything.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dlt
from dlt.destinations import filesystem
from dlt.pipeline.exceptions import PipelineStepFailed

from sources import discover
from sources._base.disk import is_full, sentence
from sources._base.erased import Erased
from sources._base.errors import SchemaChanged, SourceError
from sources._base.raw import RawReader
from sources._base.redact import remember
from sources._base.source import Counts, Run, Source
from sources._base.tombstones import FOLDER, CannotRead, read

# Set by the sandbox, whose server allows more than any platform; never for a platform.
PACE = "TSUNAGARI_SANDBOX_REQUESTS_PER_SECOND"

# dlt reads its configuration from the environment.
DLT_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "EXTRACT__NEXT_ITEM_MODE": "fifo",  # tables of a source land in the order given
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
    "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
}


@dataclass(frozen=True)
class Landed:
    """What one load of one source brought."""

    source: str
    is_configured: bool
    missing: tuple[str, ...]
    counts: Counts

    @property
    def rows(self) -> int:
        return sum(self.counts.landed.values()) - sum(self.counts.quarantined.values())


def land(
    source: Source,
    *,
    raw_url: str,
    work_folder: Path,
    inbox: Path,
    environment: Mapping[str, str],
    clock: datetime,
    full: bool = False,
    window: tuple[date, date] | None = None,
) -> Landed:
    """Lands one source and returns what it counted.

    Raises: SourceError (see sources/_base/errors.py); nothing of the load is visible to
    any reader then, and yesterday's rows stay.
    """
    os.environ.update(DLT_SETTINGS)
    raw = RawReader(raw_url)
    make_readable(source, raw_url=raw_url)
    settings = source.configured(environment)
    remember(source.secrets(settings))
    missing = source.missing(settings)
    if source.has_nothing_to_read(settings, inbox):
        return Landed(source.name, not missing, tuple(missing), Counts())
    run = Run(
        source=source,
        settings=settings,
        clock=clock,
        inbox=inbox,
        raw=raw,
        requests_per_second=float(environment.get(PACE) or source.requests_per_second),
        full=full,
        window=window,
        is_connected=not missing,
        erased=_erased(source, work_folder.parent / FOLDER),
    )
    _load(run, work_folder=work_folder)
    raw.compact(source.name)
    return Landed(source.name, not missing, tuple(missing), run.counts)


def _erased(source: Source, folder: Path) -> Erased | None:
    try:
        return read(folder)
    except CannotRead as error:
        raise SourceError(f"{source.name}: {error}") from error


def make_readable(source: Source, *, raw_url: str) -> None:
    """Leaves typed empty tables where a source has none.

    SQL over raw then finds every table, also while the source fails, is left out or is
    not configured. No load is recorded: its age stays "never".
    """
    raw = RawReader(raw_url)
    raw.recover(source.name)
    raw.make_readable(source.name, source.schemas())


def _resources(run: Run) -> Iterator[Any]:
    yield from run.source.resources(run)
    yield from run.system_tables()


def _load(run: Run, *, work_folder: Path) -> None:
    source = run.source
    folder = work_folder / source.name
    shutil.rmtree(folder, ignore_errors=True)
    pipeline = dlt.pipeline(
        pipeline_name=source.name,
        pipelines_dir=str(folder),
        destination=filesystem(
            bucket_url=run.raw.url, layout="{table_name}/{load_id}.{file_id}.{ext}"
        ),
        dataset_name=f"raw_{source.name}",
    )

    # Called by dlt inside its own context: only there is the source's state to be had.
    @dlt.source(name=source.name, max_table_nesting=0)  # type: ignore[untyped-decorator]
    def tables() -> Iterator[Any]:
        yield from _resources(run)

    try:
        pipeline.run(tables(), loader_file_format="parquet")
    except PipelineStepFailed as failure:
        raise _as_source_error(source, failure, run.raw.url) from failure


def _as_source_error(
    source: Source, failure: PipelineStepFailed, folder: str
) -> SourceError:
    # dlt wraps whatever a resource raised; the innermost SourceError is what happened.
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, SourceError):
            return cause
        if type(cause).__name__ == "DataValidationError":
            return SchemaChanged(
                f"{source.name}: a field changed its type or is new ({cause});"
                " the load was rejected whole, yesterday's rows stay"
            )
        cause = cause.__cause__ or cause.__context__
    if is_full(failure):
        return SourceError(f"{source.name}: {sentence(folder)}")
    inner = failure.__cause__ or failure
    return SourceError(f"{source.name}: the load failed at {failure.step}: {inner}")


def main() -> None:
    """Lands one source from the command line (no orchestrator)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("source", choices=sorted(discover()))
    parser.add_argument("--raw", type=Path, default=Path("data/raw"))
    parser.add_argument("--inbox", type=Path, default=Path("data/inbox"))
    parser.add_argument("--clock", type=datetime.fromisoformat, required=True)
    given = parser.parse_args()
    landed = land(
        discover()[given.source],
        raw_url=given.raw.resolve().as_uri(),
        work_folder=given.raw.resolve().parent / "dlt",
        inbox=given.inbox.resolve(),
        environment=os.environ,
        clock=given.clock.astimezone(UTC),
    )
    for table, rows in sorted(landed.counts.landed.items()):
        print(f"{landed.source}.{table}: {rows} rows")


if __name__ == "__main__":
    main()
