"""Every line of inbox/identity/decisions.csv and what became of it.

grain: line.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: identity.manual_decisions."""
    import os
    from pathlib import Path

    from pipelines.identity import manual, resolve

    dbt.config(materialized="table", schema="identity")
    accounts = dbt.ref("int_accounts").project("account_id")
    return resolve.manual_decisions(
        accounts.to_arrow_table(),
        data=Path(os.environ["TSUNAGARI_DATA"]),
        inbox=manual.inbox_of(os.environ),
    )
