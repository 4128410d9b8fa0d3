"""A person's full name: surname and given name, as they are written and as they sound.

What cannot be divided into the two is no full name: it identifies nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.identity.display_names import divide
from pipelines.identity.letters import has_kanji, is_japanese
from pipelines.identity.person_names import dictionary, family_readings, given_readings
from pipelines.identity.sounds import sound, with_small_kana

# A name field is read in so many ways at most, so that it has so many spellings twice.
MAX_READINGS = 12
_MAX_GIVEN = 3
_MAX_UNSPACED = 40  # every cut of a text is tried: a page of kanji is no name
_MIN_KANA = 5

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FullName:
    """A name field; without kanji and sounds it holds no full name.

    kanji:  (surname, given name) for every way to divide a name written in kanji
    sounds: (surname, given name) for every way to read it, the likeliest first; Latin
        words that are no romaji stand for themselves; ("", all of it) when a reading
        cannot be divided
    short:  the same without middle names, where there are any
    words:  the words of a name in an alphabet
    is_read: the reading is written in the field, not found in the dictionary
    """

    kanji: tuple[Pair, ...] = ()
    sounds: tuple[Pair, ...] = ()
    short: tuple[Pair, ...] = ()
    words: tuple[str, ...] = ()
    is_read: bool = True

    @property
    def is_known(self) -> bool:
        """Whether the field holds surname and given name."""
        return bool(self.kanji or self.sounds)

    @property
    def has_initials(self) -> bool:
        """Whether surname or given name is but one letter (T. Yamada)."""
        ends = (self.words[0], self.words[-1]) if self.words else ()
        return any(len(word) == 1 and word != word.upper() for word in ends)

    @property
    def is_japanese(self) -> bool:
        """Whether it is read as Japanese surnames and given names are."""
        known = dictionary()
        if self.sounds and any(pair[0] in known.families for pair in self.kanji):
            return True
        return any(
            family in known.family_sounds and given in known.given_sounds
            for family, given in self.sounds
        )


NOBODY = FullName()


def read_name(value: object, kana: object = "") -> FullName:
    """The full name in a name field, with the reading (カナ) that stands beside it."""
    written = divide(value)
    parts = (*written.main, *written.asides)
    spoken = divide(kana).main if kana else ()
    for words in parts:
        words, behind = _without_reading(words)
        kanji = _divisions(words) if has_kanji("".join(words)) else ()
        if kanji:
            # Other kanji are a company or a place; what is spelt out is the reading.
            spelt = (part for part in (behind, *parts) if part and _is_reading(part))
            former = written.former or _other_surname(written.asides)
            formerly = [(former, given) for _, given in kanji if former]
            return _in_kanji((*kanji, *formerly), spoken, spelt)
    names = [_spelt(words) for words in (*parts, *spoken)]
    known = [name for name in names if name.is_known]
    if not known:
        return NOBODY
    first = known[0]
    readings = [name for name in map(_spelt, spoken) if name.is_known]
    sounds = [pair for name in (first, *readings) for pair in name.sounds]
    return FullName(
        sounds=tuple(dict.fromkeys(sounds))[:MAX_READINGS],
        short=first.short,
        words=first.words,
    )


# -- names in kanji -----------------------------------------------------------------


def _divisions(words: tuple[str, ...]) -> tuple[Pair, ...]:
    """Surname and given name in words of which one at least has kanji."""
    known = dictionary()
    japanese = [word for word in words if is_japanese(word)]
    if len(japanese) == 1:
        others = [word for word in words if word != japanese[0]]
        if japanese[0] in known.families and len(others) == 1:
            is_given = sound(others[0]) in known.given_sounds
            return ((japanese[0], others[0]),) if is_given else ()
        return _divided(japanese[0])
    front, back = japanese[0], japanese[-1]
    if front in known.families and (back in known.givens or _is_readable(back)):
        return ((front, back),)
    if back in known.families and (front in known.givens or _is_readable(front)):
        return ((back, front),)
    pairs = list(zip(japanese, japanese[1:], strict=False))
    named = [pair for pair in pairs if pair[0] in known.families]
    sure = [pair for pair in named if pair[1] in known.givens]
    for pair in (*sure, *(pair for pair in named if _is_readable(pair[1]))):
        return (pair,)
    for word in japanese:
        divided = _divided(word)
        if divided and divided[0][1] in known.givens:
            return divided  # the other words say where: 開発部 山田太郎
    return ((japanese[0], "".join(japanese[1:])),)


def _without_reading(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """山田 太郎 ヤマダ タロウ as the name and its reading; most names have none."""
    if len(words) < 4:
        return words, ()
    kanji = tuple(word for word in words if has_kanji(word))
    kana = tuple(word for word in words if is_japanese(word) and not has_kanji(word))
    is_both = len(kanji) > 1 and len(kana) > 1
    return (kanji, kana) if is_both else (words, ())


def _other_surname(asides: tuple[tuple[str, ...], ...]) -> str:
    """The surname that alone stands in brackets: 佐竹優希 (須永)."""
    alone = [words[0] for words in asides if len(words) == 1 and has_kanji(words[0])]
    return next((word for word in alone if word in dictionary().families), "")


def _divided(name: str) -> tuple[Pair, ...]:
    """An unspaced name cut at a surname of the dictionary, the likeliest cuts first.

    Cuts into two names of the dictionary rule out all others. A word that is itself a
    surname or a given name stays whole.
    """
    known = dictionary()
    is_cut = 3 <= len(name) <= _MAX_UNSPACED
    if not is_cut or name in known.families or name in known.givens:
        return ()
    cuts = [(name[:cut], name[cut:]) for cut in range(len(name) - 1, 0, -1)]
    possible = [pair for pair in cuts if _is_family(pair[0])]
    sure = [pair for pair in possible if pair[1] in known.givens]
    if sure:
        return tuple(sure)
    readable = [pair for pair in possible if _is_like_given(pair[1])]
    if readable or possible:
        return tuple(readable or possible[:1])
    # Most rare surnames have two kanji: 漆畑詩乃.
    rare = [pair for pair in cuts if len(pair[0]) == 2 and pair[1] in known.givens]
    return tuple(pair for pair in rare if family_readings(pair[0]))


def _is_family(surname: str) -> bool:
    """Whether a text is a surname of the dictionary, in its kanji or in katakana."""
    known = dictionary()
    if surname in known.families or has_kanji(surname):
        return surname in known.families
    return sound(surname) in known.family_sounds


def _is_readable(given: str) -> bool:
    """Whether a text that the dictionary lacks can be a given name."""
    return len(given) <= _MAX_GIVEN + 2 and bool(given_readings(given))


def _is_like_given(text: str) -> bool:
    """Whether the rest of an unspaced name looks like a given name (not 京支部)."""
    if len(text) < _MAX_GIVEN or not has_kanji(text):
        return _is_readable(text)
    return text[1:] in dictionary().givens and _is_readable(text)


def _in_kanji(
    kanji: tuple[Pair, ...],
    stated: tuple[tuple[str, ...], ...],
    beside: Iterable[tuple[str, ...]],
) -> FullName:
    """A name in kanji.

    stated: its reading, believed rather than the dictionary; beside: words that may be
    its reading, as far as the dictionary agrees to one of the two names
    """
    found = [
        (rank + another, (family, given))
        for surname, name in kanji
        for rank, family in enumerate(family_readings(surname))
        for another, given in enumerate(given_readings(name))
    ]
    likely = [pair for _, pair in sorted(found, key=lambda ranked: ranked[0])]
    sounds = tuple(dict.fromkeys(likely))
    for words in stated:
        told = _told(words, sounds, kanji)
        if told:
            return FullName(kanji, told[:MAX_READINGS])
    families, givens = ({pair[place] for pair in sounds} for place in (0, 1))
    for words in beside:
        told = tuple(
            (family, given)
            for family, given in _told(words, sounds, kanji)
            if family in families or (family and given in givens)
        )
        if told:
            return FullName(kanji, told[:MAX_READINGS])
    return FullName(kanji, sounds[:MAX_READINGS], is_read=False)


def _is_reading(words: tuple[str, ...]) -> bool:
    """Whether words can tell how the name beside them is read."""
    if not all(map(sound, words)):
        return False
    return len(words) > 1 or is_japanese(words[0])


def _told(
    words: tuple[str, ...], sounds: tuple[Pair, ...], kanji: tuple[Pair, ...]
) -> tuple[Pair, ...]:
    """Surname and given name of a reading, () when it cannot be this name's.

    Kana stand in the order of the kanji, Latin words in either.
    """
    if not words or not _is_reading(words):
        return ()
    small = tuple(map(with_small_kana, words)) if is_japanese(words[0]) else words
    if tuple(map(sound, small)) != tuple(map(sound, words)):
        as_written = _told_as_written(words, sounds, kanji)
        return (*as_written, *_told_as_written(small, sounds, kanji))
    return _told_as_written(words, sounds, kanji)


def _told_as_written(
    words: tuple[str, ...], sounds: tuple[Pair, ...], kanji: tuple[Pair, ...]
) -> tuple[Pair, ...]:
    """`_told` for kana just as they stand there."""
    families = {family for surname, _ in kanji for family in family_readings(surname)}
    givens = {given for _, name in kanji for given in given_readings(name)}
    if len(words) > 1:
        front, back = sound(words[0]), "".join(map(sound, words[1:]))
        is_turned = back in families or (front in givens and front not in families)
        is_latin = not is_japanese(words[0])
        if is_turned or (is_latin and front not in families):
            front, back = sound(words[-1]), "".join(map(sound, words[:-1]))
        return ((front, back),)
    cuts = _cut_kana(words[0])
    cut = tuple(pair for pair in cuts if pair[0] in families)
    if cut:
        return cut
    if sound(words[0]) in families:
        return tuple(pair for pair in sounds if pair[0] == sound(words[0]))
    return (("", sound(words[0])),) if len(words[0]) >= _MIN_KANA else ()


# -- names in kana and in alphabets -------------------------------------------------


def _spelt(words: tuple[str, ...]) -> FullName:
    """A name without kanji."""
    if len(words) == 1:
        return FullName(sounds=_divided_kana(words[0]))
    romaji = tuple(map(sound, words))
    if len(words) < 2 or has_kanji("".join(words)):
        return NOBODY
    # An initial between the names, or a name too many, is left out when it has to be.
    middle = tuple(word for word in words[1:-1] if len(word) > 1)
    heard = tuple(one or other for one, other in zip(romaji, words, strict=True))
    both = [heard] if all(romaji) else [heard, words]
    if is_japanese(words[0]):
        both.append(tuple(sound(with_small_kana(word)) or word for word in words))
    sounds = [
        pair
        for some in both
        for pair in _ordered(some[0], "".join(map(_sound_or_word, middle)), some[-1])
    ]
    short = [pair for some in both for pair in _ordered(some[0], "", some[-1])]
    return FullName(
        sounds=tuple(dict.fromkeys(sounds)),
        short=tuple(dict.fromkeys(short)) if len(words) > 2 else (),
        words=() if is_japanese(words[0]) else words,
    )


def _sound_or_word(word: str) -> str:
    return sound(word) or word


def _ordered(first: str, middle: str, last: str) -> list[Pair]:
    """(surname, given name): the surname stands last unless both say otherwise."""
    known = dictionary()
    is_eastern = first in known.family_sounds and last in known.given_sounds
    is_western = last in known.family_sounds and first in known.given_sounds
    western, eastern = (last, first + middle), (first, middle + last)
    if is_eastern and is_western:
        return [western, eastern]
    return [eastern] if is_eastern else [western]


def _divided_kana(name: str) -> tuple[Pair, ...]:
    """An unspaced name in kana, cut where the dictionary has both names."""
    known = dictionary()
    if len(name) < _MIN_KANA or not is_japanese(name):
        return ()
    heard = sound(name)
    if not heard or heard in known.family_sounds or heard in known.given_sounds:
        return ()
    cuts = _cut_kana(name)
    japanese = [
        pair
        for pair in cuts
        if pair[0] in known.family_sounds and pair[1] in known.given_sounds
    ]
    return tuple(japanese[:MAX_READINGS])


def _cut_kana(name: str) -> list[Pair]:
    """Every cut of a word in kana that leaves two kana or more on both sides."""
    cuts = [(sound(name[:at]), sound(name[at:])) for at in range(len(name) - 2, 1, -1)]
    return [pair for pair in cuts if all(pair)]
