"""A zip read member by member: nothing is unpacked to disk, nothing read without bound.

A member is read only up to so many bytes whatever its header claims, and all of them
together up to a multiple of the file: a zip bomb ends there. Names that lead out of the
archive are refused, though nothing would be written under them.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Self

from sources._base.body import json_of
from sources._base.zips import DAMAGED, ENCRYPTED, leads_out, member_name

MAX_MEMBER = 64 * 2**20  # bytes unpacked; a day of a busy channel has a few MiB
MAX_LIST = 256 * 2**20  # of users or channels: 100,000 members come to 200 MiB
MAX_MEMBERS = 2_000_000
MAX_RATIO = 100  # unpacked to packed, all members together; JSON comes to about 15
FREE_OF_RATIO = 256 * 2**20  # bytes: small archives may be as dense as they like


class Unreadable(Exception):
    """An archive or a member that is not read; the text says why and what to do."""


@dataclass
class Archive:
    """An open archive. members: by decoded name, folders left out."""

    path: Path
    members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _file: zipfile.ZipFile | None = None
    _unpacked: int = 0

    def __enter__(self) -> Self:
        """Reads the list of members. Raises: Unreadable."""
        try:
            self._file = zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, OSError) as error:
            raise Unreadable(f"no whole zip ({error}): download it again") from error
        infos = self._file.infolist()
        if len(infos) > MAX_MEMBERS:
            raise Unreadable(f"the zip holds {len(infos)} files: export a shorter time")
        for info in infos:
            name = _name(info)
            if info.is_dir():
                continue
            if _is_refused(name):
                self.refused.append(name)
            else:
                self.members[name] = info
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def json(self, name: str, *, is_list: bool = False) -> Any:
        """Returns a member's JSON. is_list: of users, channels. Raises: Unreadable."""
        most = MAX_LIST if is_list else MAX_MEMBER
        info = self.members[name]
        if info.flag_bits & ENCRYPTED:
            raise Unreadable("it is encrypted: export without a password")
        assert self._file is not None, "used outside of `with`"
        try:
            with self._file.open(info) as member:
                content = member.read(most + 1)
        except (NotImplementedError, RuntimeError) as error:
            raise Unreadable(f"it cannot be unpacked ({error}): zip it anew") from error
        except DAMAGED as error:
            raise Unreadable(f"it is damaged ({error}): download the zip") from error
        self._unpacked += len(content)
        if len(content) > most:
            raise Unreadable(
                f"it is larger than {most // 2**20} MiB: export a shorter time, or let"
                " the API tell of the users"
            )
        allowed = max(FREE_OF_RATIO, MAX_RATIO * self.path.stat().st_size)
        if self._unpacked > allowed:
            raise Unreadable("the zip unpacks to too much: is it an export of Slack?")
        try:
            return json_of(content)
        except ValueError as error:
            raise Unreadable(f"no JSON ({error}): download the zip again") from error

    def folders(self, prefix: str) -> Iterator[tuple[str, list[str]]]:
        """Yields (folder, its members in order) of what lies directly under prefix."""
        by_folder: dict[str, list[str]] = {}
        for name in self.members:
            parts = PurePosixPath(name.removeprefix(prefix)).parts
            if name.startswith(prefix) and len(parts) == 2:  # noqa: PLR2004
                by_folder.setdefault(parts[0], []).append(name)
        for folder in sorted(by_folder):
            yield folder, sorted(by_folder[folder])


def _name(info: zipfile.ZipInfo) -> str:
    return unicodedata.normalize("NFC", member_name(info))


def _is_refused(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return not parts or leads_out(name) or ":" in parts[0]
