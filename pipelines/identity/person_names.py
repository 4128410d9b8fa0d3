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

# As written -> its readings in hiragana, in order.
Readings = dict[str, dict[str, None]]

MAX_READINGS = 12
_MAX_PARTS = 3
_MAX_PART_READINGS = 6
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
    "煌": "こう きら",
    "翠": "すい みどり",
    "奏": "かなで そう",
    "郁": "かおる ふみ いく",
    "律": "りつ",
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
    in_families, in_givens: kanji -> readings as a part of such a name, commonest first
    """

    families: dict[str, tuple[str, ...]]
    givens: dict[str, tuple[str, ...]]
    family_sounds: frozenset[str]
    given_sounds: frozenset[str]
    in_families: dict[str, tuple[str, ...]]
    in_givens: dict[str, tuple[str, ...]]


@cache
def dictionary() -> PersonNames:
    """The dictionary, read from the installed package at the first call."""
    kana: dict[str, Readings] = {"姓": {}, "名": {}, "字": {}}
    for kind, surface, reading in _entries():
        readings = kana[kind].setdefault(fold_kanji(surface), {})
        readings[fold_kana(reading)] = None
    families, givens = _sounds_of(kana["姓"]), _sounds_of(kana["名"])
    young: Readings = {
        character: dict.fromkeys(text.split()) for character, text in _YOUNG.items()
    }
    in_families = _readings_of_characters(kana["姓"], {}, kana["字"])
    in_givens = _readings_of_characters(kana["名"], young, kana["字"])
    return PersonNames(
        families=families,
        givens=givens,
        family_sounds=_sounds_in_kanji(families),
        given_sounds=_sounds_in_kanji(givens),
        in_families=_sounds_of(in_families),
        in_givens=_sounds_of(in_givens),
    )


@lru_cache(maxsize=1 << 16)
def family_readings(surname: str) -> tuple[str, ...]:
    """The sounds of a surname, put together where the dictionary lacks it."""
    known = dictionary()
    return _readings(surname, known.families, known.in_families)


@lru_cache(maxsize=1 << 16)
def given_readings(name: str) -> tuple[str, ...]:
    """The sounds of a given name, put together where the dictionary lacks it."""
    known = dictionary()
    return _readings(name, known.givens, known.in_givens)


def _readings(
    name: str, names: dict[str, tuple[str, ...]], characters: dict[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Sounds of a name: those of the dictionary, else of its one to three parts."""
    if name in names:
        known = names[name] if len(name) > 1 else names[name] + characters.get(name, ())
        return tuple(dict.fromkeys(known))[:MAX_READINGS]
    if not has_kanji(name):
        return _spelt_out(name)
    if len(name) > _MAX_PARTS:
        return ()

    if len(name) == 1:
        return characters.get(name, ())[:MAX_READINGS]

    def part(text: str) -> tuple[str, ...]:
        if len(text) == 1:
            return characters.get(text, ())[:_MAX_PART_READINGS] or _spelt_out(text)
        return _readings(text, names, characters)[:_MAX_PART_READINGS]

    found = [
        (rank + another, join_sounds(front, back))
        for cut in range(len(name) - 1, 0, -1)
        for rank, front in enumerate(part(name[:cut]))
        for another, back in enumerate(part(name[cut:]))
    ]
    likely = sorted(found, key=lambda ranked: ranked[0])
    return tuple(dict.fromkeys(heard for _, heard in likely))[:MAX_READINGS]


def _spelt_out(name: str) -> tuple[str, ...]:
    """The one sound of a name in kana or romaji."""
    heard = sound(name)
    return (heard,) if heard else ()


def _sounds_of(readings: Readings) -> dict[str, tuple[str, ...]]:
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
    names: Readings, young: Readings, nouns: Readings
) -> Readings:
    """What each kanji reads in names of two, the commonest reading first.

    A name of one kanji reads as it does (陽 よう); 陽子 ようこ then tells that 子 is
    こ, and 陽子 はるこ that 陽 is はる as well. What fewer than `_MIN_NAMES` names tell
    is left out. A kanji of which no name tells reads as the noun that it is.
    """
    alone = {name: kana for name, kana in names.items() if len(name) == 1}
    pairs = [
        (name[0], name[1], kana)
        for name, readings in names.items()
        if len(name) == 2 and has_kanji(name[0]) and has_kanji(name[1])
        for kana in readings
    ]
    known: dict[str, Iterable[str]] = dict(alone)
    common: Readings = {}
    for _ in range(_ROUNDS):
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for first, second, kana in pairs:
            for cut in range(1, len(kana)):
                if kana[cut:] in known.get(second, ()):
                    counts[first][kana[:cut]] += 1
                if kana[:cut] in known.get(first, ()):
                    counts[second][kana[cut:]] += 1
        common = {character: _common(count) for character, count in counts.items()}
        known = {
            character: common.get(character, {}) | alone.get(character, {})
            for character in common.keys() | alone.keys()
        }
    told = {
        character: {
            kana: None
            for readings in (common, young, alone)
            for kana in readings.get(character, ())
        }
        for character in sorted(common.keys() | young.keys() | alone.keys())
    }
    return nouns | {character: kana for character, kana in told.items() if kana}


def _common(count: Counter[str]) -> dict[str, None]:
    """Readings that enough names agree on, the commonest first."""
    ranked = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    return {kana: None for kana, names in ranked if names >= _MIN_NAMES}


# A row of the dictionary's second half: part of speech, two empty columns, the word
# as it is written, its reading, its pronunciation; as Python source with \u escapes.
_ROW = rb"(?P<kind>%s)',u'[^']*',u'[^']*',u'(?P<surface>%s)',u'(?P<kana>[^']+)'"
_PERSON = re.escape("名詞,固有名詞,人名,".encode("unicode_escape"))
_NOUN = re.escape("名詞,".encode("unicode_escape"))
_PERSONS = re.compile(rb"\(u'" + _PERSON + _ROW % (rb"[^',]+", rb"[^']+"))
_KANJI = re.compile(rb"\(u'" + _NOUN + _ROW % (rb"[^']+", rb"\\u[4-9][0-9a-f]{3}"))


def _entries() -> Iterator[tuple[str, str, str]]:
    """(kind, as it is written, reading in katakana) of names and of nouns.

    kind: 姓 and 名 of persons, 字 for a noun of one kanji.

    The files are read as text: as modules they would bring the tokenizer's tables
    with them, 200 MB that names do not need.

    Raises:
        RuntimeError: the installed Janome keeps its dictionary in another form.
    """
    found = set()
    for file in _dictionary_files():
        for match in _PERSONS.finditer(file):
            kind, surface, kana = _decoded(match)
            if kind in ("姓", "名"):
                found.add(kind)
                yield kind, surface, kana
        for match in _KANJI.finditer(file):
            _, surface, kana = _decoded(match)
            yield "字", surface, kana
    if len(found) < 2:
        raise RuntimeError(
            "no names of persons in janome/sysdic/entries_extra*.py: install the"
            " version of Janome that requirements.lock names"
        )


def _decoded(match: re.Match[bytes]) -> tuple[str, str, str]:
    kind, surface, kana = (part.decode("unicode_escape") for part in match.groups())
    return kind, surface, kana


def _dictionary_files() -> Iterator[bytes]:
    folder = resources.files("janome") / "sysdic"
    names = sorted(entry.name for entry in folder.iterdir())
    for name in names:
        if re.fullmatch(r"entries_extra\d+\.py", name):
            yield (folder / name).read_bytes()
