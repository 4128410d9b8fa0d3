"""Column maps: YAML text -> ColumnMap, or one sentence about what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sources._files.headers import match_key, plain
from sources._files.kinds import KINDS, FileKind
from sources._files.map_model import (
    BUILT_IN,
    ColumnMap,
    KindRows,
    Questions,
    Section,
    TableSpec,
)
from sources._files.map_values import KINDS_OF_QUESTION, Node, conditions, value
from sources._files.times import NAMED_FORMATS, is_date_format
from sources._files.yaml_text import BadYaml, parsed

DEFAULT_TIMEZONE = "Asia/Tokyo"
_KIND_BY_NAME = {kind.name: kind for kind in KINDS}
_KEYS = (
    "title", "verified", "match", "table", "columns", "from_file_name", "from_folder",
    "timezone", "date_formats", "blank_cells", "rows", "skip_when", "group_by",
    "distinct",
)  # fmt: skip
# What the engine fills in for every question.
_OF_QUESTIONS = ("question", "question_id", "answer", "question_kind", "scale_max")


class MapError(ValueError):
    """A column map that cannot be used; one sentence with file, key and what to do."""


def read_map(
    path: Path, *, name: str | None = None, folder: PurePosixPath | None = None
) -> ColumnMap:
    """Reads one map. name: how messages call it; folder: of a user map, in the inbox.

    Raises: MapError.
    """
    shown = name or path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise MapError(f"{shown}: cannot be read; save it as UTF-8 ({error})") from None
    return parse_map(text, name=shown, folder=folder)


def parse_map(
    text: str, *, name: str, folder: PurePosixPath | None = None
) -> ColumnMap:
    """Parses and checks a map. Raises: MapError."""
    try:
        node = Node(parsed(text), "")
        return _map(node, text, name, folder)
    except BadYaml as error:
        raise MapError(f"{name}: {error}") from None


def _map(node: Node, text: str, name: str, folder: PurePosixPath | None) -> ColumnMap:
    node.only(*_KEYS)
    columns = _columns(node["columns"])
    table = _table(node["table"])
    from_file_name = _from_file_name(node["from_file_name"])
    from_folder = _from_folder(node["from_folder"])
    known = {*columns, *table.preamble, *from_file_name, *from_folder, *BUILT_IN}
    match = node["match"].only("file_name", "requires")
    rows = tuple(_rows(node["rows"], known))
    return ColumnMap(
        name=name,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        title=node["title"].text_or_none() or name,
        verified=node["verified"].flag(default=False),
        file_names=match["file_name"].texts(),
        requires=_requires(match["requires"], columns),
        table=table,
        columns=columns,
        from_file_name=from_file_name,
        from_folder=from_folder,
        timezone=_timezone(node["timezone"]),
        date_formats=_date_formats(node["date_formats"]),
        blank_cells=frozenset(plain(cell) for cell in node["blank_cells"].texts()),
        rows=rows,
        skip_when=conditions(node["skip_when"], known, with_reason=True),
        group_by=_group_by(node["group_by"], rows),
        distinct=_distinct(node["distinct"], rows),
        folder=folder,
    )


def _columns(node: Node) -> dict[str, tuple[str, ...]]:
    columns: dict[str, tuple[str, ...]] = {}
    owner: dict[str, str] = {}
    for logical, aliases in node.items():
        if logical in BUILT_IN:
            raise aliases.wrong(f"{logical} is given by the file itself; rename it")
        columns[logical] = aliases.texts()
        if not columns[logical]:
            raise aliases.wrong("names no header; list the headers it may have")
        for alias in columns[logical]:
            key = match_key(alias) if "*" not in alias else alias
            if owner.setdefault(key, logical) != logical:
                raise aliases.wrong(
                    f"the header {alias} belongs to {owner[key]} already;"
                    " a header can be one column only"
                )
    if not columns:
        raise node.wrong("is missing: name the columns of the file and their headers")
    return columns


def _requires(node: Node, columns: Mapping[str, Any]) -> tuple[str, ...]:
    names = node.texts()
    if not names:
        raise node.wrong(
            "is missing: list the columns without which it is another kind of file"
        )
    for name in names:
        if name not in columns:
            raise node.wrong(
                f"{name} is none of the columns; there are {', '.join(columns)}"
            )
    return names


def _table(node: Node) -> TableSpec:
    node.only("sheet", "sections", "preamble", "short_rows")
    sections = []
    for name, part in node["sections"].items():
        part.only("title", "skip")
        titles = part["title"].texts()
        if not titles:
            raise part.wrong("has no title; write the line that stands above its table")
        sections.append(Section(name, titles, part["skip"].text_or_none()))
    preamble = {}
    digits = set()
    for name, part in node["preamble"].items():
        labels = part.texts() if not part.is_dict() else part["label"].texts()
        if part.is_dict() and part.only("label", "digits")["digits"].flag(
            default=False
        ):
            digits.add(name)
        if not labels:
            raise part.wrong("has no label; write the text beside or above its value")
        preamble[name] = labels
    short = node["short_rows"].one_of("quarantine", "pad", default="quarantine")
    return TableSpec(
        sheet=node["sheet"].text_or_none(),
        sections=tuple(sections),
        preamble=preamble,
        digits=frozenset(digits),
        pads_short_rows=short == "pad",
    )


def _from_folder(node: Node) -> dict[str, re.Pattern[str]]:
    if node.is_dict():
        return _from_file_name(node)
    name = node.text_or_none()
    return {name: re.compile("(.+)")} if name else {}


def _from_file_name(node: Node) -> dict[str, re.Pattern[str]]:
    found = {}
    for name, part in node.items():
        pattern = part.pattern()
        if pattern.groups < 1:
            raise part.wrong("has no group; put what is wanted in brackets: (\\d+)")
        found[name] = pattern
    return found


def _timezone(node: Node) -> ZoneInfo:
    name = node.text_or_none() or DEFAULT_TIMEZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise node.wrong(
            f"{name} is no time zone; write an IANA name such as Asia/Tokyo"
        ) from None


def _date_formats(node: Node) -> tuple[str, ...]:
    formats = node.texts()
    for form in formats:
        if form not in NAMED_FORMATS and not is_date_format(form):
            raise node.wrong(
                f"{form!r} is no date format: use %Y %m %d %H %M %S %p %b, or"
                f" {', '.join(NAMED_FORMATS)}"
            )
    return formats


def _rows(node: Node, known: set[str]) -> list[KindRows]:
    found: list[KindRows] = []
    for name, part in node.items():
        if name not in _KIND_BY_NAME:
            raise part.wrong(
                f"{name} is no kind of row; there are {', '.join(_KIND_BY_NAME)}"
            )
        kind = _KIND_BY_NAME[name]
        found += [_kind_rows(one, kind, known) for one in part.one_or_many()]
    if not found:
        raise node.wrong("is missing: say what each row of the file yields")
    return found


def _kind_rows(node: Node, kind: FileKind, known: set[str]) -> KindRows:
    special = ["when"]
    asks = kind.name == "survey_responses" and "questions" in node
    if kind.name == "survey_responses":
        special += ["questions", "question_kind", "scale_max", "scores"]
    values = {}
    for column, part in node.items():
        if column in special and (column in ("when", "questions") or asks):
            continue
        if column not in kind.columns:
            raise part.wrong(
                f"{kind.name} has no column {column};"
                f" it has {', '.join([*kind.columns, 'when'])}"
            )
        if asks and column in _OF_QUESTIONS:
            raise part.wrong("is filled from each question; leave it out")
        values[column] = value(part, known)
        if values[column].minutes_at_least is not None and (
            kind.name != "registrations" or column != "attended"
        ):
            raise part.wrong("minutes_at_least is for registrations.attended only")
    given = {*values, *(_OF_QUESTIONS if asks else ())}
    missing = [column for column in kind.required if column not in given]
    if missing:
        raise node.wrong(f"{kind.name} needs {', '.join(missing)}; say where from")
    return KindRows(
        kind=kind,
        values=values,
        when=conditions(node["when"], known),
        questions=_questions(node, known) if asks else None,
    )


def _questions(node: Node, known: set[str]) -> Questions:
    names = node["questions"].texts()
    for name in names:
        if name != "rest" and name not in known:
            raise node["questions"].wrong(
                f"{name} is none of the columns; write `rest` or column names"
            )
    return Questions(
        rest="rest" in names,
        named=tuple(name for name in names if name != "rest"),
        kinds=_patterns(node["question_kind"], KINDS_OF_QUESTION),
        scales=_patterns(node["scale_max"], None),
        scores=_scores(node["scores"]),
    )


def _scores(node: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, part in node.items():
        if not number.isdecimal():
            raise part.wrong(f"{number} is no whole number: write `5: [大変満足]`")
        for word in part.texts():
            if found.setdefault(plain(word).casefold(), number) != number:
                raise part.wrong(f"{word} stands for two numbers")
    return found


def _patterns(
    node: Node, allowed: tuple[str, ...] | None
) -> tuple[tuple[str, str], ...]:
    found = []
    for what, part in node.items():
        if allowed is not None and what not in allowed:
            raise part.wrong(f"{what} is none of {', '.join(allowed)}")
        if allowed is None and not what.isdecimal():
            raise part.wrong(f"{what} is no whole number: write the top of the scale")
        found += [(pattern, what) for pattern in part.texts()]
    return tuple(found)


def _group_by(node: Node, rows: tuple[KindRows, ...]) -> tuple[str, ...]:
    names = node.texts()
    given = {
        c for part in rows if part.kind.name == "registrations" for c in part.values
    }
    for name in names:
        if name not in given:
            raise node.wrong(
                f"{name} is no column that rows.registrations fills; registrations are"
                " what is folded"
            )
    return names


def _distinct(node: Node, rows: tuple[KindRows, ...]) -> dict[str, tuple[str, ...]]:
    found = {}
    for kind, part in node.items():
        given = {c for one in rows if one.kind.name == kind for c in one.values}
        for name in part.texts():
            if name not in given:
                raise part.wrong(f"{name} is no column that rows.{kind} fills")
        found[kind] = part.texts()
    return found
