"""The register's 30 columns: they have no header, the specification orders them."""

from __future__ import annotations

from collections.abc import Sequence

from sources._base.companies import is_corporate_number
from sources._base.source import Table

COLUMNS = (
    "sequence_number", "corporate_number", "process", "correct", "update_date",
    "change_date", "name", "name_image_id", "kind", "prefecture_name", "city_name",
    "street_number", "address_image_id", "prefecture_code", "city_code", "post_code",
    "address_outside", "address_outside_image_id", "close_date", "close_cause",
    "successor_corporate_number", "change_cause", "assignment_date", "latest",
    "en_name", "en_prefecture_name", "en_city_name", "en_address_outside", "furigana",
    "hihyoji",
)  # fmt: skip
NUMBER = COLUMNS.index("corporate_number")
NAME = COLUMNS.index("name")
# Where a row stands in its file says nothing of the company.
LANDED = COLUMNS[1:]

CORPORATIONS = Table(
    name="corporations",
    key=(
        "corporate_number",
        "process",
        "change_date",
        "update_date",
        "name",
        "street_number",
    ),
    columns=dict.fromkeys(LANDED, "text"),
    description="What the register says of a company from a change on; latest = 1 is"
    " how it stands.",
)


def row_of(fields: Sequence[str]) -> dict[str, str | None]:
    """A line of the register as a row; empty fields are null."""
    return {
        name: value or None
        for name, value in zip(COLUMNS, fields, strict=True)
        if name in CORPORATIONS.columns
    }


def problem_of(fields: Sequence[str]) -> str | None:
    """Why a line is none of the register's, None when it is one."""
    if len(fields) != len(COLUMNS):
        return f"the line has {len(fields)} columns, the register's have {len(COLUMNS)}"
    if not is_corporate_number(fields[NUMBER]):
        return f"{fields[NUMBER]} is no corporate number: its check digit is wrong"
    return None
