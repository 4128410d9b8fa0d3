"""Logs of JSON lines, appended to: a kill leaves the old lines or all of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def read(file: Path) -> list[dict[str, Any]]:
    """Returns the lines, oldest first; none when there is no file."""
    if not file.exists():
        return []
    # Not splitlines: text may hold other ends of lines than ours.
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


def append(file: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Appends lines and waits for the disk."""
    text = file.read_text("utf-8") if file.exists() else ""
    made = (json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    write(file, text + "".join(made))


def write(file: Path, text: str) -> None:
    """Replaces a file's text in one step; the group may read it, others not."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.new")
    with temporary.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    temporary.chmod(0o640)
    os.replace(temporary, file)  # noqa: PTH105 - the atomic step, by its own name
