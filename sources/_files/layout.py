"""Where the tables of a map are in a file: preamble, sections, header, columns.

A file may begin with lines above its table (a title, label and value pairs) and may be
several tables under one another, each with a title line and a header of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from sources._files.grid import Batch, Content, Grid, Reject, Row
from sources._files.headers import Found, find, match_key, plain
from sources._files.map_model import ColumnMap, Section
from sources._files.readers import column_pieces

MAX_PREAMBLE = 100  # rows above a table


@dataclass(frozen=True)
class Piece:
    """Some rows of one table. columns by position; found: where the map's are.

    facts: values from above the table, the same for all rows.
    """

    section: str | None
    header: tuple[str, ...]
    found: Found
    columns: Sequence[pa.Array]
    lines: pa.Array
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Fit:
    """How well a map fits a file: columns found, those it requires and misses.

    header: of the table, or the widest row seen when there is none.
    """

    found: frozenset[str]
    missing: tuple[str, ...]
    header: tuple[str, ...]


def fit(column_map: ColumnMap, content: Content) -> Fit:
    """Compares a map with the first rows of a file."""
    if not isinstance(content, Grid):
        places = find(column_map.columns, content.names).places
        return _fit(column_map, set(places), content.names)
    head = content.head
    sections = column_map.table.sections
    if sections:
        return _fit_of_sections(column_map, head)
    best: Fit | None = None
    for _, cells in head[:MAX_PREAMBLE]:
        one = _fit(column_map, set(find(column_map.columns, cells).places), cells)
        if not one.missing:
            return one
        if best is None or len(one.found) > len(best.found):
            best = one
    widest = max((cells for _, cells in head[:MAX_PREAMBLE]), key=len, default=[])
    if best is None or not best.found:
        return _fit(column_map, set(), widest)
    return best


def _fit(column_map: ColumnMap, found: set[str], header: Sequence[str]) -> Fit:
    missing = tuple(name for name in column_map.requires if name not in found)
    return Fit(frozenset(found), missing, tuple(header))


def _fit_of_sections(column_map: ColumnMap, head: list[Row]) -> Fit:
    titles = _titles(column_map)
    found: set[str] = set()
    header: Sequence[str] = max((cells for _, cells in head), key=len, default=[])
    is_complete = False
    rows = iter(head)
    for _, cells in rows:
        section = _titled(cells, titles)
        if section is None or section.skip:
            continue
        _, header = next(rows, (0, []))
        places = set(find(column_map.columns, header).places)
        is_complete |= places.issuperset(column_map.requires)
        found |= places
    one = _fit(column_map, found, header)
    return (
        one
        if is_complete or one.missing
        else Fit(one.found, column_map.requires, one.header)
    )


def pieces(column_map: ColumnMap, content: Content, reject: Rejects) -> Iterator[Piece]:
    """Yields the rows of every table that the map reads.

    Raises: Unreadable when the file breaks in the middle.
    """
    if not isinstance(content, Grid):
        found = find(column_map.columns, content.names)
        for batch in content.batches(reject.bad):
            yield _of_records(batch, content.names, found)
    elif column_map.table.sections:
        yield from _of_sections(column_map, content, reject)
    else:
        yield from _of_one_table(column_map, content, reject)


@dataclass(frozen=True)
class Rejects:
    """Where rows go that are not read: bad ones, and those skipped on purpose."""

    bad: Reject
    skipped: Reject


def _of_records(batch: Batch, names: tuple[str, ...], found: Found) -> Piece:
    columns = [_one(batch.rows[at]) for at in range(len(names))]
    return Piece(None, names, found, columns, batch.lines, {})


def _one(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return (
        pa.concat_arrays(combined.chunks)
        if isinstance(combined, pa.ChunkedArray)
        else combined
    )


def _of_one_table(
    column_map: ColumnMap, grid: Grid, reject: Rejects
) -> Iterator[Piece]:
    rows = grid.rows(reject.bad)
    above: list[list[str]] = []
    for _, cells in rows:
        found = find(column_map.columns, cells)
        if all(name in found.places for name in column_map.requires):
            facts = _facts(column_map, above)
            yield from _table(column_map, grid, None, cells, rows, facts, reject.bad)
            return
        above.append(cells)
        if len(above) > MAX_PREAMBLE:
            return


def _of_sections(column_map: ColumnMap, grid: Grid, reject: Rejects) -> Iterator[Piece]:
    titles = _titles(column_map)
    rows = grid.rows(reject.bad)
    above: list[list[str]] = []
    section: Section | None = None
    for _, cells in rows:
        section = _titled(cells, titles)
        if section is not None:
            break
        if len(above) < MAX_PREAMBLE:
            above.append(cells)
    facts = _facts(column_map, above)
    while section is not None:
        ended = _UntilTitle(rows, titles)
        header = next(ended, None)
        if header is not None and section.skip:
            for line, _ in ended:
                reject.skipped(line, section.skip, "")
        elif header is not None:
            yield from _table(
                column_map, grid, section.name, header[1], ended, facts, reject.bad
            )
        for _ in ended:  # a table without a header we know ends all the same
            continue
        section = ended.next_section


class _UntilTitle:
    """The rows up to the next section's title line; remembers which one that is."""

    def __init__(self, rows: Iterator[Row], titles: Mapping[str, Section]) -> None:
        self._rows, self._titles = rows, titles
        self.next_section: Section | None = None
        self._is_over = False

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        if self._is_over:
            raise StopIteration
        row = next(self._rows, None)
        if row is not None:
            self.next_section = _titled(row[1], self._titles)
        if row is None or self.next_section is not None:
            self._is_over = True
            raise StopIteration
        return row


def _table(
    column_map: ColumnMap,
    grid: Grid,
    section: str | None,
    header: Sequence[str],
    rows: Iterator[Row],
    facts: Mapping[str, str],
    reject: Reject,
) -> Iterator[Piece]:
    width = max((at + 1 for at, cell in enumerate(header) if cell.strip()), default=0)
    names = tuple(header[:width])
    found = find(column_map.columns, names)
    for columns, lines in column_pieces(
        rows,
        names,
        reject,
        pads=grid.pads,
        is_pad_allowed=column_map.table.pads_short_rows,
    ):
        yield Piece(section, names, found, columns, lines, facts)


def _titles(column_map: ColumnMap) -> dict[str, Section]:
    return {
        match_key(title): section
        for section in column_map.table.sections
        for title in section.titles
    }


def _titled(cells: Sequence[str], titles: Mapping[str, Section]) -> Section | None:
    if not cells or any(cells[1:]):
        return None
    return titles.get(match_key(cells[0]))


def _facts(column_map: ColumnMap, above: list[list[str]]) -> dict[str, str]:
    """Values above the table: `label, value`, or a header line and the line below."""
    labels = {
        match_key(label): name
        for name, texts in column_map.table.preamble.items()
        for label in texts
    }
    facts: dict[str, str] = {}
    for at, cells in enumerate(above):
        filled = [cell for cell in cells if cell.strip()]
        below = above[at + 1] if at + 1 < len(above) else []
        is_pair = len(filled) == 2 and match_key(filled[1]) not in labels
        for place, cell in enumerate(cells):
            name = labels.get(match_key(cell))
            if name is None or name in facts:
                continue
            value = filled[1] if is_pair and cell == filled[0] else _at(below, place)
            if name in column_map.table.digits:
                value = "".join(c for c in plain(value) if c.isdecimal())
            if value.strip():
                facts[name] = value.strip()
    return facts


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
