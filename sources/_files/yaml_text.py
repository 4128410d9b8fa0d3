"""YAML as the people who edit maps mean it: every scalar is text, no key twice.

YAML 1.1 reads `Yes:` as true, `12:30` as 750 and keeps the last of two equal keys
without a word; a column map must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = ("", "~", "null", "Null", "NULL")
MAX_DEPTH = 20
MAX_VALUES = 50_000  # anchors can make a few lines endless


class BadYaml(ValueError):
    """The text is no YAML a map can be; the message says where."""


def parsed(text: str) -> Any:
    """Returns dicts, lists, texts and None (unquoted null or nothing).

    Raises: BadYaml.
    """
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise BadYaml(f"{where}not YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadYaml(f"not YAML: {str(error).splitlines()[0]}") from error
    return None if node is None else _value(node, "", 0, iter(range(MAX_VALUES)))


def _value(node: Any, path: str, depth: int, left: Iterator[int]) -> Any:
    if depth > MAX_DEPTH:
        raise BadYaml(f"{path}: nested deeper than {MAX_DEPTH} levels")
    if next(left, None) is None:
        raise BadYaml(f"more than {MAX_VALUES:,} values: a map is never that long")
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                line = key_node.start_mark.line + 1
                raise BadYaml(f"line {line}: a key must be one word or text")
            key = key_node.value
            inner = f"{path}.{key}" if path else key
            if key in found:
                line = key_node.start_mark.line + 1
                raise BadYaml(f"line {line}: {inner} is given twice; keep one")
            found[key] = _value(value_node, inner, depth + 1, left)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(item, f"{path}[{at}]", depth + 1, left)
            for at, item in enumerate(node.value)
        ]
    is_quoted = getattr(node, "style", None) in ("'", '"', "|", ">")
    return None if node.value in _NULLS and not is_quoted else node.value
