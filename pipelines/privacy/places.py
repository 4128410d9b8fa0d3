"""Where data of a person lies, and how each place is rewritten.

raw                  rows by the roles of their columns; dlt's state among them
dlt, dbt_target      working files that the next run makes again: removed
identity             the log rewritten; memory and statistics made again: removed
warehouse            made again from raw by the next refresh: removed
published            Parquet rewritten, DuckDB files built anew, pages rewritten
dagster, logs, rest  cells and lines rewritten; packed leftovers removed
inbox                exported files rewritten where they are ours (in the data folder)
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
from dlt.common.versioned_state import compress_state

from pipelines.privacy import decode, files
from pipelines.privacy.files import CannotRewrite
from pipelines.privacy.raw_rows import RawFile, raw_files
from pipelines.privacy.rewrite import Rewriter
from pipelines.privacy.search import files_below
from pipelines.workspace import Workspace
from sources._base.erased import spelt
from sources._base.rows import RowEraser
from sources._base.tombstones import FOLDER
from sources._files.archives import check_sizes
from sources._files.grid import Unreadable

REMOVED: Final = ("dlt", "identity/memory", "identity/statistics")
WAREHOUSE: Final = ("warehouse.duckdb", "warehouse.duckdb.wal")


@dataclass
class Job:
    """One erasure. writes: False only counts.

    changed: what was (or would be) rewritten, by place: rows, cells, lines or files.
    by_hand: files that nobody here can rewrite, and why.
    """

    workspace: Workspace
    rewriter: Rewriter
    writes: bool
    changed: Counter[str] = field(default_factory=Counter)
    by_hand: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.workspace.data

    @property
    def has_own_inbox(self) -> bool:
        """Whether the inbox is in the data folder; else its files are the user's."""
        return self.workspace.inbox.resolve().is_relative_to(self.data.resolve())

    @property
    def left_alone(self) -> set[Path]:
        """What is never searched or rewritten: the tombstones themselves, the lock."""
        return {self.data / FOLDER, self.data / ".lock"}


def erase_everywhere(job: Job) -> None:
    """Rewrites every place. Killed half-way and run again it finishes."""
    for file in raw_files(job.workspace.raw):
        _raw(job, file)
    for path in sorted(job.workspace.raw.glob("raw_*/_dlt_pipeline_state/*.jsonl")):
        _state(job, path)
    for name in REMOVED:
        _remove(job, job.data / name)
    for name in WAREHOUSE:
        _remove(job, job.data / name)
    handled = {file.path for file in raw_files(job.workspace.raw)}
    for path in sorted(job.data.glob("published/releases/*/parquet/*.parquet")):
        job.rewriter.learn_ids(pq.ParquetFile(path).read())
    for path in _rest(job):
        if path not in handled:
            _file(job, path)
    decisions = job.workspace.inbox / "identity" / "decisions.csv"
    if not job.has_own_inbox and decisions.exists():
        _file(job, decisions)


def originals(job: Job) -> Iterator[str]:
    """Lines of the user's own inbox that name the person: theirs to change."""
    if job.has_own_inbox or not job.workspace.inbox.is_dir():
        return
    for path in files_below(job.workspace.inbox, set()):
        scopes = _scopes(job, path)
        try:
            lines = [
                where
                for where, text in decode.texts(path)
                if job.rewriter.found(text) or _names(job, text, scopes)
            ]
        except Unreadable as error:
            lines = [f"not searched, {error}"]
        if lines:
            shown = ", ".join(dict.fromkeys(lines[:5]))
            more = f" and {len(lines) - 5} more" if len(lines) > 5 else ""
            yield f"{path.relative_to(job.workspace.inbox)}: {shown}{more}"


def _names(job: Job, line: str, scopes: list[str]) -> bool:
    cells = [cell.strip(' "\r\n') for cell in line.replace("\t", ",").split(",")]
    erased = job.rewriter.erased
    return any(erased.names(scope, cell) for scope in scopes for cell in cells if cell)


