"""How well each predictor told, at past month ends, who would fall silent.

grain: formula_version, month, horizon_days, outcome, baseline. See
pipelines/stars/risk.py.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: intermediate.int_risk_backtest."""
    from pipelines.stars import risk

    dbt.config(materialized="table", schema="intermediate")
    return risk.backtest(
        risk.run(
            parameters=dbt.ref("stg_run__parameters"),
            versions=dbt.ref("formula_versions"),
            rules=dbt.ref("risk_rules"),
            members=dbt.ref("int_rhythm_members"),
            days=dbt.ref("int_rhythm_days"),
            stages=dbt.ref("int_rhythm_stages"),
        )
    )
