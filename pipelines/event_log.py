"""Dagster's SQLite event log with one connection per file, not one per query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import StringSource
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, QueuePool, create_engine


class EngineKeepingEventLogStorage(SqliteEventLogStorage):
    """The event log where and as Dagster itself keeps it.

    Dagster makes an engine for every query, and with it an empty cache of compiled
    statements and a file to open: a build's 2,000 events make some 8,000 of them. Here
    the engines stay, and the connections to the index and to the newest run; those of
    other runs are closed, so that the page, which sees many, keeps no file open.
    """

    def __init__(
        self, base_dir: str, inst_data: ConfigurableClassData | None = None
    ) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> Any:
        return {"home": StringSource}

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, str]
    ) -> EngineKeepingEventLogStorage:
        """home: DAGSTER_HOME; the log is in the folder Dagster uses by default."""
        folder = Path(config_value["home"]) / "history" / "runs"
        return cls(base_dir=str(folder), inst_data=inst_data)

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard not in self._engines:
                for other in self._engines.values():
                    other.dispose()
                self._engines[shard] = create_engine(
                    self.conn_string_for_shard(shard),
                    poolclass=QueuePool,
                    pool_size=1,
                    connect_args={
                        "timeout": SQLITE_BUSY_TIMEOUT_SECONDS,
                        # Handed from thread to thread, one at a time: _db_lock.
                        "check_same_thread": False,
                    },
                )
            engine = self._engines[shard]
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection
