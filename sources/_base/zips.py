"""What every zip needs: names as they were meant, and what a damaged one raises."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import PurePosixPath

ENCRYPTED = 0x1  # flag of an entry
_UTF_8_NAME = 0x800
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


def member_name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry, with / between folders; shown and matched, never a path.

    Without the flag of UTF-8 Python takes the bytes for CP437; Windows in Japan writes
    CP932, others UTF-8 all the same.
    """
    return _decoded(entry).replace("\\", "/")


def leads_out(name: str) -> bool:
    """Whether a member's name points outside the archive."""
    return name.startswith("/") or ".." in PurePosixPath(name).parts


def _decoded(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _UTF_8_NAME:
        return entry.filename
    try:
        written = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "cp932"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
