"""Values of a map over whole columns: each gives a text column and what is wrong.

Nothing here looks at one row after another: a column with few different values is
computed once per value, the rest in Arrow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from sources._files.headers import cell_key, match_key, pattern_key, plain
from sources._files.layout import Piece
from sources._files.map_model import (
    KEEP,
    QUARANTINE,
    ColumnMap,
    Condition,
    Value,
    template_names,
)
from sources._files.numbers import DASHES, number_in
from sources._files.times import SERIAL, as_times, ended_after, minutes_between

TEXT = pa.string()
NULL = pa.scalar(None, TEXT)
_EMAILS = frozenset({"email", "referrer_email"})
_DATES = frozenset({"date", "valid_from", "valid_to", "period_start", "period_end"})
_NUMBERS = frozenset(
    {
        "amount", "annual_amount", "training_cost", "production_cost", "cost_jpy",
        "minutes", "licences", "capacity", "accepted_reported", "attended_reported",
        "attendance_target", "reactions", "impressions", "n", "target", "reach",
    }
)  # fmt: skip
# Months without a day stand for their first day, where something ends for their last.
_ENDS = frozenset({"valid_to", "period_end", "end_date", "expires_date"})
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'、]+@[^\s<>()\[\],;:\"'、]+")
_ROUNDED = r"^\d(\.\d+)?[eE]\+\d{2,3}$"
_EXAMPLES = {True: "2026-04-01 19:00", False: "2026-04-01"}


@dataclass(frozen=True)
class Values:
    """A column and, where a row's value cannot be used, why (None: all can)."""

    texts: pa.Array
    wrong: pa.Array | None = None


@dataclass
class Rows:
    """The logical columns of some rows. facts: the same for all rows of the file."""

    column_map: ColumnMap
    piece: Piece
    facts: Mapping[str, str]
    _cells: dict[str, pa.Array] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.piece.lines)

    def cells(self, name: str) -> pa.Array:
        """A logical column, trimmed; nothing is null. The file's facts fill in."""
        if name not in self._cells:
            self._cells[name] = self._read(name)
        return self._cells[name]

    def at(self, position: int) -> pa.Array:
        """The column at a position, trimmed, nothing as null."""
        return filled(self.piece.columns[position], self.column_map.blank_cells)

    def _read(self, name: str) -> pa.Array:
        if name == "row_number":
            return self.piece.lines.cast(TEXT)
        fact = self.piece.section if name == "section" else None
        fact = fact or self.piece.facts.get(name) or self.facts.get(name)
        place = self.piece.found.places.get(name)
        if place is None:
            return repeated(fact, self.count)
        cells = self.at(place)
        if name in self.column_map.addresses:
            cells = by_value(cells, address_in)
        return cells if fact is None else pc.coalesce(cells, pa.scalar(fact, TEXT))


def repeated(text: str | None, count: int) -> pa.Array:
    """The same text in every row."""
    return pa.nulls(count, TEXT) if text is None else pa.repeat(text, count).cast(TEXT)


def filled(texts: pa.Array, blanks: frozenset[str] = frozenset()) -> pa.Array:
    """Trimmed texts, empty ones null."""
    trimmed = pc.utf8_trim_whitespace(texts)
    is_blank = pc.equal(trimmed, "")
    if blanks:
        values = pa.array(sorted(blanks), TEXT)
        is_blank = pc.or_(is_blank, pc.is_in(trimmed, value_set=values))
    return pc.if_else(is_blank, NULL, trimmed)


