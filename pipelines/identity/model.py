"""Probabilities for the pairs that no plain rule decides: a Fellegi-Sunter model.

Run by Splink on DuckDB, in memory. What an agreement is worth stands in a file of
parameters that training writes (train.py) and a run only reads: a daily run cannot
change its mind about two accounts that did not change.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.identity import clusters, community, policy, statistics
from pipelines.identity.comparisons import COMPARISONS, Level
from pipelines.identity.statistics import Statistics

SHIPPED_FILE: Final = Path(__file__).with_name("model.json")
TRAINED: Final = Path("identity") / "model.json"


@dataclass(frozen=True)
class Parameters:
    """What each level is worth.

    version: of the comparisons; weights: comparison -> level -> (m, u), the shares of
    pairs that are one person, and that are two, which reach this level
    others:  other accounts of the same person that an account has on average
    """

    name: str
    others: float
    weights: dict[str, dict[str, tuple[float, float]]]


def parameters(data: Path) -> Parameters:
    """Those trained for this data folder, else those that come with the project."""
    own = data / TRAINED
    return read_parameters(own if own.exists() else SHIPPED_FILE)


def read_parameters(file: Path) -> Parameters:
    """Raises ValueError, with what to do, where it does not fit the comparisons."""
    values = json.loads(file.read_text(encoding="utf-8"))
    weights = {
        comparison: {level: (pair[0], pair[1]) for level, pair in levels.items()}
        for comparison, levels in values["weights"].items()
    }
    expected = {
        comparison.name: {
            level.name for level in comparison.levels if not level.is_unknown
        }
        for comparison in COMPARISONS
    }
    if {name: set(levels) for name, levels in weights.items()} != expected:
        raise ValueError(
            f"{file} was trained for other comparisons: delete it to use the shipped"
            " parameters, or train again with python -m pipelines.identity.train"
        )
    return Parameters(values["name"], values["others"], weights)


SHIPPED: Final = read_parameters(SHIPPED_FILE)


def settings(weights: Parameters | None, people: int) -> dict[str, Any]:
    """Splink's settings for that many people; without weights it starts from none."""
    others = weights.others if weights else 0.5
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "probability_two_random_records_match": others / _rounded(people),
        "blocking_rules_to_generate_predictions": [
            {
                "blocking_rule": "l.blocks = r.blocks AND l.person <> r.person",
                "arrays_to_explode": ["blocks"],
                "sql_dialect": "duckdb",
            }
        ],
        "comparisons": [
            {
                "output_column_name": comparison.name,
                "comparison_levels": [
                    _level(
                        level,
                        None if weights is None else weights.weights[comparison.name],
                        people,
                    )
                    for level in comparison.levels
                ],
            }
            for comparison in COMPARISONS
        ],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": ["person"],
    }


def _rounded(people: int) -> float:
    """A power of two: one newcomer changes nobody's probability."""
    return float(2 ** round(np.log2(max(people, 2))))


def _level(
    level: Level, weights: dict[str, tuple[float, float]] | None, people: int
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "sql_condition": level.condition,
        "label_for_charts": level.name,
    }
    if level.is_unknown:
        return values | {"is_null_level": True}
    if weights is not None:
        m, u = weights[level.name]
        if level.strangers == "per account":
            u /= _rounded(people)
        values |= {"m_probability": m, "u_probability": u}
    if level.frequency_of:
        values |= {
            "tf_adjustment_column": level.frequency_of,
            "tf_adjustment_weight": 1.0,
        }
    return values


