"""Files through the maps of a source, without dlt: what lands and what is set aside."""

import csv
import io
import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sources._base.raw import RawReader
from sources._base.source import Source
from sources._files.mapped import (
    PREFIX,
    MappedFiles,
    built_in_maps,
    mapped_resources,
    mapped_tables,
)
from tests.sources.conftest import PlainRun

Row = dict[str, Any]


@dataclass(frozen=True)
class Landed:
    """Rows by kind, filled columns only; what was set aside; the maps that read."""

    rows: dict[str, list[Row]]
    set_aside: list[Row]
    maps: list[str]

    def counts(self) -> dict[str, int]:
        return {kind: len(rows) for kind, rows in self.rows.items() if rows}

    def values(self) -> dict[str, list[Row]]:
        """The rows without the place they stood at, in an order of their own."""
        return {
            kind: sorted(
                (
                    {k: v for k, v in row.items() if not k.startswith("_")}
                    for row in rows
                ),
                key=lambda row: sorted(row.items()),
            )
            for kind, rows in self.rows.items()
        }

    def of(self, kind: str, **wanted: str) -> list[Row]:
        """The rows of a kind that have these values."""
        return [
            row
            for row in self.rows.get(kind, [])
            if all(row.get(name) == value for name, value in wanted.items())
        ]


def read_files(
    name: str,
    inbox: Path,
    files: Mapping[str, bytes | str],
    settings: Mapping[str, str] | None = None,
) -> Landed:
    """Writes files (paths in the inbox) and reads the folder of one source."""
    for path, content in files.items():
        target = inbox / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    source = Source(
        name=name,
        title=name,
        kind="files",
        tables=mapped_tables(name),
        resources=mapped_resources,
        inbox_folder=name,
    )
    run = PlainRun(
        source=source,
        settings=settings or {},
        clock=datetime(2026, 11, 21, 5, tzinfo=UTC),
        inbox=inbox,
        raw=RawReader((inbox / "no-raw").as_uri()),
    )
    kinds = [table.name.removeprefix(PREFIX) for table in source.tables]
    kinds = [table.name.removeprefix(PREFIX) for table in source.tables]
    reader = MappedFiles(run, {kind: f"{PREFIX}{kind}" for kind in kinds})
    reader.read_all()
    rows = {kind: _rows(reader, f"{PREFIX}{kind}") for kind in kinds}
    return Landed(rows, run.set_aside, _maps_used(name, run.memory))


def _rows(reader: MappedFiles, table: str) -> list[Row]:
    return [
        {name: value for name, value in row.items() if value is not None}
        for piece in reader.rows(table)
        for row in piece.to_pylist()
    ]


def _maps_used(name: str, memory: Mapping[str, Any]) -> list[str]:
    known = {found.digest[:16]: Path(found.name).stem for found in built_in_maps(name)}
    readings = memory.get("mapped_files", {}).get("readings", {})
    used = [
        reading["map"].split()[0]
        for by_facts in readings.values()
        for reading in by_facts.values()
    ]
    return sorted(known.get(digest, "a map of the user") for digest in used)


def shuffled(text: str, seed: int) -> str:
    """The CSV with its columns in another order and one more among them."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    places = list(range(len(rows[0])))
    random.Random(seed).shuffle(places)
    lines = [[row[at] for at in places] for row in rows]
    lines[0].insert(1, "社内メモ")
    for number, line in enumerate(lines[1:]):
        line.insert(1, f"メモ{number}")
    return written(lines)


def widened(text: str) -> str:
    """The CSV with its header in full width, capitals and with blanks around."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    rows[0] = [f" {_wide(cell.upper())}　" for cell in rows[0]]
    return written(rows)


def written(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _wide(text: str) -> str:
    return "".join(
        chr(ord(letter) + 0xFEE0)
        if "!" <= letter <= "~" and unicodedata.category(letter)[0] in "LN"
        else letter
        for letter in text
    )
