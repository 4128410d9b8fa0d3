"""What a column map says, checked: see sources/_files/README.md for the format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal
from zoneinfo import ZoneInfo

from sources._files.kinds import FileKind

KEEP, QUARANTINE = "keep", "quarantine"
# Logical columns that every map has without naming them.
BUILT_IN = ("section", "file_name", "path", "row_number")


@dataclass(frozen=True)
class Value:
    """Where one value comes from (one of the first five) and what is done to it.

    mapping: normalised cell -> our text, None = nothing. unknown: what a cell that is
    not in the mapping becomes: `quarantine`, `keep`, None or a text of our own.
    blank: what an empty cell becomes.
    """

    column: str | None = None
    const: str | None = None
    first_of: tuple[Value, ...] = ()
    template: str | None = None
    minutes_between: tuple[str, str] | None = None
    mapping: Mapping[str, str | None] | None = None
    unknown: str | None = QUARANTINE
    blank: str | None = None
    lower: bool = False
    digits: bool = False
    extract: re.Pattern[str] | None = None
    minutes_at_least: int | None = None

    def columns(self) -> set[str]:
        """The logical columns it reads."""
        found = {self.column} if self.column else set()
        found.update(template_names(self.template or ""))
        found.update(self.minutes_between or ())
        for inner in self.first_of:
            found |= inner.columns()
        return found


@dataclass(frozen=True)
class Condition:
    """A test of one logical column. texts: normalised; one of them must be equal."""

    column: str
    test: Literal["blank", "filled", "is"]
    texts: frozenset[str] = frozenset()
    reason: str = ""


@dataclass(frozen=True)
class Questions:
    """The columns that are questions of a survey.

    rest: every column that is no logical one. named: logical columns that are questions
    too. kinds, scales: (pattern of the question's text, what it is), the first wins.
    scores: normalised word of an answer to nps and csat -> its number.
    """

    rest: bool
    named: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    scales: tuple[tuple[str, str], ...] = ()
    scores: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class KindRows:
    """What each row of the file yields in one table."""

    kind: FileKind
    values: Mapping[str, Value]
    when: tuple[Condition, ...] = ()
    questions: Questions | None = None


@dataclass(frozen=True)
class Section:
    """A named part of a file with a header of its own. skip: why it is not read."""

    name: str
    titles: tuple[str, ...]
    skip: str | None = None


@dataclass(frozen=True)
class TableSpec:
    """Where the table is in the file. preamble: logical name -> labels above it.

    digits: names of the preamble of whose value the digits count.
    """

    sheet: str | None = None
    sections: tuple[Section, ...] = ()
    preamble: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    digits: frozenset[str] = frozenset()
    pads_short_rows: bool = False


@dataclass(frozen=True)
class ColumnMap:
    """One way to read a file. digest: of its text; folder: a user map's own, else None.

    folder is relative to the inbox: the map applies to files in it and below.
    """

    name: str
    digest: str
    title: str
    verified: bool
    file_names: tuple[str, ...]
    requires: tuple[str, ...]
    table: TableSpec
    columns: Mapping[str, tuple[str, ...]]
    from_file_name: Mapping[str, re.Pattern[str]]
    from_folder: Mapping[str, re.Pattern[str]]
    timezone: ZoneInfo
    date_formats: tuple[str, ...]
    blank_cells: frozenset[str]
    rows: tuple[KindRows, ...]
    skip_when: tuple[Condition, ...]
    group_by: tuple[str, ...]
    distinct: Mapping[str, tuple[str, ...]]
    folder: PurePosixPath | None = None

    @property
    def addresses(self) -> frozenset[str]:
        """The columns that hold e-mail addresses, as the rows say."""
        given = (
            rows.values.get(name)
            for rows in self.rows
            for name in ("email", "referrer_email")
        )
        return frozenset(v.column for v in given if v is not None and v.column)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds it yields, each once, in its order."""
        return tuple(dict.fromkeys(rows.kind.name for rows in self.rows))


def template_names(template: str) -> list[str]:
    """The names in braces."""
    return re.findall(r"\{([^{}]*)\}", template)
