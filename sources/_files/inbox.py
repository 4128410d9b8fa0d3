"""Files of the inbox, members of zip archives among them, known by their content."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sources._base.zips import DAMAGED
from sources._files import archives
from sources._files.grid import Unreadable
from sources._files.readers import ZIP
from sources._files.sheets import is_workbook

READ_BYTES = 1 << 20
MAPS = (".yaml", ".yml")
_HIDDEN = (".", "~$")


@dataclass(frozen=True)
class InboxFile:
    """One file to read. name: in the inbox, `a.zip/b.csv` for a member.

    digest: SHA-256 of its content. problem: why it cannot even be opened.
    """

    name: str
    path: Path
    digest: str
    member: archives.Member | None = None
    problem: str | None = None

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """A path its content can be read at. Raises: Unreadable."""
        if self.member is None:
            yield self.path
            return
        with tempfile.TemporaryDirectory(prefix="tsunagari_member_") as folder:
            target = Path(folder) / "member"
            archives.unpack(self.path, self.member, target)
            yield target

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it is in, outermost first; an archive without its .zip."""
        parts = PurePosixPath(self.name).parts[:-1]
        return tuple(
            part[: -len(".zip")] if part.lower().endswith(".zip") else part
            for part in parts
        )


def paths_below(folder: Path) -> list[Path]:
    """Every file below a folder that is not hidden, in order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(_HIDDEN)
    )


def inbox_files(inbox: Path, paths: Iterable[Path]) -> Iterator[InboxFile]:
    """Yields the files at the paths, the members of an archive instead of it.

    Column maps are left out: they are no data.
    """
    for path in paths:
        if path.suffix.lower() in MAPS:
            continue
        name = path.relative_to(inbox).as_posix()
        problem = _closed(inbox, path)
        if problem:
            # Not its content: as soon as it can be read it is another file.
            mark = hashlib.sha256(f"{name} {problem}".encode()).hexdigest()
            yield InboxFile(name, path, mark, problem=problem)
            continue
        with path.open("rb") as file:
            is_zip = file.read(len(ZIP)) == ZIP
        if not is_zip or is_workbook(path):
            yield InboxFile(name, path, _digest(path))
            continue
        try:
            for member in archives.members(path):
                yield _member(path, name, member)
        except Unreadable as error:
            yield InboxFile(name, path, _digest(path), problem=error.reason)


def _closed(inbox: Path, path: Path) -> str | None:
    """Why a file is not opened at all, None when it is."""
    if not path.resolve().is_relative_to(inbox.resolve()):
        return "a link that leads out of the inbox; copy the file itself there"
    try:
        with path.open("rb"):
            return None
    except OSError as error:
        return f"it cannot be opened ({error.strerror}); let the refresh read it"


def _member(path: Path, name: str, member: archives.Member) -> InboxFile:
    inside = f"{name}/{member.name}"
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.infolist()[member.at]
            with archive.open(entry) as file:
                while chunk := file.read(READ_BYTES):
                    digest.update(chunk)
    except DAMAGED as error:
        reason = f"damaged in the zip; pack it again ({error})"
        return InboxFile(inside, path, _digest(path), member, reason)
    return InboxFile(inside, path, digest.hexdigest(), member)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
