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
    r"(?<=.{2})\s*(?:ご担当者様?|様|さま|さん|氏|先生|殿|ちゃん|くん"
    r"|(?:(?<=.{3})|(?<=\s))君|-(?:san|sama|sensei|kun|chan))$",
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
_HANDLE = re.compile(r"@?[A-Za-z0-9.-]*[_\d][A-Za-z0-9._-]*")
_COMMA = re.compile(r"\s*,\s*")
_FORMER = re.compile(r"^(?:旧姓?|née|nee|formerly)[\s::]*(?=\S)", re.IGNORECASE)
_COMPANY_WORD = re.compile(
    r"会社|法人|協会|組合|大学|財団|商事|ホールディングス|グループ$"
    r"|^(?:inc|corp|co|ltd|llc|gmbh|kk)\.?$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:姓|名字|苗字|お?名前|氏名|名)\s*:")
_RANK = re.compile(
    r"(?:代表)?取締役(?:社長)?|代表|社長|会長|専務|常務|理事長?|[本事業]*部長|次長|課長"
    r"|係長|主任|主査|室長|所長|店長|支店長|局長|校長|教授|准教授|講師|担当者?|様"
)
_LETTER_SPACED = re.compile(r"\S(?: \S){2,}")
_JAPANESE_HALVES = re.compile(r"\s*([^\s,、]{1,4})\s*[,、]\s*([^\s,、]{1,4})\s*")
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
    """The words of a name field, folded for comparing.

    No words when it is missing or a handle: what taro_yamada94 spells is no statement.
    """
    text = clean_text(value)
    if _HANDLE.fullmatch(text):
        return Written(())
    if _IS_PLAIN.fullmatch(text):
        words = _words(text)
        return Written((words,) if words else ())
    text = _LABEL.sub(" ", _DECORATION.sub(" ", text)).strip() or text
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
    """Yamada, Taro as Taro Yamada; 山田,太郎 as 山田 太郎; '' for any other text."""
    if is_japanese(text):
        japanese = _JAPANESE_HALVES.fullmatch(text)
        return " ".join(japanese.groups()) if japanese else ""
    halves = _COMMA.split(text)
    if len(halves) != 2 or not all(halves):
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
    if _LETTER_SPACED.fullmatch(text) and is_japanese(text):
        # 山 田 太 郎, 山 田 ・ 太 郎
        halves = text.split(" ・ ")
        text = "・".join(half.replace(" ", "") for half in halves)
    words = _BETWEEN_WORDS.split(text)
    words = [word for word in words if not _RANK.fullmatch(word)] or words
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
