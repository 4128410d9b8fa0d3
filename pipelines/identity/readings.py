"""Japanese and other full names: how they are read, and how well two of them agree.

A name of one word identifies nobody and has no spellings; nor has one with initials,
for T. Yamada is Taro as well as Tomoko. A foreign name in katakana sounds as its kana
do (ジョン・スミス is jonsumisu): whether it is John Smith's the names do not tell.
"""

import re
from functools import lru_cache
from itertools import product
from os.path import commonprefix
from typing import Literal

from pipelines.identity.display_names import divide
from pipelines.identity.full_names import MAX_READINGS, FullName, Pair, read_name
from pipelines.identity.letters import clean_text, fold_latin, script
from pipelines.identity.person_names import dictionary
from pipelines.identity.sounds import join_sounds, sound

__all__ = [
    "Agreement",
    "agreement",
    "are_conflicting_names",
    "handle_spelling",
    "is_other_given_name",
    "sound",
    "spellings",
    "spellings_of",
]

MAX_SPELLINGS = 2 * MAX_READINGS

Agreement = Literal[
    "same",
    "same_sound",
    "abbreviated",
    "slip",
    "same_sound_other_kanji",
    "same_kanji_other_reading",
    "same_given_other_family",
    "same_family_other_given",
    "unlike",
    "unknown",
]
_MIN_SLIP = 10
_IN_HANDLES = re.compile(r"[\W\d_]+|(?<=[a-z])(?=[A-Z])")


def spellings(name: object, kana: object = "") -> tuple[str, ...]:
    """The keys under which a full name may be met, sorted, `MAX_SPELLINGS` at most.

    A key is surname and given name as `sound` gives them, in either order and without
    a space: yamadataro, taroyamada. A reading (kana) makes the dictionary's others
    superfluous. () for names of one word, for initials, for what cannot be divided.
    """
    return spellings_of(read_name(name, kana))


def spellings_of(full: FullName) -> tuple[str, ...]:
    """The same of a name that is read already."""
    if full.has_initials:
        return ()
    keys = [key for pair in (*full.sounds, *full.short) for key in _keys(pair)]
    return tuple(sorted(list(dict.fromkeys(keys))[:MAX_SPELLINGS]))


def handle_spelling(handle: object) -> str:
    """The key of a handle or of a mailbox's local part: Taro_Ohno94 is taroono.

    It can be met with `spellings`; digits and marks divide words and are left out.
    """
    text = fold_latin(clean_text(handle).lstrip("@"))
    words = [word.casefold() for word in _IN_HANDLES.split(text) if word]
    heard = [sound(word) for word in words]
    joined = ""
    for word in heard if all(heard) else words:
        joined = join_sounds(joined, word)
    return joined


def agreement(
    one: object, other: object, kana_one: object = "", kana_other: object = ""
) -> Agreement:
    """How well two full names agree; symmetric.

    same                      written alike, variants and word order aside
    same_sound                one reading: another script, another romanisation
    abbreviated               an initial, a short form or a middle name apart
    slip                      one letter apart: Shinnosuke, Shinosuke
    same_sound_other_kanji    佐藤健, 佐藤建: a slip of conversion or two people
    same_kanji_other_reading  河野太郎 read コウノ here and カワノ there
    same_given_other_family   a marriage, or two people
    same_family_other_given   a family, a common surname
    unlike                    neither name agrees
    unknown                   no full name, or two scripts that cannot be compared
    """
    first, second = _read(one, kana_one), _read(other, kana_other)
    if not (first.is_known and second.is_known):
        # The one says that the other's surname ends where no dictionary knows it.
        is_same = any(name.kanji for name in (first, second)) and _whole(one) == _whole(
            other
        )
        return "same" if is_same else "unknown"
    if first.kanji and second.kanji:
        return _agreement_in_kanji(first, second)
    if first.words and sorted(first.words) == sorted(second.words):
        return "unknown" if first.has_initials else "same"
    return _agreement_in_sound(first, second)


def are_conflicting_names(
    one: object, other: object, kana_one: object = "", kana_other: object = ""
) -> bool:
    """Whether two full names cannot be one person's.

    Not so for a changed surname, for a slip of conversion in one of the two names, for
    a given name that the dictionary may read otherwise than its bearer, and for what
    may be a pet name (Bill Smith, William Smith): there the names just do not agree.
    """
    level = agreement(one, other, kana_one, kana_other)
    if level in ("unlike", "same_kanji_other_reading"):
        return True
    first, second = _read(one, kana_one), _read(other, kana_other)
    if level == "same_family_other_given":
        if first.kanji and second.kanji:
            return True
        return all(_is_plainly_read(name) for name in (first, second))
    if level == "same_sound_other_kanji":
        return not _share(first.kanji, second.kanji)
    return False


