"""Parts of a column map: nodes that know their path, values, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sources._files.headers import cell_key
from sources._files.map_model import Condition, Value, template_names
from sources._files.yaml_text import BadYaml

KINDS_OF_QUESTION = ("nps", "csat", "choice", "text")
_SOURCES = ("column", "const", "first_of", "template", "minutes_between")
_CHANGES = (
    "map", "unknown", "blank", "lower", "digits", "extract", "minutes_at_least",
)  # fmt: skip


@dataclass(frozen=True)
class Node:
    """A part of the YAML and its key path, for messages.

    raw: dict, list, text or None.
    """

    raw: Any
    path: str

    def wrong(self, what: str) -> BadYaml:
        """The error that this part is."""
        return BadYaml(f"{self.path}: {what}" if self.path else what)

    def __contains__(self, key: str) -> bool:
        return isinstance(self.raw, dict) and key in self.raw

    def __getitem__(self, key: str) -> Node:
        inner = self.raw.get(key) if isinstance(self.raw, dict) else None
        return Node(inner, f"{self.path}.{key}" if self.path else key)

    def is_dict(self) -> bool:
        return isinstance(self.raw, dict)

    def only(self, *allowed: str) -> Node:
        """Itself, when it is a mapping (or absent) with no other keys."""
        for key, part in self.items():
            if key not in allowed:
                raise part.wrong(f"unknown key; allowed are {', '.join(allowed)}")
        return self

    def items(self) -> Iterator[tuple[str, Node]]:
        """Its keys and parts; nothing when it is absent."""
        if self.raw is None:
            return
        if not isinstance(self.raw, dict):
            raise self.wrong("must be keys with values (`key: value`)")
        for key in self.raw:
            yield key, self[key]

    def one_or_many(self) -> list[Node]:
        """The parts of a list, or itself."""
        if not isinstance(self.raw, list):
            return [self]
        return [Node(raw, f"{self.path}[{at}]") for at, raw in enumerate(self.raw)]

    def texts(self) -> tuple[str, ...]:
        """One text or a list of texts; nothing when absent."""
        if self.raw is None:
            return ()
        found = [part.text_or_none() for part in self.one_or_many()]
        if None in found:
            raise self.wrong("has an empty entry; remove it")
        return tuple(text for text in found if text is not None)

    def text_or_none(self) -> str | None:
        if self.raw is None or isinstance(self.raw, str):
            return self.raw
        raise self.wrong("must be one text")

    def text(self) -> str:
        text = self.text_or_none()
        if text is None:
            raise self.wrong("is empty")
        return text

    def flag(self, *, default: bool) -> bool:
        return self.one_of("true", "false", default=str(default).lower()) == "true"

    def one_of(self, *allowed: str, default: str) -> str:
        text = self.text_or_none()
        if text is None:
            return default
        if text.lower() not in allowed:
            raise self.wrong(f"{text} is none of {', '.join(allowed)}")
        return text.lower()

    def pattern(self) -> re.Pattern[str]:
        text = self.text()
        try:
            return re.compile(text, re.IGNORECASE)
        except re.error as error:
            raise self.wrong(f"{text!r} is no regular expression: {error}") from None


def value(node: Node, known: set[str]) -> Value:
    """Parses where a value comes from. known: the logical columns there are."""
    if not node.is_dict():
        raise node.wrong("write {column: name}, {const: text}, {first_of: [...]} ...")
    node.only(*_SOURCES, *_CHANGES)
    sources = [name for name in _SOURCES if name in node]
    is_bare = not sources and "minutes_at_least" in node
    if len(sources) != 1 and not is_bare:
        raise node.wrong(f"needs exactly one of {', '.join(_SOURCES)}")
    if "unknown" in node and "map" not in node:
        raise node["unknown"].wrong("says what a map does not know; there is no map")
    found = Value(
        column=node["column"].text_or_none(),
        const=node["const"].text_or_none(),
        first_of=tuple(_first_of(node["first_of"], known)),
        template=node["template"].text_or_none(),
        minutes_between=_pair(node["minutes_between"]),
        mapping=_mapping(node["map"]) if "map" in node else None,
        unknown=node["unknown"].text_or_none() if "unknown" in node else "quarantine",
        blank=node["blank"].text_or_none(),
        lower=node["lower"].flag(default=False),
        digits=node["digits"].flag(default=False),
        extract=_extract(node["extract"]) if "extract" in node else None,
        minutes_at_least=_minutes(node["minutes_at_least"]),
    )
    if "column" in node and not found.column:
        raise node["column"].wrong("is empty; name one of the columns")
    for name in sorted(found.columns() - known):
        raise node.wrong(
            f"{name} is none of the columns; there are {', '.join(sorted(known))}"
        )
    if found.template is not None and not template_names(found.template):
        raise node["template"].wrong('names no column; write "{first} {last}"')
    return found


def conditions(
    node: Node, known: set[str], *, with_reason: bool = False
) -> tuple[Condition, ...]:
    """Parses `{column: test}`: blank, filled, texts, or `{is: ..., reason: ...}`."""
    found = []
    for column, part in node.items():
        if column not in known:
            raise part.wrong(
                f"{column} is none of the columns; there are {', '.join(sorted(known))}"
            )
        reason = None
        tested = part
        if part.is_dict():
            tested = part.only("is", "reason")["is"]
            reason = part["reason"].text_or_none()
        texts = tested.texts()
        if not texts:
            raise part.wrong("write blank, filled, or the texts that are meant")
        shown = f"{column} is {' or '.join(texts)}"
        if reason is None and with_reason:
            reason = f"skipped by the map: {shown}"
        test = texts[0] if texts in (("blank",), ("filled",)) else "is"
        found.append(
            Condition(
                column=column,
                test="blank"
                if test == "blank"
                else "filled"
                if test == "filled"
                else "is",
                texts=frozenset(cell_key(text) for text in texts),
                reason=reason or "",
            )
        )
    return tuple(found)


def _first_of(node: Node, known: set[str]) -> Iterator[Value]:
    if node.raw is None:
        return
    if not isinstance(node.raw, list) or not node.raw:
        raise node.wrong("must be a list of columns: [email, name]")
    for part in node.one_or_many():
        if isinstance(part.raw, str):
            yield value(Node({"column": part.raw}, part.path), known)
        else:
            yield value(part, known)


def _mapping(node: Node) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for cell, part in node.items():
        key = cell_key(cell)
        if key in found and found[key] != part.text_or_none():
            raise part.wrong("stands for two values; width and case do not count")
        found[key] = part.text_or_none()
    if not found:
        raise node.wrong("is empty; write `cell: our value`")
    return found


def _pair(node: Node) -> tuple[str, str] | None:
    names = node.texts()
    if node.raw is None:
        return None
    if len(names) != 2:
        raise node.wrong("must be two columns: [joined, left]")
    return names[0], names[1]


def _extract(node: Node) -> re.Pattern[str]:
    pattern = node.pattern()
    if pattern.groups < 1:
        raise node.wrong("has no group; put what is wanted in brackets: (\\d+)")
    return pattern


def _minutes(node: Node) -> int | None:
    text = node.text_or_none()
    if text is None:
        return None
    if not text.isdecimal():
        raise node.wrong("must be a whole number of minutes")
    return int(text)
