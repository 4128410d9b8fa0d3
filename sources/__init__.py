"""Connectors. One folder is one source; folders that start with `_` are shared code.

`discover()` finds them: a new source is a new folder with a `SOURCE` card, nothing is
listed anywhere. This package knows nothing of the orchestrator, the warehouse or dbt
(a lint rule says so).
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sources._base.source import Source


def discover() -> dict[str, "Source"]:
    """Returns every source by name, in the order of the folders' names."""
    folders = sorted(
        path.parent.name
        for path in Path(__file__).parent.glob("*/__init__.py")
        if not path.parent.name.startswith("_")
    )
    return {name: import_module(f"sources.{name}").SOURCE for name in folders}
