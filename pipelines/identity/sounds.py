"""How a name sounds: kana and every way to romanise it, as one comparable romaji.

The form is Hepburn without long vowels: Ōno, Ohno, Oono and オオノ are all ono. It is
coarser than the names themselves (大野 and 小野 sound alike here), so what sounds alike
must still be compared as it is written. Voicing is kept: ガトウ is gato, カトウ kato.
"""

import re
from functools import lru_cache

import jaconv

from pipelines.identity.letters import clean_text, fold_kana, fold_latin

_KANA = re.compile("^[\u3041-\u3096\u30fc]+$")
_SMALL_VOWELS = str.maketrans("ぁぃぅぇぉ", "AIUEO")
_OLD_KANA = str.maketrans("ゐゑヰヱゕゖゎ", "いえいえかけわ")
_LARGE_KANA = re.compile("([きしちにひみりぎじぢびぴ])([やゆよ])")
_WRITTEN_VOWEL = re.compile("(?<=[a-z])[aiueo]([AIUEO])")
_SEPARATORS = re.compile(r"[\s・=_.,/-]+")
_APOSTROPHES = re.compile("['’`ʼ]")

# One syllable after the other. Each letter can be read in one way only, so a long
# text that is no romaji is found out in one pass.
_ROMAJI = re.compile(
    "(?:"
    r"(?:t(?=ch)|([bcdfgjkprstz])(?=\1))?"
    "(?:shy?|chy?|ts|dz|dj|cy|[bdfghjkmnprstvz]y?|[wy])?"
    "[aiueo](?:(?<=[ou])h(?![aiueoy]))?"
    "|n(?!y?[aiueo])"
    "|m(?=[bpm])"
    ")+"
)
_HEPBURN = {
    "chy": "ch",
    "cy": "ch",
    "dj": "j",
    "dy": "j",
    "dz": "z",
    "di": "ji",
    "du": "zu",
    "hu": "fu",
    "jy": "j",
    "shy": "sh",
    "si": "shi",
    "sy": "sh",
    "ti": "chi",
    "tu": "tsu",
    "ty": "ch",
    "wo": "o",
    "zi": "ji",
    "zy": "j",
}
_OTHER_SYSTEMS = re.compile(
    "chy|shy|(?<![cs])hu|cy|dj|dy|dz|di|du|jy|si|sy|ti|tu|ty|wo|zi|zy"
)
_DOUBLED = re.compile("tch|dz|[dz]j")
_DOUBLED_AS = {"tch": "cch", "dz": "zz", "dj": "jj", "zj": "jj"}
_M_FOR_N = re.compile("m(?=[bpm])")
_LONG_O = re.compile("o(?:[ou]|h(?![aiueoy]))+")
_LONG_U = re.compile("u(?:u|h(?![aiueoy]))+")


@lru_cache(maxsize=1 << 16)
def sound(text: str) -> str:
    """Kana or romaji as comparable romaji; words keep one space between them.

    '' when a word is neither: kanji, and Latin words that are no romaji (Smith). A
    foreign name in kana sounds as its kana do: ジョン・スミス is "jon sumisu".
    """
    words = _SEPARATORS.split(_APOSTROPHES.sub("", clean_text(text).casefold()))
    heard = [_sound_of_word(word) for word in words if word]
    return " ".join(heard) if all(heard) else ""


def with_small_kana(kana: str) -> str:
    """A reading with the small kana that old systems lack: シヨウ as ショウ.

    キヨ may be きよ as well (清子), so this is one more way to read it.
    """
    return _LARGE_KANA.sub(
        lambda match: match.group(1) + chr(ord(match.group(2)) - 1), fold_kana(kana)
    )


def join_sounds(first: str, second: str) -> str:
    """Two sounds as one word, which sounds as if it had been written as one."""
    if first[-1:] in "ou" and second[:1] in "ou":
        return shorten(first + second)
    return first + second


def shorten(word: str) -> str:
    """Romaji with its long o and u short: oo, ou, oh, uu, uh."""
    return _LONG_U.sub("u", _LONG_O.sub("o", word))


def _sound_of_word(word: str) -> str:
    kana = fold_kana(word)
    if _KANA.match(kana):
        word = _romaji_of_kana(kana)
    elif not word.isascii():
        word = fold_latin(word)
    if _ROMAJI.fullmatch(word) is None:
        return ""
    hepburn = _OTHER_SYSTEMS.sub(lambda match: _HEPBURN[match.group()], word)
    hepburn = hepburn.replace("v", "b")  # ヴィオラ, ビオラ
    doubled = _DOUBLED.sub(lambda match: _DOUBLED_AS[match.group()], hepburn)
    return shorten(_M_FOR_N.sub("n", doubled))


def _romaji_of_kana(kana: str) -> str:
    """Hiragana in Hepburn; ー is dropped, シェ is she and ウィ is wi."""
    marked = kana.translate(_OLD_KANA).translate(_SMALL_VOWELS)
    romaji = re.sub("う(?=[AIEO])", "w", marked)
    romaji = jaconv.kana2alphabet(romaji)
    romaji = _WRITTEN_VOWEL.sub(lambda match: match.group(1).lower(), romaji)
    return romaji.replace("-", "").replace("xtsu", "").lower()
