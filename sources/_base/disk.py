"""A full disk, as everything here says it: the system, DuckDB, SQLite."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

WORDS = (
    *("No space left on device", "disk is full", "Disk quota exceeded"),
    "File too large",  # RLIMIT_FSIZE, or a disk that has no files of that size
)
LEAST_BYTES = 4_000_000
_NUMBERS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: BaseException | str) -> bool:
    """Whether the error, or what caused it, is that no room was left."""
    if isinstance(error, str):
        return any(words in error for words in WORDS)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _NUMBERS:
            return True
        if is_full(str(cause)):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def has_room(folder: Path) -> bool:
    """Whether anything can still be written there.

    SQLite calls a full one "disk I/O error": only the disk itself tells which it is.
    """
    return shutil.disk_usage(folder).free >= LEAST_BYTES


def sentence(folder: Path | str) -> str:
    """Says which disk is full and what to do."""
    return (
        f"no room is left on the disk of {folder}; make some and refresh again (readers"
        " keep the last good release, what was half written does not count)"
    )
