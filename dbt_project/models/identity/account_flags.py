"""Which accounts are programs or colleagues, by their names and by people.

grain: account_id. Overrides is_bot and is_internal of int_accounts where not null.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: identity.account_flags."""
    import os
    from pathlib import Path

    from pipelines.identity import frames, manual, resolve

    dbt.config(materialized="table", schema="identity")
    accounts = dbt.ref("int_accounts").project(", ".join(frames.ACCOUNTS.names))
    return resolve.account_flags(
        accounts.to_arrow_table(),
        data=Path(os.environ["TSUNAGARI_DATA"]),
        inbox=manual.inbox_of(os.environ),
    )
