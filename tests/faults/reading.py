"""A reader in a process of its own: opens everything published, again and again."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

from tests.faults.killing import PROCESSES

COMMUNITY, SHAREABLE = "community.duckdb", "community_shareable.duckdb"
NOTHING = "nothing"  # before the first release, what readers have
PAUSE = 0.005


def look(published: Path) -> dict[str, tuple[str, str]]:
    """Returns, of each way to read, the newest release it tells and all its content.

    The folder of Parquet files is resolved once, as README says: many files of one
    release are read through the release, not through a link that may move.
    """
    parquet = (published / "parquet").resolve()
    if not (published / "current").exists():
        return dict.fromkeys((COMMUNITY, SHAREABLE, "parquet"), (NOTHING, ""))
    return {
        COMMUNITY: _of_file(published / COMMUNITY),
        SHAREABLE: _of_file(published / SHAREABLE),
        "parquet": _of_folder(parquet),
    }


def release_ids(published: Path) -> list[str]:
    """Returns the releases that readers are told of, oldest first."""
    with duckdb.connect(str(published / COMMUNITY), read_only=True) as connection:
        rows = connection.execute(
            "SELECT release_id FROM marts.publications ORDER BY published_at"
        )
        return [name for (name,) in rows.fetchall()]


def _of_file(file: Path) -> tuple[str, str]:
    with duckdb.connect(str(file), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        relations = {name: f"marts.{name}" for (name,) in names}
        return _told(connection, relations)


def _of_folder(folder: Path) -> tuple[str, str]:
    with duckdb.connect() as connection:
        relations = {
            file.stem: f"read_parquet('{str(file).replace(chr(39), 2 * chr(39))}')"
            for file in folder.glob("*.parquet")
        }
        return _told(connection, relations)


def _told(
    connection: duckdb.DuckDBPyConnection, relations: dict[str, str]
) -> tuple[str, str]:
    counts = " UNION ALL ".join(
        f"SELECT '{name}', count(*), sum(hash(whole)) FROM {relation} AS whole"
        for name, relation in sorted(relations.items())
    )
    content = " ".join(map(str, connection.execute(counts).fetchall()))
    newest = connection.execute(
        f"SELECT max_by(release_id, published_at) FROM {relations['publications']}"
    ).fetchone()
    return (newest[0] if newest else NOTHING), content


@dataclass
class Seen:
    """What a reader saw: by way to read, each (release, content); and what broke."""

    reads: int = 0
    states: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


class Reader:
    """Reads from its start to `stop`; a first look is over when it has started."""

    def __init__(self, published: Path) -> None:
        self.ours, theirs = PROCESSES.Pipe()
        self.process = PROCESSES.Process(target=_read, args=(published, theirs))
        self.process.start()
        theirs.close()
        assert self.ours.recv() == "reading"

    def stop(self) -> Seen:
        """Returns what it saw, a last look included."""
        self.ours.send("stop")
        seen = self.ours.recv()
        self.process.join()
        return seen


def _read(published: Path, ours: Connection) -> None:
    seen = Seen()
    _once(published, seen)
    ours.send("reading")
    while not ours.poll(PAUSE):
        _once(published, seen)
    _once(published, seen)
    ours.send(seen)


def _once(published: Path, seen: Seen) -> None:
    began = time.monotonic()
    try:
        for way, state in look(published).items():
            seen.states.setdefault(way, set()).add(state)
        seen.reads += 1
    except Exception as error:
        seen.broken.append(f"{time.monotonic() - began:.3f} s: {error!r}")
