"""What an account says of itself, in columns that can be compared.

Depends on one account alone: computed once per distinct value, and kept between runs.
What depends on the other accounts (how rare, with whom) is added in community.py.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from pipelines.identity import normalise, policy, readings
from pipelines.identity.companies import is_company
from pipelines.identity.full_names import FullName, read_name
from pipelines.identity.pairs import mapped, squeezed

# Lists travel as text joined by this: Python lists cost ten times as much.
JOIN: Final = "\x1f"
_NAME: Final = (
    *("name_key", "name_parts", "spellings", "name_sounds"),
    *("sound_key", "sound_parts", "nickname"),
)
_HANDLE: Final = ("login", "login_spelling")
_EMAIL: Final = (
    *("mailbox", "mailbox_spelling", "address_spelling"),
    *("domain", "domain_word"),
)


def of_accounts(accounts: pd.DataFrame) -> pd.DataFrame:
    """Comparable columns of each account, by position; '' where unknown.

    accounts: from `evidence.prepare`
    Returns
        name_key, name_parts: of a full name; spellings, name_sounds: how the whole and
            its parts may sound; sound_key, sound_parts: how they most likely do
        login, mailbox, nickname (a name of one word, where accounts are spellings)
        login_spelling, mailbox_spelling: the same as they spell a name
        address_spelling: of the mailbox and its domain, taro@yamada.jp
        company, department, domain of an employer and its first word, domain_word
        is_spelling: the account is one, and no person's stable id; only then
            claimed_address, seen_day (days since 1970)
    Lists are text joined by JOIN.
    """
    name = accounts["display_name"].fillna("")
    both = name + JOIN + accounts["name_kana"].fillna("")
    is_spelling = accounts["source"].isin(list(policy.UNSTABLE_ID_SOURCES))
    seen = accounts["first_seen_at"]
    days = seen.astype("datetime64[us, UTC]").astype("int64") // 86_400_000_000
    columns: dict[str, pd.Series[Any]] = {
        **_told(both.where(both.ne(JOIN), ""), _of_name, _NAME),
        **_told(accounts["handle"], _of_handle, _HANDLE),
        **_told(accounts["email"], _of_email, _EMAIL),
        "company": mapped(accounts["company_name"], _company),
        "department": mapped(accounts["department"], squeezed),
        "is_spelling": is_spelling,
        "claimed_address": accounts["address"].where(is_spelling, ""),
        "seen_day": days.where(is_spelling & seen.notna()).astype("float64"),
    }
    columns["nickname"] = columns["nickname"].where(is_spelling, "")
    return pd.DataFrame(columns)


def _told(
    values: "pd.Series[str]",
    function: Callable[[str], tuple[str, ...]],
    names: tuple[str, ...],
) -> dict[str, "pd.Series[str]"]:
    """Several columns of one, computed once per distinct value; null gives ''."""
    codes, distinct = pd.factorize(values)
    rows = [function(value) for value in np.asarray(distinct, dtype=np.object_)]
    rows.append(("",) * len(names))  # a null's code is -1
    return {
        name: pd.Series(
            np.array([row[place] for row in rows], dtype=np.object_)[codes],
            index=values.index,
            dtype="str",
        )
        for place, name in enumerate(names)
    }


def _of_name(name_and_kana: str) -> tuple[str, ...]:
    """_NAME of a display name and its reading."""
    text, _, kana = name_and_kana.partition(JOIN)
    name = read_name(text, kana)
    sounds = {part for pair in name.sounds for part in pair if len(part) > 2}
    likely = _likely_sound(name)
    return (
        _name_key(name, text),
        JOIN.join(_name_parts(name)),
        JOIN.join(readings.spellings_of(name)),
        JOIN.join(sorted(sounds)),
        " ".join(likely),
        JOIN.join(likely),
        # a name of one word: what people type who have a handle in mind
        "" if name.is_known else squeezed(text),
    )


def _name_key(name: FullName, text: str) -> str:
    """The full name as it is compared, '' where it is none or has initials only."""
    if not name.is_known or name.has_initials:
        return ""
    if name.kanji:
        return "".join(name.kanji[0])
    return " ".join(sorted(name.words)) or normalise.compare_name(text)


def _name_parts(name: FullName) -> tuple[str, ...]:
    """Surname and given name, whose frequencies say how rare the whole name is."""
    if name.kanji:
        return name.kanji[0]
    words = name.words or (name.sounds[0] if name.sounds else ())
    return tuple(word for word in words if len(word) > 1)


def _likely_sound(name: FullName) -> list[str]:
    if name.has_initials or not name.sounds:
        return []
    return sorted(part for part in name.sounds[0] if part)


def _of_handle(text: str) -> tuple[str, ...]:
    """_HANDLE of one that was chosen as one: some platforms put the name there."""
    handle = normalise.clean_text(text)
    if not handle.isascii() or " " in handle:
        return "", ""
    return squeezed(handle), readings.handle_spelling(handle)


def _of_email(email: str) -> tuple[str, ...]:
    """_EMAIL; a role address has no mailbox of anybody, but says where: info@."""
    address = normalise.compare_email(email)
    domain = normalise.email_domain(address)
    mailbox = normalise.platform_login(email)  # stands for that account
    if not mailbox and normalise.is_personal_email(address):
        mailbox = address.partition("@")[0]
    label = domain.partition(".")[0]
    return (
        squeezed(mailbox),
        readings.handle_spelling(mailbox),
        readings.handle_spelling(f"{mailbox} {label}") if mailbox and label else "",
        domain,
        squeezed(label),
    )


def _company(text: str) -> str:
    company = normalise.compare_company(text)
    return company if is_company(company) else ""
