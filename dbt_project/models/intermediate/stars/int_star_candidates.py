"""Who may be the next star, and how that is found; empty lists leave it to the rule.

grain: member_id; one row without a member. See pipelines/stars/candidates.py.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: intermediate.int_star_candidates."""
    from pipelines.stars import tables

    dbt.config(materialized="table", schema="intermediate")
    return tables.candidates_table(
        features=dbt.ref("int_star_people"),
        days=dbt.ref("int_star_snapshots"),
        judged=dbt.ref("int_star_backtest"),
    )
