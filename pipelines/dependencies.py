"""Audit of the packages, offline and in seconds: part of `make lint`.

    python -m pipelines.dependencies

The lock names every package by exact version and hash, from a registry only; it covers
what pyproject.toml asks for; what is installed is what is locked and fits together;
licences are of the allowed list; no version is one of `known_bad_versions.csv`.

What it does not prove: that no vulnerability is known. No database of them can be asked
offline; the list is what people entered, each with its advisory.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import cast

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from pipelines.workspace import PROJECT

KNOWN_BAD = Path(__file__).with_name("known_bad_versions.csv")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
# Beside the lock: what makes the environment, and the project itself.
TOOLS = {"pip", "setuptools", "wheel", "uv", "pip-tools", "build", "pyproject-hooks"}
OURS = "tsunagari"
# Terms under which a package may be used and passed on with this project (Apache-2.0).
ALLOWED = re.compile(
    r"MIT|MIT-0|0BSD|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Zlib"
    r"|CC0|CNRI-Python|AFL|Artistic|Unlicense"
)
FORBIDDEN = re.compile(r"AGPL|Affero|SSPL|Business Source|Commons Clause|Proprietary")


@dataclass(frozen=True)
class Pin:
    """One entry of the lock. hashes: of how many files of that version."""

    requirement: Requirement
    version: str
    hashes: int

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)


def pins(lock: str) -> tuple[dict[str, Pin], list[str]]:
    """Returns the entries of a lock by name, and what is wrong with its lines."""
    found: dict[str, Pin] = {}
    wrong = []
    for line in lock.replace("\\\n", " ").splitlines():
        text = line.partition("#")[0].strip()
        if not text:
            continue
        head = text.split("--hash=", 1)[0].strip()
        try:
            requirement = Requirement(head)
        except InvalidRequirement:
            wrong.append(f"{head}: no package of a registry, or an option of pip")
            continue
        exact = [one.version for one in requirement.specifier if one.operator == "=="]
        hashes = len(HASH.findall(text))
        if requirement.url:
            wrong.append(f"{head}: from an address, not from a registry")
        elif len(exact) != 1 or "*" in exact[0]:
            wrong.append(f"{head}: no exact version")
        elif not hashes:
            wrong.append(f"{head}: no hash")
        else:
            pin = Pin(requirement, exact[0], hashes)
            found[pin.name] = pin
    return found, wrong


def not_covered(project: Mapping[str, object], locked: Mapping[str, Pin]) -> list[str]:
    """Returns what pyproject.toml asks for and the lock does not give."""
    table = project["project"]
    assert isinstance(table, dict)
    asked = [*table["dependencies"], *table["optional-dependencies"]["dev"]]
    wrong = []
    for requirement in map(Requirement, asked):
        pin = locked.get(canonicalize_name(requirement.name))
        if requirement.url:
            wrong.append(f"{requirement}: from an address, not from a registry")
        elif pin is None:
            wrong.append(f"{requirement}: asked for, not in the lock")
        elif not requirement.specifier.contains(pin.version, prereleases=True):
            wrong.append(f"{requirement}: the lock has {pin.version}")
    return wrong


def not_as_locked(
    locked: Mapping[str, Pin], installed: Mapping[str, Distribution]
) -> list[str]:
    """Returns where what is installed differs from the lock."""
    wrong = [
        f"{name}: installed, not in the lock"
        for name in sorted(set(installed) - set(locked) - TOOLS - {OURS})
    ]
    for name, pin in locked.items():
        marker = pin.requirement.marker
        if marker and not marker.evaluate():
            continue
        have = installed.get(name)
        if have is None:
            wrong.append(f"{name}: in the lock, not installed")
        elif have.version != pin.version:
            wrong.append(f"{name}: installed {have.version}, locked {pin.version}")
    return wrong


def unmet(installed: Mapping[str, Distribution]) -> list[str]:
    """Returns what installed packages need and do not have, as `pip check` does."""
    environment: dict[str, str] = {**cast("dict[str, str]", default_environment())}
    environment["extra"] = ""
    wrong = []
    for name, distribution in installed.items():
        for text in distribution.requires or []:
            needed = Requirement(text)
            if needed.marker and not needed.marker.evaluate(environment):
                continue
            have = installed.get(canonicalize_name(needed.name))
            if have is None:
                wrong.append(f"{name} needs {needed.name}, which is not installed")
            elif not needed.specifier.contains(have.version, prereleases=True):
                wrong.append(f"{name} needs {needed}, not {have.version}")
    return wrong


def of_wrong_licence(installed: Mapping[str, Distribution]) -> list[str]:
    """Returns packages whose metadata names no licence of the allowed list."""
    named = {name: licence(one) for name, one in installed.items() if name != OURS}
    return [
        f"{name}: licence {text or 'not named'}"
        for name, text in named.items()
        if not ALLOWED.search(text) or FORBIDDEN.search(text)
    ]


def licence(distribution: Distribution) -> str:
    """Returns what a package's metadata says of its licence, "" when nothing."""
    metadata = distribution.metadata
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classes = [
        value.rpartition(" :: ")[2]
        for value in metadata.get_all("Classifier") or []
        if value.startswith("License ::")
    ]
    # Absent, one kind of metadata says None and another raises.
    free = str(metadata.get_all("License", [""])[0])
    return "; ".join(classes) or free.partition("\n")[0]


def known_bad(locked: Mapping[str, Pin], rows: list[dict[str, str]]) -> list[str]:
    """Returns the locked versions that the list of bad ones names."""
    return [
        f"{row['package']} {locked[row['package']].version}: {row['advisory']},"
        f" {row['what']}; bad are {row['bad_versions']}"
        for row in rows
        if row["package"] in locked
        and SpecifierSet(row["bad_versions"]).contains(
            locked[row["package"]].version, prereleases=True
        )
    ]


def audit(project: Path) -> Iterator[str]:
    """Yields one sentence per thing that is wrong."""
    locked, wrong = pins((project / "requirements.lock").read_text("utf-8"))
    asked = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    installed: dict[str, Distribution] = {
        canonicalize_name(one.metadata["Name"]): one for one in distributions()
    }
    with KNOWN_BAD.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    yield from wrong
    yield from not_covered(asked, locked)
    yield from not_as_locked(locked, installed)
    yield from unmet(installed)
    yield from of_wrong_licence(installed)
    yield from known_bad(locked, rows)


def main() -> int:
    """Prints what is wrong; exit code 1 when something is."""
    wrong = list(audit(PROJECT))
    for sentence in wrong:
        print(f"dependencies: {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
