"""A small disk: a tmpfs of so many bytes, for as long as a block lasts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KIB = 1024


class CannotMount(Exception):
    """This user may not mount; the message is the system's."""


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """Mounts an empty disk of `size` bytes at the folder. Raises: CannotMount."""
    folder.mkdir(parents=True, exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


def resize(folder: Path, size: int) -> None:
    """Gives the disk another size; what is on it stays."""
    _run("mount", "-o", f"remount,size={size}", str(folder))


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise CannotMount(str(error)) from error
    if done.returncode:
        raise CannotMount(done.stderr.strip())
