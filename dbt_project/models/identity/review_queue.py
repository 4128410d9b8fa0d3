"""Pairs of accounts that a person should look at.

grain: account_id_a, account_id_b, rule.
Read from the log, to which account_members has added.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: identity.review_queue."""
    import os
    from pathlib import Path

    from pipelines.identity import resolve

    dbt.config(materialized="table", schema="identity")
    dbt.ref("account_members")
    return resolve.review_queue(data=Path(os.environ["TSUNAGARI_DATA"]))
