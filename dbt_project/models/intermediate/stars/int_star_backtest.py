"""How well the model of stars and simpler numbers told, at past month ends, what came.

grain: formula_version, month, horizon_days, outcome, baseline. See
pipelines/stars/backtest.py.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: intermediate.int_star_backtest."""
    from pipelines.stars import tables

    dbt.config(materialized="table", schema="intermediate")
    run = dbt.ref("stg_run__parameters").project("formula_version").fetchall()[0]
    return tables.backtest_table(
        features=dbt.ref("int_star_people"),
        days=dbt.ref("int_star_snapshots"),
        version=run[0],
    )
