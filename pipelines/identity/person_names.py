"""Japanese surnames and given names with their readings.

They are the entries 人名,姓 and 人名,名 of the dictionary that comes with Janome
(IPADIC), read once, when the first Japanese name is met: 12,000 surnames, 18,000 given
names. Given names are a living thing, so one that is missing is read as its characters
are read in the names that are there: 陽 is よう, はる or ひ, 菜 is な, and 陽菜 may be
ひな.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from pipelines.identity.letters import fold_kana, fold_kanji, has_kanji
from pipelines.identity.sounds import join_sounds, sound

MAX_READINGS = 12
# A reading of one character counts when so many names agree on it.
_MIN_NAMES = 3
_ROUNDS = 2
# Characters of given names that became common after the dictionary was made (2003).
_YOUNG = {
    "斗": "と",
    "翔": "と か",
    "陽": "ひ はる",
    "大": "はる やま",
    "颯": "そう はや はやて",
    "湊": "みなと そう",
    "蒼": "あお そう あおい",
    "結": "ゆい ゆ",
    "愛": "あ まな",
    "心": "ここ み",
    "凪": "なぎ な",
    "琉": "る りゅう",
    "音": "ね おと",
    "空": "そら",
    "海": "うみ み",
    "月": "つき るな",
    "莉": "り",
    "咲": "さき さ",
    "桜": "さくら さ",
    "叶": "かな きょう",
    "栞": "しおり",
    "宙": "そら ひろ",
    "希": "のぞ の",
    "菜": "な",
}


@dataclass(frozen=True)
class PersonNames:
    """The dictionary. Surfaces are folded (`fold_kanji`), readings are sounds.

    families, givens: surface -> readings; family_sounds, given_sounds: those of names
    in kanji, for a foreign name in katakana says nothing about Japanese ones;
    characters: kanji -> readings as a part of a given name, the commonest first.
    """

    families: dict[str, tuple[str, ...]]
    givens: dict[str, tuple[str, ...]]
    family_sounds: frozenset[str]
    given_sounds: frozenset[str]
    characters: dict[str, tuple[str, ...]]


@cache
def dictionary() -> PersonNames:
    """The dictionary, read from the installed package at the first call."""
    kana: dict[str, dict[str, dict[str, None]]] = {"姓": {}, "名": {}}
    for kind, surface, reading in _entries():
        readings = kana[kind].setdefault(fold_kanji(surface), {})
        readings[fold_kana(reading)] = None
    families, givens = _sounds_of(kana["姓"]), _sounds_of(kana["名"])
    return PersonNames(
        families=families,
        givens=givens,
        family_sounds=_sounds_in_kanji(families),
        given_sounds=_sounds_in_kanji(givens),
        characters=_sounds_of(_readings_of_characters(kana["名"])),
    )


@lru_cache(maxsize=1 << 16)
def family_readings(surname: str) -> tuple[str, ...]:
    """The sounds of a surname as it is written; () when nothing is known of it."""
    known = dictionary().families.get(surname)
    return known[:MAX_READINGS] if known else _spelt_out(surname)


@lru_cache(maxsize=1 << 16)
def given_readings(name: str) -> tuple[str, ...]:
    """The sounds of a given name, put together where the dictionary lacks it."""
    known = dictionary().givens.get(name)
    return known[:MAX_READINGS] if known else _spelt_out(name) or _put_together(name)


def _spelt_out(name: str) -> tuple[str, ...]:
    """The one sound of a name in kana."""
    heard = sound(name)
    return (heard,) if heard else ()


def _put_together(name: str) -> tuple[str, ...]:
    """Sounds of the two parts that a given name may consist of, the likeliest first."""
    if not 1 <= len(name) <= 3:
        return ()
    found = [
        (rank + another, join_sounds(front, back))
        for cut in range(len(name) - 1, 0, -1)
        for rank, front in enumerate(_part(name[:cut]))
        for another, back in enumerate(_part(name[cut:]))
    ] or list(enumerate(_part(name)))
    likely = sorted(found, key=lambda ranked: ranked[0])
    return tuple(dict.fromkeys(heard for _, heard in likely))[:MAX_READINGS]


def _part(text: str) -> tuple[str, ...]:
    """Sounds of a part of a given name: a character's, or a shorter name's."""
    known = dictionary()
    if len(text) == 1:
        return known.characters.get(text, ())[:6] or _spelt_out(text)
    return known.givens.get(text, ())[:4] or _spelt_out(text)


def _sounds_of(readings: dict[str, dict[str, None]]) -> dict[str, tuple[str, ...]]:
    """Readings in kana as sounds, each once, in the order in which they are given."""
    return {
        surface: tuple(dict.fromkeys(filter(None, map(sound, kana))))
        for surface, kana in readings.items()
    }


def _sounds_in_kanji(names: dict[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(
        heard for name, sounds in names.items() if has_kanji(name) for heard in sounds
    )


def _readings_of_characters(
    givens: dict[str, dict[str, None]],
) -> dict[str, dict[str, None]]:
    """What each character reads in names of two characters, the commonest first.

    A name of one character reads as it does (陽 よう); 陽子 ようこ then tells that 子
    is こ, and 陽子 はるこ that 陽 is はる as well. What fewer than `_MIN_NAMES` names
    tell is left out.
    """
    known = {name: set(kana) for name, kana in givens.items() if len(name) == 1}
    pairs = [
        (name[0], name[1], kana)
        for name, readings in givens.items()
        if len(name) == 2 and has_kanji(name[0]) and has_kanji(name[1])
        for kana in readings
    ]
    counts: dict[str, Counter[str]] = {}
    for _ in range(_ROUNDS):
        counts = defaultdict(Counter)
        for first, second, kana in pairs:
            for cut in range(1, len(kana)):
                if kana[cut:] in known.get(second, ()):
                    counts[first][kana[:cut]] += 1
                if kana[:cut] in known.get(first, ()):
                    counts[second][kana[cut:]] += 1
        known = {
            character: set(_common(count)) | set(givens.get(character, ()))
            for character, count in counts.items()
        }
    young = {character: kana.split() for character, kana in _YOUNG.items()}
    return {
        character: dict.fromkeys(
            [
                *_common(counts.get(character, Counter())),
                *young.get(character, ()),
                *sorted(known.get(character, ())),
            ]
        )
        for character in sorted(known.keys() | young.keys())
    }


def _common(count: Counter[str]) -> list[str]:
    """Readings that enough names agree on, the commonest first."""
    ranked = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    return [kana for kana, names in ranked if names >= _MIN_NAMES]


# A row of the dictionary's second half: part of speech, two empty columns, the word
# as it is written, its reading, its pronunciation; as Python source with \u escapes.
_PERSON = "名詞,固有名詞,人名,".encode("unicode_escape")
_ENTRY = re.compile(
    rb"\(u'"
    + re.escape(_PERSON)
    + rb"(?P<kind>[^',]+)',u'[^']*',u'[^']*',u'(?P<surface>[^']+)',u'(?P<kana>[^']+)'"
)


def _entries() -> Iterator[tuple[str, str, str]]:
    """(姓 or 名, as it is written, reading in katakana) of every person's name.

    The files are read as text: as modules they would bring the tokenizer's tables
    with them, 200 MB that names do not need.

    Raises:
        RuntimeError: the installed Janome keeps its dictionary in another form.
    """
    is_empty = True
    for file in _dictionary_files():
        for match in _ENTRY.finditer(file):
            kind, surface, kana = (
                part.decode("unicode_escape") for part in match.groups()
            )
            if kind in ("姓", "名"):
                is_empty = False
                yield kind, surface, kana
    if is_empty:
        raise RuntimeError(
            "no names of persons in janome/sysdic/entries_extra*.py: install the"
            " version of Janome that requirements.lock names"
        )


def _dictionary_files() -> Iterable[bytes]:
    folder = resources.files("janome") / "sysdic"
    names = sorted(entry.name for entry in folder.iterdir())
    for name in names:
        if re.fullmatch(r"entries_extra\d+\.py", name):
            yield (folder / name).read_bytes()
