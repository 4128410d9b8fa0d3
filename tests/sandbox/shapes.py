"""Compares the keys and JSON types of answers, however deep."""

from typing import Any

Shape = dict[str, set[str]]


def type_of(value: Any) -> str:
    """The JSON type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def shape_of(value: Any, path: str = "", found: Shape | None = None) -> Shape:
    """Path -> JSON types seen there; elements of arrays share the path `[]`."""
    found = {} if found is None else found
    found.setdefault(path, set()).add(type_of(value))
    if isinstance(value, dict):
        for key, inner in value.items():
            shape_of(inner, f"{path}.{key}", found)
    if isinstance(value, list):
        for inner in value:
            shape_of(inner, f"{path}[]", found)
    return found


def missing_keys(records: list[dict[str, Any]], expected: set[str]) -> set[str]:
    """The expected keys that some record lacks."""
    return {key for record in records for key in expected - set(record)}


def differences(
    ours: Any, theirs: list[Any], *, nullable: set[str] = frozenset(),  # type: ignore[assignment]
    optional: set[str] = frozenset(),  # type: ignore[assignment]
) -> list[str]:  # fmt: skip
    """What is in our answer and not in theirs, by key or by type.

    `nullable`: paths where the contract allows null though no sample shows it.
    `optional`: documented keys that no sample holds.
    """
    known: Shape = {}
    for sample in theirs:
        shape_of(sample, "", known)
    found = []
    for path, types in shape_of(ours).items():
        if any(
            path == key or path.startswith((key + ".", key + "[")) for key in optional
        ):
            continue
        allowed = known.get(path)
        if allowed is None:
            # A list that is empty, or an object that is null, in all their samples.
            found.append(f"{path}: not in the samples")
            continue
        wrong = types - allowed - ({"null"} if path in nullable else set())
        found += [f"{path}: {name}, theirs {sorted(allowed)}" for name in sorted(wrong)]
    return found


def against_schema(
    value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str = "$"
) -> list[str]:
    """What breaks an OpenAPI schema: missing and unknown keys, wrong types."""
    if "$ref" in schema:
        return against_schema(
            value, schemas[schema["$ref"].split("/")[-1]], schemas, path
        )
    kind = schema.get("type", "object")
    actual = type_of(value)
    if actual != ("number" if kind == "integer" else kind):
        return [f"{path}: {actual}, the schema says {kind}"]
    problems: list[str] = []
    if kind == "object" and "properties" in schema:
        properties = schema["properties"]
        problems += [
            f"{path}.{key}: missing"
            for key in schema.get("required", [])
            if key not in value
        ]
        for key, inner in value.items():
            if key not in properties:
                problems.append(f"{path}.{key}: unknown")
            else:
                problems += against_schema(
                    inner, properties[key], schemas, f"{path}.{key}"
                )
    if kind == "array":
        for number, inner in enumerate(value):
            problems += against_schema(
                inner, schema["items"], schemas, f"{path}[{number}]"
            )
    return problems
