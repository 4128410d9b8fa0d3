"""Files of the inbox -> raw tables, each file once, row by row judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sources._base.source import Run
from sources._files.kinds import KINDS, MAY_BE_EMPTY, FileKind, recognise
from sources._files.readers import Batch, Unreadable, batches_of, columns_of

READ_BYTES = 1 << 20


def resources(run: Run) -> Iterable[Any]:
    """Yields one resource per kind of file."""
    found: dict[str, list[tuple[Path, str]]] = {}

    def files_of(kind: FileKind) -> list[tuple[Path, str]]:
        # Looked at once, on the first table, inside the load: its rejections count.
        if not found:
            found.update(_new_files(run))
        return found[kind.name]

    for kind, table in zip(KINDS, run.source.tables, strict=True):

        def rows(kind: FileKind = kind) -> Iterator[Any]:
            for path, digest in files_of(kind):
                yield from _rows(run, kind, path, digest)

        yield run.table(table, rows, needs_connection=False)


def inbox_files(inbox: Path) -> list[Path]:
    """Returns the files to read: `inbox/files/**` and what lies in the inbox itself."""
    nested = (path for path in (inbox / "files").rglob("*") if path.is_file())
    loose = (
        (path for path in inbox.glob("*") if path.is_file()) if inbox.exists() else ()
    )
    found = [
        path for path in (*nested, *loose) if not path.name.startswith((".", "~$"))
    ]
    return sorted(found, key=lambda path: path.relative_to(inbox).as_posix())


def _new_files(run: Run) -> dict[str, list[tuple[Path, str]]]:
    by_kind: dict[str, list[tuple[Path, str]]] = {kind.name: [] for kind in KINDS}
    known: dict[str, Any] = run.state.setdefault("files", {})
    for path in inbox_files(run.inbox):
        name = path.relative_to(run.inbox).as_posix()
        digest = _digest(path)
        if digest in known:
            run.counts.unchanged[known[digest]["table"]] += known[digest]["rows"]
            continue
        try:
            columns = columns_of(path)
        except Unreadable as error:
            _reject_file(run, name, digest, error.reason)
            continue
        kind = recognise(columns)
        if kind is None:
            _reject_file(
                run,
                name,
                digest,
                f"no kind of file has the columns {', '.join(columns[:12])};"
                " see sources/files/README.md for the columns each kind requires",
            )
            continue
        known[digest] = {"name": name, "table": kind.name, "rows": 0}
        by_kind[kind.name].append((path, digest))
    return by_kind


def _reject_file(run: Run, name: str, digest: str, reason: str) -> None:
    run.state["files"][digest] = {"name": name, "table": "files", "rows": 1}
    run.quarantine("files", reason, "", file=name)


def _rows(run: Run, kind: FileKind, path: Path, digest: str) -> Iterator[pa.Table]:
    name = path.relative_to(run.inbox).as_posix()

    def reject(line: int | None, reason: str, payload: str) -> None:
        run.quarantine(kind.name, reason, payload, file=name, line=line)
        run.state["files"][digest]["rows"] += 1

    try:
        for batch in batches_of(path, reject):
            rows = _judged(kind, batch, reject)
            run.state["files"][digest]["rows"] += rows.num_rows
            if rows.num_rows:
                yield _landed(rows, name, digest, kind)
    except Unreadable as error:
        reject(None, error.reason, "")


def _judged(kind: FileKind, batch: Batch, reject: Any) -> pa.Table:
    """Returns the rows whose required cells are filled; the others are rejected."""
    rows = _with_event_ids(kind, batch.rows)
    rows = rows.append_column("_source_line", batch.lines)
    empty = {
        column: pc.equal(pc.fill_null(pc.utf8_trim_whitespace(rows[column]), ""), "")
        for column in kind.required
        if (kind.name, column) not in MAY_BE_EMPTY
    }
    bad = reduce(pc.or_, empty.values())
    if pc.any(bad).as_py():
        for at, row in zip(
            pc.indices_nonzero(bad).to_pylist(),
            rows.filter(bad).to_pylist(),
            strict=True,
        ):
            line = row.pop("_source_line")
            missing = ", ".join(c for c, mask in empty.items() if mask[at].as_py())
            reject(
                line,
                f"required and empty: {missing}",
                json.dumps(row, ensure_ascii=False),
            )
    return rows.filter(pc.invert(bad))


def _with_event_ids(kind: FileKind, rows: pa.Table) -> pa.Table:
    """Gives an event without an id the one that its start, title and group make.

    Lists kept by hand have none (a club's meetings before it had a page); who met when
    is the same event whichever file tells it. Without start or title it stays blank.
    """
    if kind.name != "events":
        return rows
    start, title = _blank_as_null(rows["started_at"]), _blank_as_null(rows["title"])
    made = pc.binary_join_element_wise(start, title, " ")
    if "working_group" in rows.column_names:
        group = pc.fill_null(_blank_as_null(rows["working_group"]), "")
        made = pc.binary_join_element_wise(made, group, " ")
    event_id = pc.coalesce(
        _blank_as_null(rows["event_id"]), pc.utf8_rtrim_whitespace(made)
    )
    at = rows.column_names.index("event_id")
    return rows.set_column(at, "event_id", event_id)


def _landed(rows: pa.Table, name: str, digest: str, kind: FileKind) -> pa.Table:
    count = rows.num_rows
    columns = {
        column: _blank_as_null(rows[column])
        for column in kind.columns
        if column in rows.column_names
    }
    unknown = [c for c in rows.column_names if c not in (*kind.columns, "_source_line")]
    if unknown:
        extra = [
            json.dumps(row, ensure_ascii=False)
            for row in rows.select(unknown).to_pylist()
        ]
        columns["extra"] = pa.array(extra, pa.string())
    return pa.table(
        {
            **columns,
            "_source_line": rows["_source_line"],
            "_source_file": pa.array([name] * count, pa.string()),
            "_row_hash": pa.array([digest[:16]] * count, pa.string()),
        }
    )


def _blank_as_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
