"""What dbt says of each mart: restricted or not, which columns, which words.

The marts' yml is the only place where this stands; the publisher reads the manifest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mart:
    """One published table. restricted: absent from the shareable file, whole.

    personal: columns that tell of people, and what (sources/_base/personal.py).
    """

    name: str
    description: str
    grain: str
    restricted: bool
    restricted_columns: tuple[str, ...]
    personal: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the grain, `member_id, valid_from`."""
        return tuple(name.strip() for name in self.grain.split(",") if name.strip())


def quoted(text: str) -> str:
    """Returns the text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def marts(manifest_file: Path) -> list[Mart]:
    """Returns the models of schema `marts`, by name."""
    manifest = json.loads(manifest_file.read_text())
    found = [
        _mart(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]
    return sorted(found, key=lambda mart: mart.name)


def _mart(node: dict) -> Mart:  # type: ignore[type-arg]
    meta = {**node.get("meta", {}), **node["config"].get("meta", {})}
    return Mart(
        name=node["name"],
        description=" ".join(node["description"].split()),
        grain=str(meta.get("grain", "")),
        restricted=bool(meta.get("restricted", False)),
        restricted_columns=tuple(meta.get("restricted_columns", ())),
        personal=tuple(
            (name, str(told["personal"]))
            for name, column in node.get("columns", {}).items()
            if (told := column.get("config", {}).get("meta") or column.get("meta", {}))
            and "personal" in told
        ),
    )
