"""Full names of people inside what others wrote: the title of an event, a question.

A value that is a person's name is a column that should not be shared, and stops the
release; a name within a longer text is the organiser's way of writing, and is masked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import permutations

import duckdb

from pipelines.identity.display_names import BRACKETED, strip_honorifics

MASK = "***"  # as erasure writes in reasons
# Columns of the shareable file that people write in sentences.
WRITTEN = ("title", "place", "question", "file_or_load", "reason")
SHORTEST = 3  # 林健 is part of too many words
LONGEST_UNDIVIDED = 6  # kanji: 勅使河原花子; longer ones are no name
_BETWEEN = "・･·　"
_KIN_OF_KANJI = "々〆ヶ"


class WrittenNames:
    """Names to find: both orders of their parts, any spacing, width and case.

    Taken are names of two parts and undivided ones in kanji, of three letters or more;
    one word (a nickname, which is a word of titles too) is not.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {spelling for name in names for spelling in _spellings(name)}
        self._lengths: dict[str, set[int]] = {}  # by how a name begins
        for name in self._names:
            self._lengths.setdefault(name[:SHORTEST], set()).add(len(name))

    def masked(self, text: str) -> str:
        """Returns the text with *** in place of every name in it."""
        kept, place = "", 0
        for start, end in self._found(text):
            kept, place = kept + text[place:start] + MASK, end
        return kept + text[place:]

    def _found(self, text: str) -> Iterable[tuple[int, int]]:
        letters = _letters(text)
        plain = "".join(letter for letter, _ in letters)
        place = 0
        while place <= len(plain) - SHORTEST:
            length = self._length_at(text, letters, plain, place)
            if length:
                yield letters[place][1], letters[place + length - 1][1] + 1
            place += length or 1

    def _length_at(
        self, text: str, letters: list[tuple[str, int]], plain: str, place: int
    ) -> int:
        lengths = self._lengths.get(plain[place : place + SHORTEST], ())
        for length in sorted(lengths, reverse=True):
            if plain[place : place + length] not in self._names:
                continue
            first, last = letters[place][1], letters[place + length - 1][1]
            before, after = text[:first][-1:], text[last + 1 :][:1]
            if not (_goes_on(before, text[first]) or _goes_on(text[last], after)):
                return length
        return 0


def mask(
    connection: duckdb.DuckDBPyConnection,
    names: WrittenNames,
    marts: Iterable[tuple[str, Sequence[str]]],
) -> None:
    """Creates memory.masked (value, masked): the texts of `community` with a name.

    marts: those that are shared, with the columns that are not.
    """
    connection.execute("CREATE TABLE memory.masked (value VARCHAR, masked VARCHAR)")
    asked = [
        f'SELECT "{column}" AS value FROM community.marts.{mart}'
        for mart, dropped in marts
        for column in _written(connection, "community", mart)
        if column not in dropped
    ]
    values = connection.execute(" UNION ".join(asked)).fetchall() if asked else []
    found = [
        (value, masked)
        for (value,) in values
        # A value that is nothing but a name is no text: the search stops there.
        if value and (masked := names.masked(value)) not in (value, MASK)
    ]
    if found:
        connection.executemany("INSERT INTO memory.masked VALUES (?, ?)", found)


def unmasked(
    connection: duckdb.DuckDBPyConnection, names: WrittenNames, mart: str, column: str
) -> int:
    """Returns how many values of a column of `shared` have a name in them."""
    values = connection.execute(
        f'SELECT DISTINCT "{column}" FROM shared.marts.{mart}'
        f' WHERE "{column}" IS NOT NULL'
    ).fetchall()
    return sum(names.masked(value) != value for (value,) in values)


def _written(
    connection: duckdb.DuckDBPyConnection, database: str, mart: str
) -> list[str]:
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = ?"
        " AND schema_name = 'marts' AND table_name = ? AND data_type = 'VARCHAR'",
        [database, mart],
    ).fetchall()
    return [column for (column,) in found if column in WRITTEN]


def _spellings(name: str) -> Iterable[str]:
    text = strip_honorifics(BRACKETED.sub(" ", name).strip() or name)
    parts = _plain(text).translate({ord(c): " " for c in _BETWEEN}).split()
    whole = "".join(parts)
    if len(whole) < SHORTEST or not all(c.isalpha() or c in "'-." for c in whole):
        return
    if len(parts) == 1:
        if len(whole) <= LONGEST_UNDIVIDED and all(map(_is_kanji, whole)):
            yield whole
    elif len(parts) <= 3 and not any(map(_is_initial, parts)):
        for order in permutations(parts):
            yield "".join(order)


def _is_initial(part: str) -> bool:
    """Whether it is one Latin letter, which says too little: 林 and 健 say more."""
    return part.isascii() and len(part.strip(".")) < 2


def _letters(text: str) -> list[tuple[str, int]]:
    """The letters of a text as names are spelt, each with its place in the text."""
    return [
        (letter, place)
        for place, character in enumerate(text)
        for letter in _plain(character)
        if not letter.isspace() and letter not in _BETWEEN
    ]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _goes_on(one: str, other: str) -> bool:
    """Whether two neighbours are of one word: of letters that write words apart."""
    return _script(one) is not None and _script(one) == _script(other)


def _script(character: str) -> str | None:
    if not character.isalpha() or _is_kanji(character):
        return None
    name = unicodedata.name(character, "")
    script = name.replace("-", " ").partition(" ")[0]  # ー is of KATAKANA-HIRAGANA
    return None if script == "HIRAGANA" else script


def _is_kanji(character: str) -> bool:
    is_kanji = unicodedata.name(character, "").startswith("CJK UNIFIED")
    return is_kanji or character in _KIN_OF_KANJI