def by_value(texts: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Applies `change` once per different text."""
    encoded = texts.dictionary_encode()
    changed = [change(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(changed, TEXT).take(encoded.indices)


def address_in(text: str) -> str | None:
    """The first e-mail address of a cell; None where it says that there is none."""
    found = _ADDRESS.search(unicodedata.normalize("NFKC", text))
    return found[0] if found else None


def column(rows: Rows, name: str, value: Value, *, has_timezone: bool) -> Values:
    """Evaluates one column of a kind. name: of our column, which says what it holds."""
    found = _evaluated(rows, value)
    texts = found.texts
    if name in _EMAILS:
        texts = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC"))
    elif name in _NUMBERS:
        texts = by_value(texts, number_in)
    elif name.endswith("_at") or name.endswith("_date") or name in _DATES:
        return _times(rows, name, Values(texts, found.wrong), has_timezone)
    elif name.endswith("_id"):
        return Values(texts, first_wrong(found.wrong, _spoilt(name, texts)))
    return Values(texts, found.wrong)


def matches(rows: Rows, condition: Condition) -> pa.Array:
    """Where the condition holds (no nulls)."""
    cells = rows.cells(condition.column)
    if condition.test == "blank":
        return pc.is_null(cells)
    if condition.test == "filled":
        return pc.is_valid(cells)
    found = by_value(
        cells, lambda text: "1" if cell_key(text) in condition.texts else None
    )
    return pc.is_valid(found)


def first_wrong(*wrongs: pa.Array | None) -> pa.Array | None:
    """The first reason of every row, None when no row has one."""
    given = [wrong for wrong in wrongs if wrong is not None]
    return pc.coalesce(*given) if given else None


def _evaluated(rows: Rows, value: Value) -> Values:
    texts, wrong = _source(rows, value)
    if value.digits:
        texts = by_value(texts, lambda text: re.sub(r"\D", "", plain(text)) or None)
    if value.extract is not None:
        pattern = value.extract
        texts = by_value(texts, lambda text: _extracted(pattern, text))
    was_blank = pc.is_null(texts)
    if value.mapping is not None:
        texts, unknown = _mapped(texts, value, rows.column_map)
        wrong = first_wrong(wrong, unknown)
    if value.lower:
        texts = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC"))
    if value.blank is not None:
        texts = pc.if_else(was_blank, pa.scalar(value.blank, TEXT), texts)
    return Values(texts, wrong)


def _source(rows: Rows, value: Value) -> tuple[pa.Array, pa.Array | None]:
    if value.column is not None:
        return rows.cells(value.column), None
    if value.first_of:
        parts = [_evaluated(rows, inner) for inner in value.first_of]
        texts = pc.coalesce(*(part.texts for part in parts))
        wrong = first_wrong(*(part.wrong for part in parts))
        # A value that a later alternative gives is not missed.
        return texts, None if wrong is None else pc.if_else(
            pc.is_valid(texts), NULL, wrong
        )
    if value.template is not None:
        return _filled_in(rows, value.template), None
    if value.minutes_between is not None:
        return _minutes(rows, *value.minutes_between)
    return repeated(value.const, rows.count), None


def _filled_in(rows: Rows, template: str) -> pa.Array:
    names = template_names(template)
    fixed = re.split(r"\{[^{}]*\}", template)
    parts = [pa.scalar(fixed[0], TEXT)]
    for name, text in zip(names, fixed[1:], strict=True):
        parts += [rows.cells(name), pa.scalar(text, TEXT)]
    return pc.binary_join_element_wise(*parts, "")


def _mapped(
    texts: pa.Array, value: Value, column_map: ColumnMap
) -> tuple[pa.Array, pa.Array | None]:
    mapping = value.mapping or {}
    problems: dict[str, str] = {}

    def ours(text: str) -> str | None:
        key = cell_key(text)
        if key in mapping:
            return mapping[key]
        if value.unknown == KEEP:
            return text
        if value.unknown == QUARANTINE:
            problems[text] = (
                f"{value.column or 'a value'} is {text}, which the map"
                f" {column_map.name} does not know: add it to its `map`"
            )
            return None
        return value.unknown

    changed = by_value(texts, ours)
    return changed, by_value(texts, problems.get) if problems else None


def _minutes(rows: Rows, start: str, end: str) -> tuple[pa.Array, pa.Array | None]:
    first, last = stays(rows, start, end)
    texts: list[str | None] = []
    pairs = zip(first.texts.to_pylist(), last.texts.to_pylist(), strict=True)
    for began, ended in pairs:
        minutes = minutes_between(began, ended) if began and ended else None
        texts.append(None if minutes is None or minutes < 0 else str(round(minutes)))
    return pa.array(texts, TEXT), first_wrong(first.wrong, last.wrong)


def stays(rows: Rows, start: str, end: str) -> tuple[Values, Values]:
    """When each stay began and ended, as ISO times with their offset.

    The clocks of the map's zone may be set in between: minutes are those that passed.
    """
    first, last = _moments(rows, start), _moments(rows, end)
    zone = rows.column_map.timezone
    pairs = zip(first.texts.to_pylist(), last.texts.to_pylist(), strict=True)
    ends = [ended_after(a, b, zone) if a and b else b for a, b in pairs]
    return first, Values(pa.array(ends, TEXT), last.wrong)


def _moments(rows: Rows, name: str) -> Values:
    return _times(rows, "joined_at", Values(rows.cells(name)), False)


def _times(rows: Rows, name: str, found: Values, has_timezone: bool) -> Values:
    is_dash = pc.match_substring_regex(found.texts, pattern=DASHES)
    texts = pc.if_else(pc.fill_null(is_dash, False), NULL, found.texts)
    is_moment = name.endswith("_at")
    zone = rows.column_map.timezone if is_moment and not has_timezone else None
    month = None if is_moment else _month_of(name)
    formats = rows.column_map.date_formats
    iso, bad = as_times(texts, formats, zone=zone, month=month)
    if not is_moment:
        iso = pc.utf8_slice_codeunits(iso, 0, len("2026-11-01"))
    if bad is None:
        return Values(iso, found.wrong)
    name_of_map = rows.column_map.name
    reasons = by_value(
        texts,
        lambda text: (
            f"{name} is no time the map {name_of_map} reads: {text};"
            f" write it as {_EXAMPLES[is_moment]} or add"
            f" {'excel_serial' if SERIAL.fullmatch(text) else 'its format'}"
            " to date_formats"
        ),
    )
    return Values(iso, first_wrong(found.wrong, pc.if_else(bad, reasons, NULL)))


def _month_of(name: str) -> Literal["first", "last"]:
    return "last" if name in _ENDS else "first"


def _spoilt(name: str, texts: pa.Array) -> pa.Array | None:
    """Ids that a spreadsheet has rounded: several people would become one."""
    is_rounded = pc.fill_null(pc.match_substring_regex(texts, pattern=_ROUNDED), False)
    if not pc.any(is_rounded).as_py():
        return None
    said = pc.binary_join_element_wise(
        f"{name} was rounded by a spreadsheet: ",
        texts,
        "; export again and do not save it from Excel",
        "",
    )
    return pc.if_else(is_rounded, said, NULL)


def _extracted(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(plain(text))
    return (match[1] or "").strip() or None if match else None


def labelled(patterns: tuple[tuple[str, str], ...], question: str) -> str | None:
    """What the first pattern that the question's text matches says, else None."""
    key = match_key(question)
    for pattern, what in patterns:
        if fnmatchcase(key, pattern_key(pattern)):
            return what
    return None
