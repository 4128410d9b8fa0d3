"""Every decision about who is who, in the order in which they were taken.

grain: decision_id. Read from the log, to which account_members has added.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: identity.decisions."""
    import os
    from pathlib import Path

    from pipelines.identity import resolve

    dbt.config(materialized="table", schema="identity")
    dbt.ref("account_members")
    return resolve.decisions(data=Path(os.environ["TSUNAGARI_DATA"]))
