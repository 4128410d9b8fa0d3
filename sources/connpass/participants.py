"""The organiser's participants CSV, both generations of headers, from the inbox.

Columns are found by name after NFKC, never by position; whatever is not ours is a
question of the registration form, kept in order with its text as it stands.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources._base.source import Run
from sources._base.text import ENCODINGS, detect_encoding
from sources._files.choose import A_DATE
from sources._files.elsewhere import place_of
from sources._files.grid import Unreadable
from sources._files.mapped import maps_of_others
from sources._files.readers import open_file

WITHDRAWN = "退会ユーザー"  # shown instead of the name; stands for many people
LEADING = {
    "参加枠名": "ticket",
    "ユーザー名": "nickname",
    "表示名": "display_name",
    "利用開始日": "member_since",
    "コメント": "comment",
    "参加ステータス": "status",
    "出欠ステータス": "attendance",
    "出席日時": "attended_at",
}
TRAILING = {"更新日時": "updated_at", "受付番号": "reception_no"}
REQUIRED = ("ユーザー名", "参加ステータス", "受付番号")
_EVENT_IN_NAME = re.compile(r"event_(\d+)_participants", re.I)


@dataclass(frozen=True)
class Layout:
    """Where the columns of one file are. fixed: position -> raw column name."""

    width: int
    fixed: dict[int, str]
    questions: dict[int, str]


def participants(run: Run) -> Iterator[dict[str, Any]]:
    """Yields one dict per application of every file of the inbox not read before."""
    folder = run.inbox / "connpass"
    known: dict[str, int] = run.state.setdefault("files", {})
    rejected: list[str] = run.state.setdefault("rejected_files", [])
    for path in _files(folder):
        name = path.relative_to(run.inbox).as_posix()
        event_id = event_id_of(path.relative_to(folder))
        digest = _digest(path)
        if f"{event_id} {digest}" in known:
            run.counts.unchanged["participants"] += known[f"{event_id} {digest}"]
            continue
        # A rejected file is known by its name too: moving it may be what mends it.
        if f"{name} {digest}" in rejected:
            continue
        encoding = detect_encoding(path)
        reason = _whole_file_reason(path, event_id, encoding)
        if reason is not None or event_id is None or encoding is None:
            run.quarantine("participants", reason or "", "", file=name)
            rejected.append(f"{name} {digest}")
            continue
        count = 0
        for row in _rows(run, path, name, event_id, encoding):
            count += 1
            yield row
        known[f"{event_id} {digest}"] = count


def event_id_of(path: Path) -> str | None:
    """The event id from `event_<id>_participants*.csv` or the folder `<id>/`.

    A folder of a year or a day (2026, 20261101) is none.
    """
    found = _EVENT_IN_NAME.search(unicodedata.normalize("NFKC", path.name))
    if found:
        return found[1]
    folders = (p for p in reversed(path.parts[:-1]) if not A_DATE.fullmatch(p))
    return next((part for part in folders if part.isdecimal()), None)


def layout_of(header: Sequence[str]) -> Layout:
    """Finds our columns in a header. Raises ValueError naming the missing ones.

    A question may have the text of one of our columns: of the leading ones the first
    is ours, of the trailing ones the last.
    """
    names = [unicodedata.normalize("NFKC", cell).strip() for cell in header]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise ValueError(f"no participants list: it has no column {', '.join(missing)}")
    last = {name: at for at, name in enumerate(names)}
    fixed = {names.index(name): LEADING[name] for name in LEADING if name in names}
    fixed |= {last[name]: TRAILING[name] for name in TRAILING if name in names}
    questions = {at: cell for at, cell in enumerate(header) if at not in fixed}
    return Layout(width=len(header), fixed=fixed, questions=questions)


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not path.name.startswith((".", "~$")))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _whole_file_reason(
    path: Path, event_id: str | None, encoding: str | None
) -> str | None:
    """Why nothing of the file can be read, with what to do; None when it can."""
    if path.suffix.lower() != ".csv":
        return f"{path.suffix or 'no'} file: export the participants as CSV"
    if event_id is None:
        return (
            "the file does not say which event it is of: name it"
            " event_<id>_participants.csv or put it into inbox/connpass/<id>/"
        )
    if encoding is None:
        return f"cannot be decoded as {', '.join(ENCODINGS)}: export the file again"
    try:
        with path.open(encoding=encoding, newline="") as file:
            layout_of(next(csv.reader(file), []))
    except (ValueError, csv.Error) as error:
        place = _place_of(path)
        return f"{error}: export the file again{f'. {place}' if place else ''}"
    return None


def _place_of(path: Path) -> str | None:
    try:
        return place_of(open_file(path), maps_of_others("connpass"))
    except Unreadable as error:
        return error.reason


def _rows(
    run: Run, path: Path, name: str, event_id: str, encoding: str
) -> Iterator[dict[str, Any]]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, strict=True)
        layout = layout_of(next(reader))
        line = reader.line_num + 1
        try:
            for cells in reader:
                start, line = line, reader.line_num + 1
                if not any(cells):
                    continue
                row = _row(cells, layout)
                reason = _reason(cells, layout, row)
                if reason is None:
                    place = {"_source_file": name, "_source_line": start}
                    yield {"event_id": event_id, **row, **place}
                else:
                    run.quarantine("participants", reason, cells, file=name, line=start)
        except csv.Error as error:
            reason = f"not readable from here on ({error}): export the file again"
            run.quarantine("participants", reason, "", file=name, line=line)


def _row(cells: Sequence[str], layout: Layout) -> dict[str, Any]:
    def cell(at: int) -> str | None:
        return (cells[at].strip() or None) if at < len(cells) else None

    row: dict[str, Any] = dict.fromkeys((*LEADING.values(), *TRAILING.values()))
    row |= {column: cell(at) for at, column in layout.fixed.items()}
    row["answers"] = [
        {"question": text, "answer": cell(at)} for at, text in layout.questions.items()
    ]
    return row


def _reason(cells: Sequence[str], layout: Layout, row: dict[str, Any]) -> str | None:
    if len(cells) != layout.width:
        return f"the row has {len(cells)} of {layout.width} columns: export it again"
    if not row["reception_no"]:
        return "受付番号 is empty: an application cannot be told from others without it"
    if not row["nickname"]:
        return "ユーザー名 is empty: nobody can be recognised"
    return None
