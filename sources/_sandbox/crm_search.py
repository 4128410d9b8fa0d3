"""HubSpot's search: filter groups, one sort, and an index for walks by id."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sources._sandbox.crm_records import Record

OPERATORS = {
    "EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY",
    "NOT_HAS_PROPERTY", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN",
}  # fmt: skip
NUMBERS = ("hs_object_id", "amount", "numberofemployees")
DATES = ("createdate", "lastmodifieddate", "hs_lastmodifieddate", "closedate")
Test = Callable[[Record], bool]


class BadSearch(ValueError):
    """A body HubSpot refuses."""


def search(
    rows: list[Record], body: dict[str, Any], found: dict[str, list[Record]], kind: str
) -> list[Record]:
    """The matching rows in the order asked for; `rows` are in order of id.

    A walk by id (`hs_object_id GT last`, sorted by it) cuts an answer kept in `found`
    instead of testing every record again on every page.
    """
    groups = body.get("filterGroups") or []
    if len(groups) > 5 or any(len(group.get("filters", [])) > 6 for group in groups):
        raise BadSearch("too many filter groups or filters")
    sort = _sort(body)
    bounds: list[dict[str, Any]] = []
    if len(groups) == 1 and sort == ("hs_object_id", False):
        filters = groups[0].get("filters", [])
        bounds = [
            item
            for item in filters
            if item.get("propertyName") == "hs_object_id"
            and item.get("operator") in ("GT", "GTE")
        ]
        groups = [{"filters": [item for item in filters if item not in bounds]}]
    key = json.dumps([kind, groups, sort, body.get("query")], sort_keys=True)
    if key not in found:
        if len(found) > 40:
            found.clear()
        found[key] = _ordered(_matching(rows, groups, body.get("query")), sort)
    answer = found[key]
    for item in bounds:
        value = int(_comparable("hs_object_id", item.get("value")))
        cut = bisect_right if item["operator"] == "GT" else bisect_left
        answer = answer[cut(answer, value, key=lambda row: row.id) :]
    return answer


def _sort(body: dict[str, Any]) -> tuple[str, bool]:
    """(property, descending); by id when nothing is asked for."""
    sorts = body.get("sorts") or []
    if not sorts:
        return "hs_object_id", False
    first = sorts[0]
    if isinstance(first, str):
        return first.removeprefix("-"), first.startswith("-")
    return str(first.get("propertyName")), first.get("direction") == "DESCENDING"


def _ordered(rows: list[Record], sort: tuple[str, bool]) -> list[Record]:
    name, descending = sort
    if name == "hs_object_id":
        return rows[::-1] if descending else rows
    return sorted(
        rows,
        key=lambda row: (row.properties.get(name) is None, _sortable(name, row)),
        reverse=descending,
    )


def _sortable(name: str, row: Record) -> Any:
    value = row.properties.get(name)
    if value is None:
        return 0.0 if name in NUMBERS or name in DATES else ""
    return _comparable(name, value)


def _matching(rows: list[Record], groups: list[Any], query: Any) -> list[Record]:
    tests = [[_test(item) for item in group.get("filters", [])] for group in groups]
    if tests:
        rows = [
            row
            for row in rows
            if any(all(test(row) for test in group) for group in tests)
        ]
    if query:
        words = str(query).lower().split()
        rows = [row for row in rows if all(_mentions(row, word) for word in words)]
    return list(rows)


def _mentions(row: Record, word: str) -> bool:
    return any(word in (value or "").lower() for value in row.properties.values())


def _comparable(name: str, value: Any) -> Any:
    """Numbers as numbers, dates as milliseconds, text folded."""
    text = str(value)
    try:
        if name in NUMBERS:
            return float(text) if "." in text else int(text)
        if name in DATES:
            if text.lstrip("-").isdigit():
                return float(text)
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            if moment.tzinfo is None:
                raise ValueError("no offset")
            return round(moment.timestamp() * 1000, 0)
    except ValueError as error:
        raise BadSearch(f"invalid value for {name}: {text}") from error
    return text.lower()


def _test(item: dict[str, Any]) -> Test:
    name, operator = str(item.get("propertyName")), item.get("operator")
    if operator not in OPERATORS:
        raise BadSearch(f"invalid operator: {operator}")
    if operator == "HAS_PROPERTY":
        return lambda row: row.properties.get(name) is not None
    if operator == "NOT_HAS_PROPERTY":
        return lambda row: row.properties.get(name) is None
    if operator in ("IN", "NOT_IN"):
        values = {_comparable(name, value) for value in item.get("values") or []}
        return lambda row: (_value(row, name) in values) == (operator == "IN")
    if "value" not in item:
        raise BadSearch(f"{operator} needs a value")
    low = _comparable(name, item["value"])
    if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        word = str(item["value"]).strip("*").lower()
        return lambda row: (
            (word in str(_value(row, name) or "")) == (operator == "CONTAINS_TOKEN")
        )
    if operator == "EQ":
        return lambda row: bool(_value(row, name) == low)
    if operator == "NEQ":
        return lambda row: bool(_value(row, name) != low)
    high = _comparable(name, item["highValue"]) if operator == "BETWEEN" else None
    compare: dict[str, Callable[[Any], bool]] = {
        "LT": lambda value: bool(value < low),
        "LTE": lambda value: bool(value <= low),
        "GT": lambda value: bool(value > low),
        "GTE": lambda value: bool(value >= low),
        "BETWEEN": lambda value: bool(low <= value <= high),
    }
    chosen = compare[operator]

    def passes(row: Record) -> bool:
        value = _value(row, name)
        return value is not None and chosen(value)

    return passes


def _value(row: Record, name: str) -> Any:
    value = row.properties.get(name)
    return None if value is None else _comparable(name, value)
