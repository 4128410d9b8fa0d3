"""What an account says of itself, in columns that can be compared.

Depends on one account alone: computed once per distinct value, and kept between runs.
What depends on the other accounts (how rare, with whom) is added in community.py.
"""

from functools import lru_cache
from typing import Final

import pandas as pd

from pipelines.identity import normalise, policy, readings
from pipelines.identity.companies import is_company
from pipelines.identity.full_names import FullName, read_name
from pipelines.identity.pairs import mapped, squeezed

# Lists travel as text joined by this: Python lists cost ten times as much.
JOIN: Final = "\x1f"


def of_accounts(accounts: pd.DataFrame) -> pd.DataFrame:
    """Comparable columns of each account, by position; '' where unknown.

    accounts: from `evidence.prepare`
    Returns
        name_key, name_parts: of a full name; spellings, name_sounds: how the whole and
            its parts may sound; sound_key, sound_parts: how they most likely do
        login, mailbox, nickname (a name of one word, where accounts are spellings)
        login_spelling, mailbox_spelling: the same as they spell a name
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
    mailbox = mapped(accounts["email"], _mailbox)
    handle = mapped(accounts["handle"], _handle)
    return pd.DataFrame(
        {
            "name_key": mapped(name, _name_key),
            "name_parts": mapped(name, _name_parts),
            "spellings": mapped(both, _spellings),
            "name_sounds": mapped(both, _name_sounds),
            "sound_key": mapped(both, _sound_key),
            "sound_parts": mapped(both, _sound_parts),
            "login": mapped(handle, squeezed),
            "mailbox": mapped(mailbox, squeezed),
            "nickname": mapped(name.where(is_spelling, ""), _nickname),
            "login_spelling": mapped(handle, readings.handle_spelling),
            "mailbox_spelling": mapped(mailbox, readings.handle_spelling),
            "company": mapped(accounts["company_name"], _company),
            "domain": mapped(accounts["email"], _domain),
            "department": mapped(accounts["department"], squeezed),
            "domain_word": mapped(accounts["email"], _domain_word),
            "is_spelling": is_spelling,
            "claimed_address": accounts["address"].where(is_spelling, ""),
            "seen_day": days.where(is_spelling & seen.notna()).astype("float64"),
        }
    )


@lru_cache(maxsize=1 << 12)
def _read(name_and_kana: str) -> FullName:
    """The full name; several features ask for the same name one after the other."""
    name, _, kana = name_and_kana.partition(JOIN)
    return read_name(name, kana)


def _name_key(text: str) -> str:
    """The full name as it is compared, '' where it is none or has initials only."""
    name = _read(text)
    if not name.is_known or name.has_initials:
        return ""
    if name.kanji:
        return "".join(name.kanji[0])
    return " ".join(sorted(name.words)) or normalise.compare_name(text)


def _name_parts(text: str) -> str:
    """Surname and given name, whose frequencies say how rare the whole name is."""
    name = _read(text)
    if name.kanji:
        return JOIN.join(name.kanji[0])
    words = name.words or (name.sounds[0] if name.sounds else ())
    return JOIN.join(word for word in words if len(word) > 1)


def _spellings(name_and_kana: str) -> str:
    name, _, kana = name_and_kana.partition(JOIN)
    return JOIN.join(readings.spellings(name, kana))


def _name_sounds(name_and_kana: str) -> str:
    parts = {part for pair in _read(name_and_kana).sounds for part in pair}
    return JOIN.join(sorted(part for part in parts if len(part) > 2))


def _sound_parts(name_and_kana: str) -> str:
    name = _read(name_and_kana)
    if name.has_initials or not name.sounds:
        return ""
    return JOIN.join(sorted(part for part in name.sounds[0] if part))


def _sound_key(name_and_kana: str) -> str:
    return _sound_parts(name_and_kana).replace(JOIN, " ")


def _handle(text: str) -> str:
    """A handle that was chosen as one: some platforms put the display name there."""
    handle = normalise.clean_text(text)
    return handle if handle.isascii() and " " not in handle else ""


def _nickname(text: str) -> str:
    """A name of one word, squeezed: what people type who have a handle in mind."""
    return "" if _read(text).is_known else squeezed(text)


def _company(text: str) -> str:
    company = normalise.compare_company(text)
    return company if is_company(company) else ""


def _domain(email: str) -> str:
    """The employer's domain, of a role address too: info@ says where, if not who."""
    return normalise.email_domain(normalise.compare_email(email))


def _domain_word(email: str) -> str:
    """The first part of such a domain: yamadataro of me@yamadataro.dev."""
    return squeezed(_domain(email).partition(".")[0])


def _mailbox(email: str) -> str:
    """The part of a personal address before the @; a login stands for its account."""
    if login := normalise.platform_login(email):
        return login
    address = normalise.compare_email(email)
    return address.partition("@")[0] if normalise.is_personal_email(address) else ""
