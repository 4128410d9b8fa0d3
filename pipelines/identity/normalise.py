"""Text as people write it, brought to a form in which equal things are equal.

Every function here is for comparing only: what is displayed stays as it was given.
A missing value (None, NaN) gives the empty string, which never equals anything.
Addresses are in mail.py, companies in companies.py, how names sound in readings.py.
"""

import re
from difflib import SequenceMatcher

from pipelines.identity.companies import compare_company, split_department
from pipelines.identity.display_names import BRACKETED, strip_honorifics
from pipelines.identity.letters import (
    clean_text,
    fold_kana,
    fold_kanji,
    fold_latin,
    is_japanese,
)
from pipelines.identity.mail import (
    compare_email,
    email_domain,
    is_personal_email,
    platform_login,
    platform_number,
)

__all__ = [
    "are_alike_names",
    "clean_text",
    "compare_company",
    "compare_email",
    "compare_handle",
    "compare_kana",
    "compare_name",
    "email_domain",
    "fold_kana",
    "fold_latin",
    "is_full_name",
    "is_japanese",
    "is_personal_email",
    "platform_login",
    "platform_number",
    "split_department",
    "strip_honorifics",
]

_KANA_ONLY = re.compile("^[\u3040-\u30ff\s]+$")
# Vowel signs of Indic scripts (U+0900-U+0DFF) are not \w, and yet part of the name.
_NOT_NAME = re.compile(r"[^\w\s\u0300-\u036f\u0900-\u0dff]+")


def compare_name(value: object) -> str:
    """A name in the form in which two spellings of one name are equal.

    Latin names are words in alphabetical order (surname first or last is the same);
    Japanese names have no spaces at all, for 山田太郎 and 山田 太郎 are one name.
    """
    text = clean_text(value)
    text = strip_honorifics(BRACKETED.sub(" ", text).strip() or text)
    text = fold_latin(text.casefold())
    text = _NOT_NAME.sub(" ", text.replace("'", ""))
    if is_japanese(text):
        return fold_kana(fold_kanji("".join(text.split())))
    return " ".join(sorted(text.replace("_", " ").split()))


def compare_kana(value: object) -> str:
    """A reading (カナ) as hiragana without spaces; empty when it is not kana."""
    text = strip_honorifics(clean_text(value))
    return fold_kana(text.replace(" ", "")) if _KANA_ONLY.match(text) else ""


def are_alike_names(one: object, other: object) -> bool:
    """Whether two names can be spellings of one; a missing name is like any other.

    Not so taro and hanako, nor two people of one family.
    """
    first, second = compare_name(one), compare_name(other)
    if not first or not second:
        return True
    if is_japanese(first) or is_japanese(second):
        return first in second or second in first
    fewer, more = sorted((first.split(), second.split()), key=len)
    return all(any(_is_near_word(word, another) for another in more) for word in fewer)


def _is_near_word(word: str, another: str) -> bool:
    """The same word, abbreviated or with a slip of the finger."""
    if _is_same_word(word, another):
        return True
    return SequenceMatcher(None, word, another).ratio() > 0.8


def is_full_name(name: str) -> bool:
    """Whether a name from `compare_name` has surname and given name.

    Two words, or three characters of Japanese (林健 is too short to tell anything).
    """
    return len(name) > 2 if is_japanese(name) else len(_name_words(name)) > 1


def _name_words(name: str) -> list[str]:
    """Words that can be part of a person's name: without digits, no initials."""
    return [word for word in name.split() if len(word) > 1 and word.isalpha()]


def _is_same_word(word: str, another: str) -> bool:
    """Equal, or one the beginning of the other (Alex, Alexander)."""
    return word.startswith(another) or another.startswith(word)


def compare_handle(value: object) -> str:
    """A handle without its @, in lower case; platforms do not tell cases apart."""
    return clean_text(value).lstrip("@ ").casefold()