def is_other_given_name(name: object, full: object) -> bool:
    """Whether a name of one word is a Japanese given name, and not that of `full`.

    Kaori is not 林 大輔. A pet name (Dai), a surname, a word say nothing.
    """
    word = sound(clean_text(name))
    person = _read(full, "")
    if not word or word not in dictionary().given_sounds or not person.is_japanese:
        return False
    parts = {part for pair in person.sounds for part in pair}
    return not any(_is_short(word, part) for part in parts)


@lru_cache(maxsize=1 << 14)
def _read(name: object, kana: object) -> FullName:
    return read_name(name, kana)


def _whole(name: object) -> str:
    """All of a name in kanji without its space."""
    return "".join(next(iter(divide(name).main), ()))


def _agreement_in_kanji(first: FullName, second: FullName) -> Agreement:
    """Two names that are both written in kanji."""
    is_same_sound = _meet(first, second)
    if _wholes(first.kanji) & _wholes(second.kanji):
        is_disputed = first.is_read and second.is_read and not is_same_sound
        return "same_kanji_other_reading" if is_disputed else "same"
    if is_same_sound:
        return "same_sound_other_kanji"
    if _parts(first.kanji, 1) & _parts(second.kanji, 1):
        return "same_given_other_family"
    if _parts(first.kanji, 0) & _parts(second.kanji, 0):
        return "same_family_other_given"
    return "unlike"


def _wholes(pairs: tuple[Pair, ...]) -> set[str]:
    """Names as one word, in either order: 若菜柳 and 柳若菜 may be meant as one."""
    return {family + given for family, given in (*pairs, *(p[::-1] for p in pairs))}


def _agreement_in_sound(first: FullName, second: FullName) -> Agreement:
    """Two names of which one at least is written as it sounds."""
    if not (first.has_initials or second.has_initials) and _meet(first, second):
        return "same_sound"
    pairs = list(
        product((*first.sounds, *first.short), (*second.sounds, *second.short))
    )
    if any(one[0] == other[0] and _is_short(one[1], other[1]) for one, other in pairs):
        return "abbreviated"
    is_romaji = _is_plainly_read(first) and _is_plainly_read(second)
    if any(_is_slip("".join(one), "".join(two), is_romaji) for one, two in pairs):
        return "slip"
    if not _are_comparable(first, second):
        return "unknown"
    if any(one[1] == other[1] for one, other in pairs):
        return "same_given_other_family"
    if any(one[0] == other[0] for one, other in pairs):
        return "same_family_other_given"
    return "unlike"


def _meet(first: FullName, second: FullName) -> bool:
    """Whether one reading of both, in one order or the other, is the same."""
    keys = {key for pair in first.sounds for key in _keys(pair)}
    return any(key in keys for pair in second.sounds for key in _keys(pair))


def _is_short(one: str, other: str) -> bool:
    """Whether one given name begins the other: T, Ken, Alex."""
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def _is_slip(one: str, other: str, is_romaji: bool) -> bool:
    """Whether two long names differ by a letter that is missing or too many.

    In romaji by a doubled one only: Yukiko and Yukio are two people.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) != 1 or len(longer) < _MIN_SLIP:
        return False
    start = len(commonprefix([shorter, longer]))
    is_doubled = longer[start] == longer[start - 1]
    return shorter[start:] == longer[start + 1 :] and (is_doubled or not is_romaji)


def _share(first: tuple[Pair, ...], second: tuple[Pair, ...]) -> bool:
    """Whether surname or given name is the same."""
    return any(_parts(first, place) & _parts(second, place) for place in (0, 1))


def _parts(pairs: tuple[Pair, ...], place: int) -> set[str]:
    return {pair[place] for pair in pairs}


def _are_comparable(first: FullName, second: FullName) -> bool:
    """Whether two names would meet if they were one person's.

    Names in one alphabet do. A name in kanji or kana meets only what is Japanese as
    well: 王小明 is Wang Xiaoming, and no dictionary of Japanese readings knows it.
    """
    if first.words and second.words:
        return script(first.words[0]) == script(second.words[0])
    return first.is_japanese and second.is_japanese


def _is_plainly_read(name: FullName) -> bool:
    """Whether the reading is certain: in kana, or in romaji without initials."""
    if name.has_initials or not name.is_read:
        return False
    return not name.words or all(map(sound, name.words))


def _keys(pair: Pair) -> tuple[str, str]:
    family, given = pair
    return join_sounds(family, given), join_sounds(given, family)
