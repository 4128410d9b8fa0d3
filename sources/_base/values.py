"""Values of foreign JSON as the types we declare; anything else is a changed schema."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sources._base.errors import SchemaChanged


def text_of(value: Any, name: str) -> str | None:
    """A text as it was sent; numbers become digits (ids), null stays null."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | dict | list):
        raise _changed(name, "a text", value)
    return str(value)


def count_of(value: Any, name: str) -> int | None:
    """A whole number, also when it is sent as digits; null and "" stay null."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not str(value).removeprefix("-").isdecimal():
        raise _changed(name, "a whole number", value)
    return int(value)


def flag_of(value: Any, name: str) -> bool | None:
    """A flag; null stays null."""
    if value is None or isinstance(value, bool):
        return value
    raise _changed(name, "true or false", value)


def object_of(value: Any, name: str) -> Mapping[str, Any]:
    """A nested object; null is one without keys."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise _changed(name, "an object", value)


def moment_of(text: str | None) -> datetime | None:
    """A time with an offset, for comparing; None when it is none or has no offset."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _changed(name: str, expected: str, value: Any) -> SchemaChanged:
    return SchemaChanged(
        f"{name} is no longer {expected} but a {type(value).__name__}:"
        " compare with the README of the source and change its connector"
    )
