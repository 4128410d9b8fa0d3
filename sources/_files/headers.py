"""Names of columns: how a header is compared, whatever its width, case and blanks."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

# One sign of Shift_JIS has two names in Unicode: which one a file holds depends on who
# saved it, so 〜 is ～, − is －, ‖ is ∥ and — is ―.
_TWINS = str.maketrans("\u301c\u2212\u2016\u2014", "~-\u2225\u2015")


def plain(text: str) -> str:
    """NFKC, every run of blanks as one, trimmed."""
    folded = unicodedata.normalize("NFKC", text).translate(_TWINS)
    return " ".join(folded.split())


# Circles, crosses and ticks have many signs; a list uses the one its keyboard gives.
_MARKS = str.maketrans(
    {**dict.fromkeys("〇◯⭕●◎✓✔☑", "○"), **dict.fromkeys("✕✖☓✗✘❌", "×")}
)


def cell_key(text: str) -> str:
    """How a cell is compared with the words of a map: width, case, kinds of marks."""
    return plain(text).translate(_MARKS).casefold()


def match_key(text: str) -> str:
    """What is compared: letters and digits after NFKC and casefold.

    A header of signs alone ("#") is compared as it stands.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum()) or "".join(folded.split())


def pattern_key(alias: str) -> str:
    """As match_key, with `*` kept: `満足度*` stands for every header beginning so."""
    return "*".join(match_key(part) if part else "" for part in alias.split("*"))


@dataclass(frozen=True)
class Found:
    """Where the logical columns of a map are in one header.

    places: logical name -> position. rest: positions of the other named headers.
    """

    places: Mapping[str, int]
    rest: tuple[int, ...]


def find(columns: Mapping[str, Sequence[str]], header: Sequence[str]) -> Found:
    """Looks for the aliases in a header; the first alias that is there wins.

    Of two headers with the same text the first is ours, the other is a question.
    """
    keys = [match_key(cell) for cell in header]
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        if key:
            first.setdefault(key, at)
    places: dict[str, int] = {}
    taken: set[int] = set()
    for logical, aliases in columns.items():
        place = _first_match(aliases, first, keys, taken)
        if place is not None:
            places[logical] = place
            taken.add(place)
    rest = tuple(at for at, key in enumerate(keys) if key and at not in taken)
    return Found(places, rest)


def _first_match(
    aliases: Sequence[str], first: Mapping[str, int], keys: list[str], taken: set[int]
) -> int | None:
    for alias in aliases:
        if "*" not in alias:
            exact = first.get(match_key(alias))
            if exact is not None and exact not in taken:
                return exact
            continue
        pattern = pattern_key(alias)
        for at, key in enumerate(keys):
            if key and at not in taken and fnmatchcase(key, pattern):
                return at
    return None


def question_ids(header: Sequence[str], positions: Sequence[int]) -> dict[int, str]:
    """Returns position -> id: the question's text; the second of that text has `#2`.

    It does not depend on the other columns: a question added in front moves nothing.
    """
    seen: dict[str, int] = {}
    ids: dict[int, str] = {}
    for at in positions:
        text = plain(header[at])
        seen[text] = seen.get(text, 0) + 1
        ids[at] = text if seen[text] == 1 else f"{text}#{seen[text]}"
    return ids
