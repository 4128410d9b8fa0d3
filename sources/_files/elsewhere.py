"""A file in the wrong folder: of which source are its headers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sources._files.grid import Content, Grid
from sources._files.headers import match_key
from sources._files.layout import fit
from sources._files.map_model import ColumnMap

# Sources that read their files without a column map, by headers only they have.
_WITHOUT_MAPS = {"connpass": ("ユーザー名", "参加ステータス", "受付番号")}
_FEWEST = 3  # columns, so that a name and an address alone tell nothing
_SHOWN = 2


def place_of(
    content: Content, maps: Mapping[str, Sequence[ColumnMap]], known: int = 0
) -> str | None:
    """Where a file belongs that no map of its own folder reads; None when nobody knows.

    maps: those of the other sources, by the folder of the inbox they are for. known:
    columns that the nearest map of its own folder found: another has to know more.
    """
    if not isinstance(content, Grid):
        return None
    headers = {match_key(cell) for _, cells in content.head[:1] for cell in cells}
    folders = [
        folder
        for folder, needed in _WITHOUT_MAPS.items()
        if folder in maps and headers.issuperset(map(match_key, needed))
    ]
    found: dict[str, int] = {}
    for folder, given in maps.items():
        fits = [one for one in (fit(m, content) for m in given) if not one.missing]
        found[folder] = max((len(one.found) for one in fits), default=0)
    most = max(found.values(), default=0)
    if not folders and most >= max(_FEWEST, known + 1):
        folders = [folder for folder, count in found.items() if count == most]
    if not folders:
        return None
    named = " or ".join(f"{folder}/" for folder in folders[:_SHOWN])
    return f"Its headers are those of a file for {named}: if it is one, move it there"