class Model:
    """Compares accounts, as often as what is known of them changes.

    features: from `features.of_accounts`, of people only
    labels:   per account the person as known by the rules
    numbers:  None takes them from these accounts, which then must be all
    sizes:    block, accounts (of all) where these are but a part of all accounts
    """

    def __init__(
        self,
        features: pd.DataFrame,
        labels: clusters.Positions,
        weights: Parameters,
        numbers: Statistics | None = None,
        sizes: pa.Table | None = None,
    ) -> None:
        self._ids = features.index
        self._weights = weights
        self._sizes = sizes
        self._is_ready = False
        self._connection = duckdb.connect(config={"threads": 2})
        community.describe(self._connection, features, labels)
        self.numbers = numbers or statistics.take(self._connection)

    def __enter__(self) -> "Model":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def blocks(self) -> pa.Table:
        """id, block: what is compared with what."""
        return community.blocks(self._connection)

    def scored(
        self,
        labels: clusters.Positions,
        together: pd.DataFrame,
        *,
        threshold: float = policy.REVIEW_AT,
        only_seen: bool = False,
    ) -> pd.DataFrame:
        """Pairs of accounts of two people as known, by how probably they are one.

        labels:    per account the person as known by now
        together:  a, b, n: positions seen to act as one, and how often
        only_seen: leaves out who was seen with nobody; their pairs do not change
        Returns a, b (positions, a < b), probability, and one column a comparison with
        the name of the level that the pair reached.
        """
        from splink import DuckDBAPI, Linker  # its import costs more than small runs

        persons = pd.Series(labels, index=self._ids)
        if self._is_ready:
            community.again(self._connection, persons, together, only_seen=only_seen)
        else:
            community.tabulate(
                self._connection, self.numbers, self._sizes, persons, together
            )
            self._is_ready = True
        if len(self._connection.sql("SELECT id FROM accounts LIMIT 2").fetchall()) < 2:
            return nothing()
        api = DuckDBAPI(self._connection)
        linker = Linker(
            api.register("accounts"), settings(self._weights, self.numbers.people)
        )
        for column in statistics.COLUMNS:
            linker.table_management.register_term_frequency_lookup(
                api.register(f"{column}_frequencies"), column
            )
        table = linker.inference.predict(threshold_match_probability=threshold)
        gammas = ", ".join(f"gamma_{comparison.name}" for comparison in COMPARISONS)
        found = self._connection.sql(
            f"SELECT id_l, id_r, match_probability, {gammas} FROM {table.physical_name}"
        ).df()
        tables: Any = linker.table_management
        tables.delete_tables_created_by_splink_from_db()
        return _as_scored(found)


def scored(
    features: pd.DataFrame,
    labels: clusters.Positions,
    together: pd.DataFrame,
    weights: Parameters,
    *,
    threshold: float = policy.REVIEW_AT,
) -> pd.DataFrame:
    """What `Model.scored` gives the first time, for all accounts."""
    with Model(features, labels, weights) as comparing:
        return comparing.scored(labels, together, threshold=threshold)


def _as_scored(found: pd.DataFrame) -> pd.DataFrame:
    """Splink's predictions as positions, probability and names of levels."""
    result = pd.DataFrame(
        {
            "a": np.minimum(found["id_l"], found["id_r"]).astype("int64"),
            "b": np.maximum(found["id_l"], found["id_r"]).astype("int64"),
            "probability": found["match_probability"].astype("float64"),
        }
    )
    for comparison in COMPARISONS:
        result[comparison.name] = _level_names(
            comparison.levels, found[f"gamma_{comparison.name}"]
        )
    return result.sort_values(["a", "b"], ignore_index=True)


def _level_names(
    levels: tuple[Level, ...], gamma: "pd.Series[int]"
) -> "pd.Series[str]":
    """Splink counts levels from the last (0) upwards; -1 is unknown."""
    known = [level.name for level in reversed(levels) if not level.is_unknown]
    names = np.array([*known, "unknown"], dtype=np.object_)
    return pd.Series(names[gamma.to_numpy()], index=gamma.index, dtype="str")


def nothing() -> pd.DataFrame:
    """No pair, in the shape of `Model.scored`."""
    columns = {"a": "int64", "b": "int64", "probability": "float64"}
    columns |= {comparison.name: "str" for comparison in COMPARISONS}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
