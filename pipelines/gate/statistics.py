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

from pipelines.gate.rules import (
    HISTORY_DAYS,
    METRIC_LEAST_MOVE,
    METRIC_LEAST_N,
    POINT_RANGES,
    SILENCE_DAYS,
    STAGE_CHANGES_DAYS,
)

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

# Facts and the people they are about: what was published of them stays. Their rows by
# source where they have one. Left out are marts that are told anew every day.
GROWING = {
    "dim_companies": False,
    "dim_events": True,
    "dim_members": False,
    "fct_activities": True,
    "fct_certifications": True,
    "fct_contracts": True,
    "fct_costs": True,
    "fct_deals": True,
    "fct_hires": True,
    "fct_interactions": True,
    "fct_media_mentions": True,
    "fct_outputs": False,
    "fct_referrals": False,
    "fct_registrations": True,
    "fct_survey_responses": True,
    "member_accounts": True,
    "member_companies": False,
    "metrics": False,
}


def _rows(mart: str, has_source: bool) -> str:
    subject = f"'{mart}.' || coalesce(source, 'unknown')" if has_source else f"'{mart}'"
    return f"""
        SELECT 'rows', {subject}, '', count(*), count(*)
        FROM marts.{mart}
        GROUP BY {subject}
    """


# A metric, or a dimension of it, that is no longer there is a small part of all rows.
METRIC_ROWS = """
    SELECT
        'rows', 'metrics.' || metric_id || ' by ' || dimension, '', count(*), count(*)
    FROM marts.metrics
    GROUP BY metric_id, dimension
"""


def _points(category: str) -> str:
    ranges = "".join(
        f"WHEN {category}_points <= {upper} THEN '{name}' "
        for upper, name in POINT_RANGES
    )
    return f"""
        SELECT
            'points',
            '{category} ' || CASE {ranges} ELSE 'more' END AS range,
            formula_version,
            sum(count(*)) OVER (PARTITION BY formula_version),
            count(*)
        FROM marts.member_scores
        WHERE NOT is_internal AND NOT is_bot
        GROUP BY formula_version, range
    """


