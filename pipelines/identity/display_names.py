"""What stands in a name field, divided into the words that can be a person's name.

People add to their names: honorifics, a company (山田太郎@ABC株式会社), the same name
in another script (山田太郎 (Taro Yamada)), a maiden name, an occasion
(【登壇】山田太郎).
"""

import re
from dataclasses import dataclass

from pipelines.identity.letters import (
    clean_text,
    fold_kanji,
    fold_latin,
    has_kanji,
    is_japanese,
)

BRACKETED = re.compile(r"[((\[【〔<「『].*?[))\]】〕>」』]")
_HONORIFIC_AFTER = re.compile(
    r"(?<=.{2})\s*(?:様|さま|さん|氏|先生|殿|ちゃん|くん"
    r"|(?:(?<=.{3})|(?<=\s))君|-(?:san|sama|sensei|kun|chan)|\ssan)$",
    re.IGNORECASE,
)
_HONORIFIC_BEFORE = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof)\.?\s+", re.IGNORECASE)
_TITLE_AFTER = re.compile(
    r"[,\s]+(?:ph\.?\s?d|m\.?d|mba|esq|jr|sr|ii|iii|iv)\.?$", re.IGNORECASE
)
# Whatever else stands in a name than letters, spaces and the marks inside a word.
_IS_PLAIN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_ASIDE = re.compile(r"\(([^()]*)\)?|[\[<〔]([^\]>〕]*)[\]>〕]?")
_DECORATION = re.compile(r"【[^】]*】?|「[^」]*」?|『[^』]*』?|《[^》]*》?|★|☆")
_DIVISION = re.compile(r"\s*[|/;、,:•●◆■→~〜]\s*|\s+-+\s+")
_COMMA = re.compile(r"\s*,\s*")
_FORMER = re.compile(r"^(?:旧姓?|née|nee|formerly)[\s::]*(?=\S)", re.IGNORECASE)
_COMPANY_WORD = re.compile(
    r"会社|法人|協会|組合|大学|財団|商事|ホールディングス|グループ$"
    r"|^(?:inc|corp|co|ltd|llc|gmbh|kk)\.?$",
    re.IGNORECASE,
)
_BETWEEN_WORDS = re.compile(r"[\s_=・·.]+")
_NO_LETTER = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff]|[\d_]")
_TWO_CAPITALS = re.compile(r"([A-Z][a-z]{1,})([A-Z][a-z]{1,})")


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a name field.

    main: of each text that may be the name, the first one likeliest; never empty words
    asides: of what stands in brackets behind it; former: a surname of earlier days
    """

    main: tuple[tuple[str, ...], ...]
    asides: tuple[tuple[str, ...], ...] = ()
    former: str = ""


def strip_honorifics(name: str) -> str:
    """The name without 様, さん, 氏, Mr., Dr. ...; a name is never emptied by it."""
    return _HONORIFIC_BEFORE.sub("", _HONORIFIC_AFTER.sub("", name)) or name


def divide(value: object) -> Written:
    """The words of a name field, folded for comparing; no words when it is missing."""
    text = clean_text(value)
    if _IS_PLAIN.fullmatch(text):
        words = _words(text)
        return Written((words,) if words else ())
    text = _DECORATION.sub(" ", text).strip() or text
    asides = [one or other for one, other in _ASIDE.findall(text)]
    text = _ASIDE.sub("", text).strip()
    if not text and asides:
        text, asides = asides[0], asides[1:]
    former = next((_FORMER.sub("", part) for part in asides if _is_former(part)), "")
    return Written(
        main=_parts(text),
        asides=tuple(
            words for part in asides if not _is_former(part) for words in _parts(part)
        ),
        former=fold_kanji(former.strip()),
    )


def _is_former(aside: str) -> bool:
    return _FORMER.match(aside) is not None


def _parts(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each part; what follows an @ is a company or a place."""
    text = text.partition("@")[0] or text.lstrip("@")
    text = _TITLE_AFTER.sub("", text)
    turned = _surname_first(text)
    parts = [turned] if turned else _DIVISION.split(text)
    return tuple(words for words in map(_words, parts) if words)


def _surname_first(text: str) -> str:
    """Yamada, Taro as Taro Yamada; '' for any other text."""
    halves = _COMMA.split(text)
    if len(halves) != 2 or not all(halves) or is_japanese(text):
        return ""
    if len(halves[0].split()) > 2 or any(map(_COMPANY_WORD.search, text.split())):
        return ""
    return f"{halves[1]} {halves[0]}"


def _words(text: str) -> tuple[str, ...]:
    """The words of one part: no company, no honorific, no digits, lower case."""
    text = strip_honorifics(text.strip())
    twofold = _TWO_CAPITALS.fullmatch(text)
    if twofold:
        text = " ".join(twofold.groups())
    words = _BETWEEN_WORDS.split(text)
    if any(map(_COMPANY_WORD.search, words)):
        words = _beside_company(words)
    folded = fold_latin(fold_kanji(" ".join(words)).casefold())
    return tuple(filter(None, (_NO_LETTER.sub("", word) for word in folded.split())))


def _beside_company(words: list[str]) -> list[str]:
    """The words that are not a company's: none when its words cannot be told apart."""
    if not any(map(is_japanese, words)):
        return []
    others = [word for word in words if not _COMPANY_WORD.search(word)]
    return [word for word in others if has_kanji(word) or is_japanese(word)]
