"""Corporate numbers (法人番号), names of companies as keys, and which ones we know.

Registers hold millions of companies: connectors ask for those some source tells of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.identity.companies import bare_company, compare_company

if TYPE_CHECKING:
    from sources._base.raw import RawReader

# Columns of raw tables in which people and systems name companies.
_NAME_COLUMNS = frozenset({"company", "company_name", "organization"})
_COMPANY_TABLES = frozenset({"companies", "file_companies"})
_COMPANIES_BY_ANOTHER_NAME = frozenset({("salesforce", "accounts")})
_CUSTOM_COLUMNS = frozenset({"custom_properties", "custom_fields"})
_NUMBER_COLUMN = "corporate_number"


@dataclass(frozen=True)
class KnownCompanies:
    """Corporate numbers (valid ones) and names that sources tell of.

    names: by key, as one of them is written.
    """

    numbers: frozenset[str]
    names: Mapping[str, str]


def is_corporate_number(text: str | None) -> bool:
    """Whether a text is a 法人番号: 13 digits, the first of which checks the others."""
    if text is None or len(text) != 13 or not (text.isascii() and text.isdecimal()):
        return False
    others = [int(digit) for digit in reversed(text[1:])]
    total = sum(
        digit * (1 if place % 2 == 0 else 2) for place, digit in enumerate(others)
    )
    return int(text[0]) == 9 - total % 9


def company_key(name: str | None) -> str:
    """A company's name without legal form, department and punctuation; "" if none.

    The same as `comparable_company` of the dbt project.
    """
    return compare_company(name)


def bare_name(name: str | None) -> str:
    """A company's name without legal form and department, otherwise as written."""
    return bare_company(name)


def known_companies(raw: RawReader, *, registers: frozenset[str]) -> KnownCompanies:
    """The companies that other sources' landed rows name.

    registers: sources that are asked about companies, and so tell of none.
    """
    from sources import discover  # they import this module

    numbers: set[str] = set()
    names: set[str] = set()
    for source in discover().values():
        if source.name in registers:
            continue
        for table in source.tables:
            is_of_companies = (
                table.name in _COMPANY_TABLES
                or (source.name, table.name) in _COMPANIES_BY_ANOTHER_NAME
            )
            for column in table.columns:
                if column in _NAME_COLUMNS or (column == "name" and is_of_companies):
                    names |= raw.distinct(source.name, table.name, column)
                elif column == _NUMBER_COLUMN:
                    numbers |= raw.distinct(source.name, table.name, column)
                elif column in _CUSTOM_COLUMNS and is_of_companies:
                    told = raw.distinct(source.name, table.name, column)
                    numbers |= {_number_in(text) for text in told}
    return KnownCompanies(
        numbers=frozenset(filter(is_corporate_number, numbers)),
        # Of several spellings always the same one, whatever order they come in.
        names={
            key: name
            for name in sorted(names, reverse=True)
            if (key := company_key(name))
        },
    )


def _number_in(properties: str) -> str:
    """The corporate number among a CRM's custom properties, "" if there is none."""
    try:
        found = json.loads(properties)
    except ValueError:
        return ""
    return str(found.get(_NUMBER_COLUMN) or "") if isinstance(found, dict) else ""
