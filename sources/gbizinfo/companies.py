"""What gBizINFO sends of a company and what of it lands: no names of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sources._base.source import Table
from sources._base.values import count_of, text_of

_TEXTS = (
    "corporate_number",
    "name",
    "kana",
    "name_en",
    "postal_code",
    "location",
    "status",
    "close_date",
    "close_cause",
    "kind",
    "process",
    "business_summary",
    "company_url",
    "date_of_establishment",
    "update_date",
)
_COUNTS = ("capital_stock", "employee_number", "founding_year")

COMPANIES = Table(
    name="companies",
    key=("corporate_number",),
    columns={
        **dict.fromkeys(_TEXTS, "text"),
        **dict.fromkeys(_COUNTS, "bigint"),
        "industry": "json",
    },
    description="Companies that other sources tell of, as gBizINFO knows them.",
)


def company_row(info: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a company; fields without a value are left out by gBizINFO."""
    return {
        **{name: text_of(info.get(name), name) or None for name in _TEXTS},
        **{name: count_of(info.get(name), name) for name in _COUNTS},
        "industry": [text_of(one, "industry") for one in info.get("industry") or []],
    }
