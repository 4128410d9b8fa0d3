"""Which sources play a part in the sandbox; nothing is listed anywhere."""

from importlib import import_module
from pathlib import Path
from types import ModuleType


def sandbox_modules() -> list[ModuleType]:
    """The sandbox.py of every source, by its name.

    ROUTES:                 the platform's API
    inbox_files(community): files that people drop: (path, content)
    accounts(community):    the accounts these two show, as `identities.Account`s
    """
    folders = sorted(
        path.parent.name for path in Path(__file__).parents[1].glob("*/sandbox.py")
    )
    return [import_module(f"sources.{name}.sandbox") for name in folders]
