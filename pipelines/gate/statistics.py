"""What a run measures of itself, and the history of it that releases carry forward.

    gate_statistics   release_id, as_of, clock, day, statistic, subject, version, n,
                      value
    day               newest local day with a load when the release was made
    version           what the number was computed with; only equal ones are compared
    n                 how many rows or people the number rests on

Numbers only: a subject is a source, a mart, a stage, a metric or a range, no person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.gate.measures import LOADED, STATISTICS
from pipelines.gate.rules import HISTORY_DAYS

MEASURED = pa.schema(
    [
        ("statistic", pa.string()),
        ("subject", pa.string()),
        ("version", pa.string()),
        ("n", pa.int64()),
        ("value", pa.float64()),
    ]
)
HISTORY = pa.schema(
    [
        ("release_id", pa.string()),
        ("as_of", pa.date32()),
        ("clock", pa.timestamp("us", tz="UTC")),
        ("day", pa.date32()),
        *MEASURED,
    ]
)
LOADS = pa.schema(
    [("source", pa.string()), ("load_date", pa.date32()), ("landed", pa.int64())]
)
CONNECTORS = "connectors"  # version: a hash of the code that lands rows
STATISTICS_FILE = "gate_statistics.parquet"
BOUNDS_FILE = "gate_bounds.parquet"


@dataclass(frozen=True)
class Measured:
    """What the bounds are made of.

    day: the newest local day with a load, None without any.
    now: MEASURED, of this run. history: HISTORY, of the releases before it.
    loads: LOADS, a row per source and local day with a load.
    let_through: what the last release published although it was off, by rule and
    subject, with its number then.
    """

    as_of: date
    day: date | None
    now: pd.DataFrame
    history: pd.DataFrame
    loads: pd.DataFrame
    let_through: Mapping[tuple[str, str], float]


def measure(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    previous: Path | None,
    connectors: str,
) -> Measured:
    """Measures the warehouse as the audit opens it (schemas marts, previous).

    previous: the last release's folder. connectors: a hash of the code that lands rows.

    A mart that is missing, or short of a column, has no statistics: its own suite
    says so and blocks.
    """
    history = read_history(previous)
    last = f"TIMESTAMPTZ '{history['clock'].max()}'" if len(history) else "NULL"
    connection.execute(f"SET VARIABLE last_clock = {last}")
    now = [_asked(connection, query, MEASURED) for query in STATISTICS]
    code = pa.table([[CONNECTORS], ["all"], [connectors], [0], [0.0]], schema=MEASURED)
    loads = _asked(connection, LOADED, LOADS)
    return Measured(
        as_of=as_of,
        day=loads["load_date"].max() if len(loads) else None,
        now=pd.concat([*now, _as_frame(code)]).sort_values(
            ["statistic", "subject", "version"], ignore_index=True
        ),
        history=history,
        loads=loads,
        let_through=_let_through(previous),
    )


def _asked(
    connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema
) -> pd.DataFrame:
    try:
        rows = connection.execute(query).fetchall()
    except (duckdb.BinderException, duckdb.CatalogException):
        rows = []
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * len(schema)
    return _as_frame(pa.table(columns, schema=schema))


def _as_frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame


def read_history(previous: Path | None) -> pd.DataFrame:
    """Returns HISTORY: the statistics of the last release and those it carries."""
    file = previous / "parquet" / STATISTICS_FILE if previous else None
    if file is None or not file.exists():
        return _as_frame(HISTORY.empty_table())
    return _as_frame(pq.read_table(file, schema=HISTORY))


def _let_through(previous: Path | None) -> dict[tuple[str, str], float]:
    file = previous / "parquet" / BOUNDS_FILE if previous else None
    if file is None or not file.exists():
        return {}
    off = [("verdict", "in", ["blocked", "known"])]
    rows = pq.read_table(file, filters=off).to_pylist()
    return {(row["rule"], row["subject"]): row["observed"] for row in rows}


def with_this_run(
    measured: Measured, *, release_id: str, clock: datetime
) -> pd.DataFrame:
    """Returns HISTORY with this run's rows, those of days long past dropped."""
    new = measured.now.assign(
        release_id=release_id, as_of=measured.as_of, clock=clock, day=measured.day
    )
    whole = pd.concat([measured.history, new[HISTORY.names]])
    newest = max(whole["as_of"], default=measured.as_of)
    kept = whole[whole["as_of"] >= newest - timedelta(days=HISTORY_DAYS)]
    order = ["as_of", "clock", "statistic", "subject", "version"]
    return pd.DataFrame(kept.sort_values(order, ignore_index=True))


def write_history(history: pd.DataFrame, folder: Path) -> None:
    """Writes HISTORY into a release's folder of Parquet files."""
    table = pa.Table.from_pandas(history, schema=HISTORY, preserve_index=False)
    pq.write_table(table, folder / STATISTICS_FILE, compression="zstd")