def _raw(job: Job, file: RawFile) -> None:
    rows = file.read()
    eraser = RowEraser(job.rewriter.erased, file.source, file.table)
    new = eraser.arrow(rows)
    if new is rows:
        return
    count = sum(
        bool(eraser.erased.row(file.source, file.table.personal, row))
        for row in file.rows()
    )
    kept = "quarantine" if file.table.name == "quarantine" else "raw rows"
    job.changed[kept] += count
    if job.writes:
        files.parquet(file.path, new)


def _state(job: Job, path: Path) -> None:
    """The state of a source: ids that it remembers, in a text that dlt compressed."""
    source = path.parent.parent.name.removeprefix("raw_")
    erased = job.rewriter.erased

    def change(text: str) -> str:
        if erased.names(source, text) and not text.isdigit():
            return erased.pseudonym(source, text)
        return job.rewriter.value(text) or text

    lines = []
    count = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        record: dict[str, Any] = json.loads(line)
        state = decode.dlt_state(record["state"])
        new = files.in_json(state, change)
        if new != state:
            count += 1
            record["state"] = compress_state(new)
        lines.append(json.dumps(record, separators=(",", ":")))
    job.changed["states of sources"] += count
    if count and job.writes:
        content = "\n".join(lines).encode()
        files.replace(path, lambda to: _write(to, content))


def _remove(job: Job, path: Path) -> None:
    if not path.exists():
        return
    job.changed[f"removed: {path.relative_to(job.data)}"] += 1
    if not job.writes:
        return
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _rest(job: Job) -> Iterator[Path]:
    skip = job.left_alone
    if not job.writes:
        skip = skip | {job.data / name for name in (*REMOVED, *WAREHOUSE)}
    yield from files_below(job.data, skip)


def _file(job: Job, path: Path) -> None:
    where = path.relative_to(job.data) if path.is_relative_to(job.data) else path
    place = where.parts[0] if not where.is_absolute() else "inbox"
    if place == "identity":
        place = "decisions on who is who"
    try:
        count = _rewritten(job, path)
    except CannotRewrite as error:
        job.by_hand.append(f"{where}: {error}")
        return
    if count:
        job.changed[place] += count


def _rewritten(job: Job, path: Path) -> int:
    kind = decode.kind_of(path)
    writes, rewriter = job.writes, job.rewriter
    if kind == "parquet":
        new, count = rewriter.table(pq.ParquetFile(path).read())
        if count and writes:
            files.parquet(path, new)
        return count
    if kind == "duckdb":
        return files.database(path, rewriter, writes=writes)
    if kind == "sqlite":
        return files.sqlite(path, rewriter, writes=writes)
    scopes = _scopes(job, path)
    if kind == "zip":  # a workbook is one too
        try:
            check_sizes(path)
        except Unreadable as error:
            raise CannotRewrite(str(error)) from error
    if kind == "text":
        return files.text_file(path, rewriter, scopes, writes=writes)
    if path.suffix.lower() == ".xlsx":
        return files.workbook(path, rewriter, scopes, writes=writes)
    if kind == "zip":
        return files.archive(path, rewriter, scopes, writes=writes)
    count = sum(bool(rewriter.found(text)) for _, text in decode.texts(path))
    if count and path.is_relative_to(job.workspace.inbox):
        raise CannotRewrite(f"a {kind} file is not written here")
    if count and writes:
        path.unlink()  # a cache or a trace: nothing reads it again
    return count


def _scopes(job: Job, path: Path) -> list[str]:
    """The platforms whose bare ids a file may hold: its folders below the inbox."""
    if path.is_relative_to(job.workspace.inbox):
        return list(path.relative_to(job.workspace.inbox).parts[:-1])
    return []


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def is_named(job: Job, text: str) -> bool:
    """Whether a text that people typed names the person."""
    names = {spelt(name) for name in job.rewriter.own_names}
    return bool(job.rewriter.found(text)) or any(it in spelt(text) for it in names)
