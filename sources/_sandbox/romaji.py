"""Japanese names in Latin letters, as different people and offices write them."""

import re

# Kunrei; the Hepburn spellings that differ follow from it.
_ROWS = """
    アa イi ウu エe オo カka キki クku ケke コko サsa シsi スsu セse ソso タta チti ツtu
    テte トto ナna ニni ヌnu ネne ノno ハha ヒhi フhu ヘhe ホho マma ミmi ムmu メme モmo
    ヤya ユyu ヨyo ラra リri ルru レre ロro ワwa ヲo ンn ガga ギgi グgu ゲge ゴgo ザza
    ジzi ズzu ゼze ゾzo ダda ヂzi ヅzu デde ドdo バba ビbi ブbu ベbe ボbo パpa ピpi
    プpu ペpe ポpo
"""
_KUNREI = {row[0]: row[1:] for row in _ROWS.split()}
_SMALL = {"ャ": "ya", "ュ": "yu", "ョ": "yo"}
_HEPBURN = (
    ("sy", "sh"), ("ty", "ch"), ("zy", "j"), ("si", "shi"), ("ti", "chi"),
    ("tu", "tsu"), ("hu", "fu"), ("zi", "ji"),
)  # fmt: skip
_LONG = re.compile("ou|oo|uu")
STYLES = ("plain", "typed", "oh", "macron", "kunrei")


def spelled(kana: str, hepburn: str, style: str) -> str:
    """A name in one of the STYLES; `hepburn`: as in a passport, without long vowels.

    plain: Sato, Ono · typed: Satou, Oono · oh: Satoh, Ohno · macron: Satō, Ōno ·
    kunrei: Satô, Tutiya.
    """
    if style == "plain":
        return hepburn
    kunrei = _letters(kana)
    text = kunrei
    if style != "kunrei":
        for one, other in _HEPBURN:
            text = text.replace(one, other)
    # In Inoue the o and the u belong to two syllables, and passports say so.
    if style != "typed" and "ou" not in hepburn.lower():
        text = _LONG.sub(lambda found: _long(found.group()[0], style), text)
    return text[0].upper() + text[1:]


def _long(vowel: str, style: str) -> str:
    if style == "oh":
        return "oh" if vowel == "o" else vowel
    return {"o": "ōô", "u": "ūû"}[vowel][style == "kunrei"]


def _letters(kana: str) -> str:
    text = ""
    for letter in kana:
        if letter in _SMALL:
            text = text[:-1] + _SMALL[letter]
        else:
            text += _KUNREI[letter]
    return text
