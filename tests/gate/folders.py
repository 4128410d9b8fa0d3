"""What may happen to files at rest: raw Parquet, and a release before it is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.gate.kinds import Chooser

Change = Callable[[Path, Chooser], None]


def parquet_cut(pattern: str) -> Change:
    """Chosen files lack their end: the disk was full."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in choose.of(_found(folder, pattern)):
            whole = path.read_bytes()
            path.unlink()
            path.write_bytes(whole[: len(whole) // 2])

    return change


def gone(pattern: str) -> Change:
    """Chosen files are not there any more."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in choose.of(_found(folder, pattern)):
            path.unlink()

    return change


def copied(pattern: str) -> Change:
    """Chosen files stand there twice: a restore beside what was there."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in choose.of(_found(folder, pattern)):
            load, _, rest = path.name.rpartition(".parquet")[0].rpartition(".")
            path.with_name(f"{load}.again{rest}.parquet").write_bytes(path.read_bytes())

    return change


def loads_failed(pattern: str) -> Change:
    """Chosen loads are recorded as not complete."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in choose.of(_found(folder, pattern)):
            records = [json.loads(line) for line in path.read_text().splitlines()]
            path.unlink()
            path.write_text(
                "".join(json.dumps({**row, "status": 1}) + "\n" for row in records)
            )

    return change


def parquet_rows(file: str, query: str) -> Change:
    """A file is written again from `query` over {rows}: the rows, with `is_chosen`."""

    def change(folder: Path, choose: Chooser) -> None:
        path = folder / "parquet" / f"{file}.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TABLE whole AS FROM read_parquet('{path}')")
            ((count,),) = connection.execute("SELECT count(*) FROM whole").fetchall()
            rows = (
                "(SELECT *, row_number() OVER (ORDER BY hash(cast(whole AS VARCHAR)"
                f" || '{choose.seed}')) <= {choose.count(count)} AS is_chosen"
                " FROM whole)"
            )
            path.unlink()
            connection.execute(
                f"COPY ({query.format(rows=rows)}) TO '{path}' (FORMAT parquet)"
            )

    return change


def in_file(file: str, statement: str) -> Change:
    """A statement over a table of the release's DuckDB file; {share} is a number."""

    def change(folder: Path, choose: Chooser) -> None:
        path = folder / file
        path.chmod(0o640)
        with duckdb.connect(str(path)) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(statement.format(share=choose.share, seed=choose.seed))

    return change


def _found(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        raise LookupError(f"no {pattern} in {folder.name}")
    return found
