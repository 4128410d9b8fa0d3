"""The generated part of a page whose prose is people's: between two equal marks."""

from __future__ import annotations

from pathlib import Path


def put(document: Path, mark: str, text: str) -> None:
    """Replaces what stands between the two marks; raises ValueError without them."""
    parts = document.read_text().split(mark)
    if len(parts) != 3:
        raise ValueError(f"{document.name} should hold '{mark}' twice")
    document.write_text(f"{parts[0]}{mark}\n\n{text}\n\n{mark}{parts[2]}")
