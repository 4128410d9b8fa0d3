"""Files of the inbox -> raw tables, each file once, row by row judged.

State (saved only when the load completes): "files", content -> kind it was read as and
rows; "newest", name -> content it had last; "mapped_files" for those that a map beside
them reads (sources/_files/mapped.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sources._base.source import Run
from sources._files import choose
from sources._files.elsewhere import place_of
from sources._files.grid import Batch, Grid, Unreadable
from sources._files.inbox import InboxFile, inbox_files, paths_below
from sources._files.kinds import KINDS, MAY_BE_EMPTY, FileKind, recognise
from sources._files.mapped import (
    FILES,
    NO_ROWS,
    MappedFiles,
    another_before,
    hash_of,
    maps_of_others,
    no_rows,
)
from sources._files.readers import batches_of, columns_of, open_file


def resources(run: Run) -> Iterable[Any]:
    """Yields one resource per kind of file."""
    found: dict[str, list[tuple[InboxFile, int]]] = {}
    mapped = MappedFiles(run, {kind.name: kind.name for kind in KINDS})

    def files_of(kind: FileKind) -> list[tuple[InboxFile, int]]:
        # Looked at once, on the first table, inside the load: its rejections count.
        if not found:
            found.update(_new_files(run, mapped))
        return found[kind.name]

    for kind, table in zip(KINDS, run.source.tables, strict=True):

        def rows(kind: FileKind = kind) -> Iterator[Any]:
            files = files_of(kind)
            yield from mapped.rows(kind.name)
            for file, had in files:
                yield from _rows(run, kind, file, had)

        yield run.table(table, rows, needs_connection=False)


def paths_of(inbox: Path) -> list[Path]:
    """Returns what may be read: `inbox/files/**` and what lies in the inbox itself."""
    loose = (
        [path for path in inbox.glob("*") if path.is_file()] if inbox.exists() else []
    )
    found = [path for path in loose if not path.name.startswith((".", "~$"))]
    found += paths_below(inbox / "files")
    return sorted(found, key=lambda path: path.relative_to(inbox).as_posix())


def _new_files(run: Run, mapped: MappedFiles) -> dict[str, list[tuple[InboxFile, int]]]:
    """Returns the files to read, by kind, with the rows of the version before."""
    by_kind: dict[str, list[tuple[InboxFile, int]]] = {kind.name: [] for kind in KINDS}
    known: dict[str, Any] = run.state.setdefault("files", {})
    newest: dict[str, str] = run.state.setdefault("newest", {})
    paths = paths_of(run.inbox)
    users = choose.user_maps(run.inbox, paths)
    mapped.report_broken(users)
    for file in inbox_files(run.inbox, paths):
        maps = users.of(file.name)
        if users.broken_for(file.name):
            continue
        if maps and mapped.read(file, [maps], is_last_resort=False):
            _hand_over(mapped, known, file)
            continue
        before = another_before(newest, file)
        newest[file.name] = file.digest
        if file.digest in known:
            read = known[file.digest]
            # Put back after another version, it is the newest again.
            if not before or read["table"] == FILES:
                run.counts.unchanged[read["table"]] += read["rows"]
                continue
        try:
            kind = _kind_of(file)
        except Unreadable as error:
            known[file.digest] = {"name": file.name, "table": FILES, "rows": 1}
            run.quarantine(FILES, error.reason, "", file=file.name)
            continue
        for row_hash, tables in mapped.forget(file.digest).items():
            for table in tables - {kind.name}:
                mapped.withdraw(table, file.name, row_hash)
        known[file.digest] = {"name": file.name, "table": kind.name, "rows": 0}
        had = known.get(before, {}).get("rows", 0)
        by_kind[kind.name].append((file, had))
    return by_kind


def _hand_over(mapped: MappedFiles, known: dict[str, Any], file: InboxFile) -> None:
    """What was read without a map is withdrawn where the map yields nothing."""
    tables = mapped.tables_of(file.digest)
    was_read = known.pop(file.digest, None) if tables else None
    if was_read and was_read["table"] not in (FILES, *tables):
        mapped.withdraw(was_read["table"], file.name, hash_of(file.digest))


def _kind_of(file: InboxFile) -> FileKind:
    if file.problem:
        raise Unreadable(file.problem)
    with file.opened() as path:
        content = open_file(path)
        columns = columns_of(content)
        kind = recognise(columns)
        place = None if kind else place_of(content, maps_of_others("files"))
    if kind is None:
        raise Unreadable(
            f"no kind of file has the columns {', '.join(columns[:12])};"
            " see sources/files/README.md for the columns each kind requires, or put"
            " a column map beside the file (sources/_files/README.md)"
            + (f". {place}" if place else "")
        )
    return kind


def _rows(run: Run, kind: FileKind, file: InboxFile, had: int) -> Iterator[pa.Table]:
    state = run.state["files"][file.digest]

    def reject(line: int | None, reason: str, payload: str) -> None:
        run.quarantine(kind.name, reason, payload, file=file.name, line=line)
        state["rows"] += 1

    try:
        with file.opened() as path:
            content = open_file(path)
            for note in content.notes if isinstance(content, Grid) else ():
                reject(None, f"{note}: one file is one sheet", "")
            for batch in batches_of(content, reject):
                rows = _judged(kind, batch, reject)
                state["rows"] += rows.num_rows
                if rows.num_rows:
                    yield _landed(rows, file, kind)
            if had and not state["rows"]:
                # A version without a row: the gate asks whether that may be.
                yield no_rows(kind.name, file.name, hash_of(file.digest))
                reject(None, NO_ROWS.format(had), "")
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


def _landed(rows: pa.Table, file: InboxFile, kind: FileKind) -> pa.Table:
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
            "_source_file": pa.array([file.name] * count, pa.string()),
            "_row_hash": pa.array([hash_of(file.digest)] * count, pa.string()),
        }
    )


def _blank_as_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
