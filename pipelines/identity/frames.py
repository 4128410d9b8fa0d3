"""Shapes of the frames that go in and come out; column: dtype.

`accounts` and `links` are read from intermediate.int_accounts and int_account_links;
the others are the tables of the schema identity, column for column.
"""

from typing import Final

import pandas as pd
import pyarrow as pa

_TIME: Final = pa.timestamp("us", tz="UTC")

ACCOUNTS: Final = pa.schema(
    [
        ("account_id", pa.string()),
        ("source", pa.string()),
        ("handle", pa.string()),
        ("display_name", pa.string()),
        ("name_kana", pa.string()),
        ("email", pa.string()),
        ("email_is_verified", pa.bool_()),
        ("company_name", pa.string()),
        ("department", pa.string()),
        ("profile_urls", pa.string()),
        ("first_seen_at", _TIME),
        ("crm_contact_id", pa.string()),
        ("is_bot", pa.bool_()),
    ]
)
LINKS: Final = pa.schema(
    [
        ("account_id_a", pa.string()),
        ("account_id_b", pa.string()),
        ("evidence", pa.string()),
        ("n", pa.int64()),
    ]
)
ACCOUNT_MEMBERS: Final = pa.schema(
    [
        ("account_id", pa.string()),
        ("member_id", pa.string()),
        ("link_rule", pa.string()),
        ("link_probability", pa.float64()),
        ("linked_at", _TIME),
        ("is_manual", pa.bool_()),
    ]
)
DECISIONS: Final = pa.schema(
    [
        ("decision_id", pa.string()),
        ("decision", pa.string()),
        ("account_id_a", pa.string()),
        ("account_id_b", pa.string()),
        ("member_id", pa.string()),
        ("previous_member_id", pa.string()),
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("probability", pa.float64()),
        ("decided_by", pa.string()),
        ("decided_at", _TIME),
        ("run_id", pa.string()),
        ("sequence", pa.int64()),
    ]
)
REVIEW_QUEUE: Final = pa.schema(
    [
        ("account_id_a", pa.string()),
        ("account_id_b", pa.string()),
        ("rule", pa.string()),
        ("probability", pa.float64()),
        ("evidence", pa.string()),
        ("queued_at", _TIME),
    ]
)
MEMBER_ALIASES: Final = pa.schema(
    [
        ("alias_member_id", pa.string()),
        ("member_id", pa.string()),
        ("aliased_at", _TIME),
    ]
)
ACCOUNT_FLAGS: Final = pa.schema(
    [
        ("account_id", pa.string()),
        ("is_bot", pa.bool_()),
        ("is_internal", pa.bool_()),
        ("reason", pa.string()),
        ("decided_by", pa.string()),
    ]
)
MANUAL_DECISIONS: Final = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("status", pa.string()),
        ("decision", pa.string()),
        ("account_a", pa.string()),
        ("account_b", pa.string()),
        ("reason", pa.string()),
        ("decided_by", pa.string()),
        ("decided_on", pa.string()),
    ]
)
REJECTED_DECISIONS: Final = pa.schema(
    [
        ("source", pa.string()),
        ("table_name", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("reason", pa.string()),
        ("payload", pa.string()),
    ]
)


def shaped(frame: pd.DataFrame, schema: pa.Schema) -> pd.DataFrame:
    """The frame with exactly the schema's columns and types; absent ones are null."""
    shaped_frame: pd.DataFrame = to_table(frame, schema).to_pandas()
    return shaped_frame


def to_table(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """The frame as an Arrow table of the schema; absent columns are null."""
    columns = [
        pa.nulls(len(frame), field.type)
        if field.name not in frame
        else pa.array(frame[field.name], type=field.type, from_pandas=True)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
