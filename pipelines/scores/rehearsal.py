"""Scores under another formula: the real score models, run beside the warehouse.

The SQL is what dbt compiles. It runs in a database of its own, in a folder that goes
afterwards: what the models read of other models are views on the warehouse, opened
read-only, and the seeds hold the one version that is tried. Nothing of the warehouse or
the release changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines import dbt
from pipelines.publish.catalogue import quoted
from pipelines.scores.formula import VERSIONED, Formula, FormulaError
from pipelines.workspace import Workspace

SCORES = "marts.member_scores"
ASKED = "member_scores"
SCORE_MODELS = "models/intermediate/scores/"
PARAMETERS = "stg_run__parameters"


class NoScores(Exception):
    """The data folder has no scores that could be compared."""


@dataclass(frozen=True)
class Node:
    """A table of the warehouse: built here when it has a query, else read from it."""

    name: str
    schema: str
    query: str | None

    @property
    def relation(self) -> str:
        return f'"{self.schema}"."{self.name}"'


@dataclass(frozen=True)
class Models:
    """All that the score models take: inputs, seeds and themselves, in their order."""

    nodes: tuple[Node, ...]
    seeds: dict[str, tuple[Node, dict[str, str]]]


@dataclass(frozen=True)
class Rehearsed:
    """Members under each formula, in the order of the formulas.

    scores: member_id, event_score, share_score, stage, display_name; no bots.
    """

    as_of: date
    is_synthetic: bool
    scores: tuple[pd.DataFrame, ...]


def rehearse(workspace: Workspace, formulas: Sequence[Formula]) -> Rehearsed:
    """Returns everybody's scores under each formula, of the facts last refreshed.

    Raises: NoScores; FormulaError when a seed cannot be read; Busy.
    """
    if not workspace.warehouse.is_file():
        raise NoScores(f"no data in {workspace.data}: run `make refresh` first")
    workspace.hold()
    with TemporaryDirectory(prefix="score-diff-") as folder:
        models = compiled_models(Workspace(Path(folder) / "compiled"))
        with _database(workspace.warehouse, Path(folder)) as connection:
            as_of, is_synthetic = _run_of(connection)
            _inputs(connection, models)
            return Rehearsed(
                as_of=as_of,
                is_synthetic=is_synthetic,
                scores=tuple(
                    _scores(connection, models, formula, as_of) for formula in formulas
                ),
            )


def compiled_models(workspace: Workspace) -> Models:
    """Returns the mart of scores and what it is made of, as dbt compiles it here.

    workspace: an empty one: nothing of it is read.
    """
    workspace.prepare()
    manifest, queries = dbt.compiled(workspace, [f"path:{SCORE_MODELS}", ASKED])
    nodes: dict[str, Any] = {**manifest.nodes, **manifest.sources}
    ordered: list[str] = []

    def visit(key: str) -> None:
        if key in ordered:
            return
        if key in queries:
            for parent in nodes[key].depends_on.nodes:
                # what tells a daily run whose rows to keep is in no query
                if nodes[parent].relation_name in queries[key]:
                    visit(parent)
        ordered.append(key)

    visit(next(key for key in queries if nodes[key].name == ASKED))
    return Models(
        nodes=tuple(
            Node(
                nodes[key].identifier if key[:6] == "source" else nodes[key].alias,
                nodes[key].schema,
                queries.get(key),
            )
            for key in ordered
            if key[:5] != "seed."
        ),
        seeds={
            nodes[key].name: (
                Node(nodes[key].alias, nodes[key].schema, None),
                dict(nodes[key].config.column_types),
            )
            for key in ordered
            if key[:5] == "seed."
        },
    )


@contextmanager
def _database(warehouse: Path, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database named as compiled SQL names it; the real one beside it is `facts`."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET temp_directory = {quoted(str(folder / 'spill'))}")
        connection.execute(
            f"ATTACH {quoted(str(folder / 'tried.duckdb'))} AS warehouse"
        )
        connection.execute(f"ATTACH {quoted(str(warehouse))} AS facts (READ_ONLY)")
        connection.execute("USE warehouse")
        yield connection


def _run_of(connection: duckdb.DuckDBPyConnection) -> tuple[date, bool]:
    """The as-of day of the scores in the warehouse, and whether people are invented."""
    try:
        found = connection.execute(
            f"SELECT max(as_of_date) FROM facts.{SCORES}"
        ).fetchone()
    except duckdb.CatalogException:
        found = None
    if found is None or found[0] is None:
        raise NoScores("the warehouse has no scores yet: run `make refresh` first")
    synthetic = connection.execute(
        f"SELECT bool_or(is_synthetic) FROM facts.staging.{PARAMETERS}"
    ).fetchone()
    return found[0], bool(synthetic and synthetic[0])


def _inputs(connection: duckdb.DuckDBPyConnection, models: Models) -> None:
    """Views on what the score models read of others."""
    for schema in {node.schema for node in models.nodes} | {
        node.schema for node, _ in models.seeds.values()
    }:
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    for node in models.nodes:
        if node.query is None and node.name != PARAMETERS:
            connection.execute(
                f"CREATE VIEW {node.relation} AS FROM facts.{node.relation}"
            )


def _scores(
    connection: duckdb.DuckDBPyConnection,
    models: Models,
    formula: Formula,
    as_of: date,
) -> pd.DataFrame:
    """Builds the score models under one formula and returns what members have."""
    connection.execute(
        f"CREATE OR REPLACE TABLE staging.{PARAMETERS} AS SELECT * REPLACE"
        f" ($version AS formula_version, $as_of AS as_of_date)"
        f" FROM facts.staging.{PARAMETERS}",
        {"version": formula.version, "as_of": as_of},
    )
    for seed, (node, types) in models.seeds.items():
        _seed(connection, formula, seed, node, types)
    for node in models.nodes:
        if node.query is not None:
            connection.execute(
                f"CREATE OR REPLACE TABLE {node.relation} AS {node.query}"
            )
    return connection.execute(
        f"""
        SELECT
            scores.member_id,
            cast(scores.event_score AS DOUBLE) AS event_score,
            cast(scores.share_score AS DOUBLE) AS share_score,
            scores.stage,
            members.display_name
        FROM {SCORES} AS scores
        LEFT JOIN facts.marts.dim_members AS members
            ON scores.member_id = members.member_id
        WHERE scores.stage IS NOT NULL
        ORDER BY scores.member_id
        """
    ).df()


def _seed(
    connection: duckdb.DuckDBPyConnection,
    formula: Formula,
    seed: str,
    node: Node,
    types: dict[str, str],
) -> None:
    """Loads a seed of the formula's folder: of its version only, where it has them."""
    rows = [
        {column: row.get(column) or None for column in types}
        for row in formula.rows(seed)
        if seed not in VERSIONED or row["formula_version"] == formula.version
    ]
    texts = pa.schema([(column, pa.string()) for column in types])
    connection.register("incoming", pa.Table.from_pylist(rows, schema=texts))
    columns = ", ".join(
        f'cast("{name}" AS {kind}) AS "{name}"' for name, kind in types.items()
    )
    try:
        connection.execute(
            f"CREATE OR REPLACE TABLE {node.relation} AS SELECT {columns} FROM incoming"
        )
    except duckdb.Error as error:
        raise FormulaError(f"{seed}.csv: {str(error).splitlines()[0]}") from error
    finally:
        connection.unregister("incoming")
