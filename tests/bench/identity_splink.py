"""Splink as it comes out of the box: its own comparisons, trained by itself.

What its documentation begins with: exact blocking on the fields, `NameComparison` and
`EmailComparison`, probabilities by random sampling and expectation maximisation, groups
above 0.95. Nothing is normalised and no rule is added.
"""

from __future__ import annotations

import logging

import pandas as pd
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from pipelines.identity.measure import LabelledSet

THRESHOLD = 0.95
RECALL = 0.7  # its documentation's guess of how much equal fields find
SEED = 1
FIELDS = {
    "display_name": comparisons.NameComparison("display_name"),
    "email": comparisons.EmailComparison("email"),
    "company_name": comparisons.ExactMatch("company_name"),
}


def resolve(data: LabelledSet, threshold: float = THRESHOLD) -> pd.DataFrame:
    """account_id, member_id. Fields that the set does not have are left out."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    rows = data.accounts[["account_id", *FIELDS]]
    fields = [name for name in FIELDS if rows[name].nunique() > 1]
    keys = [name for name in fields if name != "company_name"]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="account_id",
        comparisons=[FIELDS[name] for name in fields],
        blocking_rules_to_generate_predictions=[block_on(name) for name in keys],
    )
    database = DuckDBAPI()
    linker = Linker(database.register(rows), settings, log_level=logging.ERROR)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on(name) for name in keys], recall=RECALL
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for name in keys:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(name), record_sample_proportion=1.0
        )
    found = linker.inference.predict(threshold_match_probability=threshold)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_probability=threshold
    )
    table = groups.as_pandas_dataframe()[["account_id", "cluster_id"]]
    return table.rename(columns={"cluster_id": "member_id"})
