"""Who is at risk at the end of the as-of day, and what every predictor says of them.

grain: member_number. See pipelines/stars/drift.py and rhythm.py.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: intermediate.int_member_risks."""
    from pipelines.stars import risk

    dbt.config(materialized="table", schema="intermediate")
    return risk.member_risks(
        risk.run(
            parameters=dbt.ref("stg_run__parameters"),
            versions=dbt.ref("formula_versions"),
            rules=dbt.ref("risk_rules"),
            members=dbt.ref("int_rhythm_members"),
            days=dbt.ref("int_rhythm_days"),
            stages=dbt.ref("int_rhythm_stages"),
        )
    )
