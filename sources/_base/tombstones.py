"""Who is erased: `<data>/privacy/` with its key and one tombstone a person.

The key (mode 0600) makes the hashes; a tombstone holds hashes of what names the person.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Final

from sources._base.erased import Erased

FOLDER: Final = "privacy"
KEY: Final = "erase.key"
TOMBSTONES: Final = "tombstones"


class CannotRead(Exception):
    """The key or a tombstone is missing or damaged; nothing may land without them."""


def read(folder: Path) -> Erased | None:
    """The erased people of a data folder's `privacy/`; None when there is nobody.

    Raises: CannotRead: a load without them would bring people back.
    """
    tombstones = sorted((folder / TOMBSTONES).glob("*.json"))
    if not tombstones:
        return None
    if not (folder / KEY).exists():
        raise CannotRead(
            f"{folder / KEY} is missing: without it erased people would come back with"
            " this load; bring it back from your backup"
        )
    known: dict[str, str] = {}
    apart: set[str] = set()
    for file in tombstones:
        try:
            stone = json.loads(file.read_text(encoding="utf-8"))
            known |= stone["known"]
            apart.update(stone["apart"])
        except (ValueError, KeyError, TypeError) as error:
            raise CannotRead(
                f"{file} is damaged ({error}); bring it back from your backup: without"
                " it an erased person would come back with this load"
            ) from error
    return Erased(key_of(folder), known, frozenset(apart))


def key_of(folder: Path) -> bytes:
    """The key of the hashes; made the first time, readable by its owner alone."""
    file = folder / KEY
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        unfinished = file.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32))
        unfinished.replace(file)
    return file.read_text().strip().encode()
