"""Which person each account belongs to.

grain: account_id. Appends what this run decided to <DATA>/identity/decisions/ and
returns the map that follows from the whole log; see pipelines/identity/resolve.py.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: identity.account_members, every row of int_accounts once."""
    import os
    from pathlib import Path

    from pipelines.identity import frames, manual, resolve

    dbt.config(materialized="table", schema="identity")
    accounts = dbt.ref("int_accounts").project(", ".join(frames.ACCOUNTS.names))
    links = dbt.ref("int_account_links").project(", ".join(frames.LINKS.names))
    run = dbt.ref("stg_run__parameters").project("epoch_us(run_at)").fetchall()[0]
    return resolve.account_members(
        accounts.to_arrow_table(),
        links.to_arrow_table(),
        data=Path(os.environ["TSUNAGARI_DATA"]),
        run_at=resolve.clock(run[0]),
        inbox=manual.inbox_of(os.environ),
    )
