"""Names of fields and words of values, from YAML: a correction needs no code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources._base.errors import Rejected, SchemaChanged
from sources._files.yaml_text import BadYaml, parsed

BUILT_IN = Path(__file__).with_name("fields.yaml")
Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Fields:
    """requests, lists: name -> text; records: table -> column -> names in answers;

    values: column -> word of the platform in lower case -> our word.
    """

    requests: Mapping[str, str]
    lists: Mapping[str, str]
    records: Mapping[str, Names]
    values: Mapping[str, Mapping[str, str]]

    def of(self, table: str, record: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a record as they were sent; None where none is filled."""
        return {
            column: first_filled(record, names)
            for column, names in self.records[table].items()
        }

    def meaning(self, column: str, value: str | None) -> str | None:
        """Our word for a value; one nobody has explained stays as it is."""
        if value is None:
            return None
        return self.values[column].get(value.strip().casefold(), value)

    def answers(self, value: Any) -> list[dict[str, Any]]:
        """Custom fields as [{question, answer}], from an object or a list of objects.

        Raises: SchemaChanged for anything else.
        """
        if value is None:
            return []
        if isinstance(value, dict):
            return [{"question": k, "answer": _text(v)} for k, v in value.items()]
        is_list = isinstance(value, list) and all(isinstance(v, dict) for v in value)
        if not is_list:
            raise SchemaChanged(
                "custom fields are neither an object nor a list of objects:"
                " name the right field under users.custom_fields (EVENTHUB_FIELDS)"
            )
        found = [self.of("custom_fields", item) for item in value]
        return [
            {"question": _text(item["question"]), "answer": _text(item["answer"])}
            for item in found
        ]


def load(own: Path | None) -> Fields:
    """Reads the built-in names, and over them those of a file of the user's.

    Raises: Rejected with file and key if one cannot be used.
    """
    built_in = _read(BUILT_IN)
    if own is not None:
        _overlay(built_in, _read(own), own)
    values = {
        column: {
            word.casefold(): ours for ours, words in meanings.items() for word in words
        }
        for column, meanings in built_in.pop("values").items()
    }
    return Fields(
        requests=built_in.pop("requests"),
        lists=built_in.pop("lists"),
        records={
            table: {column: tuple(names) for column, names in columns.items()}
            for table, columns in built_in.items()
        },
        values=values,
    )


def first_filled(record: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The first of these fields that is neither absent, null nor blank."""
    for value in _found(record, names):
        if value is not None and value != "":
            return value
    return None


def _found(record: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Any]:
    for name in names:
        value: Any = record
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        yield value


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return None if value is None else str(value)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = parsed(path.read_text(encoding="utf-8"))
    except (OSError, BadYaml, UnicodeDecodeError) as error:
        raise Rejected(
            f"the names of EventHub's fields cannot be read from {path.name}: {error}"
        ) from error
    if not isinstance(found, dict):
        raise Rejected(f"{path.name} is no file of names: see fields.yaml of eventhub")
    return found


def _overlay(built_in: dict[str, Any], own: dict[str, Any], path: Path) -> None:
    """Replaces lines of the built-in file by those of the user's."""
    for section, lines in own.items():
        known = built_in.get(section)
        if known is None or not isinstance(lines, dict):
            raise Rejected(
                f"{path.name}: {section} is none of {', '.join(built_in)}: see"
                " fields.yaml of eventhub"
            )
        for name, value in lines.items():
            if name not in known:
                raise Rejected(
                    f"{path.name}: {section}.{name} is not known; known:"
                    f" {', '.join(known)}"
                )
            known[name] = _as_written(value, known[name], f"{section}.{name}", path)


def _as_written(value: Any, pattern: Any, name: str, path: Path) -> Any:
    """The user's value in the shape of the built-in one."""
    if isinstance(pattern, list) and isinstance(value, str):
        return [value]
    is_list = isinstance(value, list) and all(isinstance(v, str) for v in value)
    if isinstance(pattern, list) and is_list:
        return value
    if isinstance(pattern, str) and isinstance(value, str):
        return value
    if isinstance(pattern, dict) and isinstance(value, dict):
        return {
            ours: _as_written(words, [], f"{name}.{ours}", path)
            for ours, words in value.items()
        }
    raise Rejected(f"{path.name}: {name} must look as in fields.yaml of eventhub")
