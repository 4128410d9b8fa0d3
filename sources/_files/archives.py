"""Zip archives: their members as files of their own, bounded, never by their paths."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sources._base.zips import DAMAGED, ENCRYPTED, leads_out, member_name
from sources._files.grid import Unreadable

MAX_MEMBERS = 2_000
MAX_BYTES = 2_000_000_000  # of all members, unpacked
MAX_RATIO = 200  # unpacked to packed; text of an export reaches about 20
RATIO_FROM_BYTES = 10_000_000  # a small file of one letter may shrink more
_HIDDEN = (".", "~$")


@dataclass(frozen=True)
class Member:
    """One file in an archive. name: decoded; at: its number in the archive."""

    name: str
    at: int


def check_sizes(path: Path) -> list[zipfile.ZipInfo]:
    """Returns the entries of a zip that is safe to unpack. Raises: Unreadable."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(f"not a whole zip; copy it again ({error})") from error
    if len(entries) > MAX_MEMBERS:
        raise Unreadable(
            f"a zip of {len(entries)} files; at most {MAX_MEMBERS} are read: split it"
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_BYTES:
        raise Unreadable(
            f"it unpacks to {unpacked / 1e9:.1f} GB; at most {MAX_BYTES / 1e9:.0f} GB"
            " are read: put the files here unpacked"
        )
    packed = max(path.stat().st_size, 1)
    if unpacked > RATIO_FROM_BYTES and unpacked / packed > MAX_RATIO:
        raise Unreadable(
            f"it unpacks to {unpacked / packed:,.0f} times its size, which no export"
            " does: put the files here unpacked"
        )
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Unreadable("the zip has a password; unpack it and put the files here")
    return entries


def members(path: Path) -> list[Member]:
    """Returns the files of an archive, hidden ones left out. Raises: Unreadable.

    A name is only shown and matched, never used as a path of this machine.
    """
    found = []
    for at, entry in enumerate(check_sizes(path)):
        name = member_name(entry)
        parts = PurePosixPath(name).parts
        if entry.is_dir() or any(part.startswith(_HIDDEN) for part in parts[-1:]):
            continue
        if "__MACOSX" in parts:
            continue
        if leads_out(name):
            raise Unreadable(
                f"its member {name!r} points outside the archive; pack the files anew"
            )
        found.append(Member("/".join(parts), at))
    return found


def unpack(path: Path, member: Member, target: Path) -> None:
    """Writes one member to `target`. Raises: Unreadable when it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.infolist()[member.at]
            # No more is read than the entry's size says, which was checked.
            with archive.open(entry) as packed, target.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
    except DAMAGED as error:
        raise Unreadable(f"damaged in the zip; pack it again ({error})") from error
