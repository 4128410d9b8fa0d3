"""Ids of members that were merged away, and where they lead today.

grain: alias_member_id. Read from the log, to which account_members has added.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: identity.member_aliases."""
    import os
    from pathlib import Path

    from pipelines.identity import resolve

    dbt.config(materialized="table", schema="identity")
    dbt.ref("account_members")
    return resolve.member_aliases(data=Path(os.environ["TSUNAGARI_DATA"]))