# Members known to both releases whose stage is another one now, per day between them.
STAGE_CHANGES = """
    SELECT
        'stage_changes', 'all', max(now.formula_version), count(*),
        count(*) FILTER (now.stage IS DISTINCT FROM last.stage)
            / greatest(1, max(now.as_of_date) - max(last.as_of_date))
    FROM marts.member_scores AS now
    INNER JOIN previous.member_scores AS last ON now.member_id = last.member_id
    HAVING count(*) > 0
"""
# Changes of stage per day as the last release tells its last days; days without count.
USUAL_STAGE_CHANGES = f"""
    WITH last AS (
        SELECT max(as_of_date) AS as_of, max(formula_version) AS formula_version
        FROM previous.member_scores
    ),
    days AS (
        SELECT count(stages.member_id) AS changes
        FROM last
        CROSS JOIN range({STAGE_CHANGES_DAYS}) AS ago (days)
        LEFT JOIN previous.member_stages AS stages
            ON stages.valid_from = last.as_of - cast(ago.days AS INTEGER)
        WHERE last.as_of IS NOT NULL
        GROUP BY ago.days
    )
    SELECT
        'usual_stage_changes', 'all', (SELECT formula_version FROM last), count(*),
        median(changes)
    FROM days
    HAVING count(*) > 0
"""
# Members that became others since the last release, blocked runs between included.
MERGED = """
    SELECT
        'merged', 'all', '', (SELECT count(*) FROM marts.dim_members) + count(*),
        count(*)
    FROM identity.member_aliases
    WHERE aliased_at > getvariable('last_clock')
    HAVING getvariable('last_clock') IS NOT NULL
"""
DEAL_MEDIAN = """
    SELECT
        'deal_median', coalesce(stage, 'unknown') || ' ' || currency, '', count(amount),
        cast(median(amount) AS DOUBLE)
    FROM marts.fct_deals
    WHERE amount > 0
    GROUP BY stage, currency
"""
CURRENCY_STATED = """
    SELECT 'currency_stated', source, '', count(*), count(currency) / count(*)
    FROM intermediate.int_stacked_deals
    WHERE amount IS NOT NULL
    GROUP BY source
"""
# Deals of both releases, and the most of them whose amount moved by one power of ten:
# to half a percent, since a unit is rounded. An amount typed anew moves by anything.
DEALS_RESCALED = """
    WITH pairs AS (
        SELECT
            coalesce(now.source, 'unknown') AS source,
            log10(cast(now.amount AS DOUBLE) / cast(last.amount AS DOUBLE)) AS power
        FROM marts.fct_deals AS now
        INNER JOIN previous.fct_deals AS last ON now.deal_id = last.deal_id
        WHERE now.amount > 0 AND last.amount > 0
    ),
    powers AS (
        SELECT
            source, round(power) AS power, count(*) AS deals,
            count(*) FILTER (abs(power - round(power)) < 0.002 AND round(power) <> 0)
                AS rescaled
        FROM pairs
        GROUP BY source, round(power)
    )
    SELECT 'deals_rescaled', source, '', sum(deals), max(rescaled)
    FROM powers
    GROUP BY source
"""
COSTS_TURNED = """
    SELECT 'costs_turned', coalesce(now.source, 'unknown') AS source, '', count(*),
        count(*) FILTER (sign(now.amount) <> sign(last.amount))
    FROM marts.fct_costs AS now
    INNER JOIN previous.fct_costs AS last ON now.cost_id = last.cost_id
    WHERE now.amount <> 0 AND last.amount <> 0
    GROUP BY coalesce(now.source, 'unknown')
"""
# Their activities are not held against the day the account began: nobody knows it.
UNDATED = """
    SELECT 'accounts_without_date', source, '', count(*),
        count(*) FILTER (first_seen_at IS NULL)
    FROM intermediate.int_accounts
    GROUP BY source
"""
# The largest move of each metric among the periods that both releases call complete;
# numbers of differences (growth, `_delta`) lie near zero and move by any share.
METRIC_CHANGE = f"""
    WITH pairs AS (
        SELECT
            now.metric_id,
            now.definition_version,
            definitions.unit = 'ratio' AS is_rate,
            abs(now.value - last.value) AS points,
            CASE WHEN abs(now.value - last.value) > {METRIC_LEAST_MOVE}
                THEN abs(now.value - last.value) / nullif(abs(last.value), 0)
                ELSE 0
            END AS share
        FROM marts.metrics AS now
        INNER JOIN previous.metrics AS last
            ON now.metric_id = last.metric_id
            AND now.definition_version = last.definition_version
            AND now.period_grain = last.period_grain
            AND now.dimension = last.dimension
            AND now.dimension_value = last.dimension_value
            AND (now.period_start = last.period_start OR now.period_grain = 'run')
        INNER JOIN marts.metric_definitions AS definitions
            ON now.metric_id = definitions.metric_id
        WHERE now.is_complete AND last.is_complete
            AND least(now.n, last.n) >= {METRIC_LEAST_N}
            AND now.value IS NOT NULL AND last.value IS NOT NULL
            AND now.metric_id NOT LIKE '%\\_delta' ESCAPE '\\'
            AND now.metric_id NOT LIKE '%growth%'
    )
    SELECT
        CASE WHEN is_rate THEN 'rate_change' ELSE 'metric_change' END, metric_id,
        definition_version, count(*), max(CASE WHEN is_rate THEN points ELSE share END)
    FROM pairs
    GROUP BY metric_id, definition_version, is_rate
    HAVING max(CASE WHEN is_rate THEN points ELSE share END) IS NOT NULL
"""
# The days of half a year, and the first day of each source: that load brought its past.
LOADED = f"""
    WITH days AS (
        SELECT
            *,
            min(load_date) OVER (PARTITION BY source) AS first_date,
            max(load_date) OVER () AS last_date
        FROM intermediate.int_source_loads
    )
    SELECT source, load_date, landed
    FROM days
    WHERE load_date >= last_date - {SILENCE_DAYS} OR load_date = first_date
    ORDER BY source, load_date
"""
STATISTICS = (
    *(_rows(mart, has_source) for mart, has_source in GROWING.items()),
    METRIC_ROWS,
    _points("event"),
    _points("share"),
    STAGE_CHANGES,
    USUAL_STAGE_CHANGES,
    MERGED,
    DEAL_MEDIAN,
    CURRENCY_STATED,
    DEALS_RESCALED,
    COSTS_TURNED,
    UNDATED,
    METRIC_CHANGE,
)


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
