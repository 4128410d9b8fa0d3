"""What each platform shows of the invented people.

Every platform has its own habits: some know addresses, some handles, some both; forms
and CRMs know company and reading. What is wrong in life is wrong here: role addresses,
colleagues who sign others up, typing errors, second accounts, departments in the
company's field.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.bench.identity_names import Column
from tests.bench.identity_people import Companies, People, unlike

KEEPS_HANDLE = 0.7
DEPARTMENTS = np.array(
    ["情報システム部", "DX推進部", "開発部", "営業企画部", "人事部", "品質保証部"],
    dtype=object,
)


@dataclass(frozen=True)
class Platform:
    """One source.

    reach:   share of people who have an account; again: of those, who have a second
    names:   how the name is shown: registered, typed without space, Latin given name
             first, Latin capitals, reading, handle, given name alone, not at all
    mails:   which address: private, work, a role address at work, a colleague's, none
    company, kana: share of accounts that show them
    """

    source: str
    reach: float
    names: tuple[float, ...]
    mails: tuple[float, ...]
    again: float = 0.0
    has_handle: bool = False
    company: float = 0.0
    kana: float = 0.0


WITH_HANDLE = (0.24, 0.06, 0.12, 0.01, 0.03, 0.42, 0.12, 0.0)
REGISTERED = (0.62, 0.22, 0.06, 0.03, 0.02, 0.0, 0.05, 0.0)
FILED = (0.72, 0.24, 0.02, 0.02, 0.0, 0.0, 0.0, 0.0)
UNNAMED = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
NO_MAIL = (0.0, 0.0, 0.0, 0.0, 1.0)
PLATFORMS = (
    Platform("connpass", 0.36, WITH_HANDLE, NO_MAIL, again=0.02, has_handle=True),
    Platform("peatix", 0.22, REGISTERED, (0.72, 0.27, 0.005, 0.005, 0.0), again=0.02),
    Platform("doorkeeper", 0.08, REGISTERED, (0.68, 0.31, 0.005, 0.005, 0.0)),
    Platform("x", 0.26, WITH_HANDLE, NO_MAIL, again=0.01, has_handle=True),
    Platform("github", 0.11, UNNAMED, NO_MAIL, again=0.01, has_handle=True),
    Platform("qiita", 0.08, WITH_HANDLE, NO_MAIL, has_handle=True),
    Platform("slack", 0.14, WITH_HANDLE, (0.5, 0.5, 0.0, 0.0, 0.0), has_handle=True),
    Platform(
        *("hubspot", 0.34, FILED, (0.16, 0.745, 0.03, 0.005, 0.06)),
        **{"again": 0.04, "company": 0.9, "kana": 0.25},
    ),
    Platform(
        *("eventhub", 0.18, FILED, (0.3, 0.675, 0.02, 0.005, 0.0)),
        **{"company": 0.95, "kana": 0.5},
    ),
    Platform(
        *("portal", 0.2, FILED, (0.42, 0.565, 0.01, 0.005, 0.0)),
        **{"company": 0.85, "kana": 0.6, "has_handle": True},
    ),
    Platform(
        *("forms", 0.14, REGISTERED, (0.38, 0.375, 0.01, 0.005, 0.23)),
        **{"company": 0.7, "kana": 0.1},
    ),
)


def accounts_at(
    random: np.random.Generator, platform: Platform, all_: People, firms: Companies
) -> pd.DataFrame:
    """One platform's accounts, with person_id and is_later (after a changed job)."""
    who = np.flatnonzero(random.random(len(all_)) < platform.reach)
    who = np.append(who, who[random.random(len(who)) < platform.again])
    random.shuffle(who)
    count = len(who)
    is_later = random.random(count) < 0.5
    company = np.where(is_later, all_.later[who], all_.company[who])
    handle = np.where(
        random.random(count) < KEEPS_HANDLE, all_.handle[who], all_.second_handle[who]
    )
    handle = unlike(random, handle, handle)
    rows = pd.DataFrame(
        {
            "account_id": ids(platform.source, count),
            "source": platform.source,
            "person_id": who,
            "is_later": is_later,
            "display_name": shown(random, platform.names, all_, who, handle),
        }
    )
    rows["handle"] = handle if platform.has_handle else None
    rows["email"] = _mails(random, platform.mails, all_, who, company, firms)
    if not platform.has_handle:
        rows["email_is_verified"] = platform.source != "forms"
    shows_company = (random.random(count) < platform.company) & (company >= 0)
    rows["company_name"] = np.where(
        shows_company, _companies(random, firms, company), None
    )
    is_told = shows_company & (random.random(count) < 0.6)
    rows["department"] = np.where(is_told, DEPARTMENTS[who % len(DEPARTMENTS)], None)
    tells_kana = (random.random(count) < platform.kana) & (all_.kana[who] != "")
    rows["name_kana"] = np.where(tells_kana, all_.kana[who], None)
    if platform.source == "hubspot":
        rows["crm_contact_id"] = rows["account_id"]
    return rows


def ids(source: str, count: int) -> Column:
    return f"{source}:" + np.arange(count).astype(str).astype(object)


def shown(
    random: np.random.Generator,
    weights: tuple[float, ...],
    all_: People,
    who: Column,
    handle: Column,
) -> Column:
    """The display name in one of the ways of `Platform.names`."""
    family, given = _titled(all_.latin_family[who]), _titled(all_.latin_given[who])
    is_japanese = ~all_.is_abroad[who]
    # Half of those with a variant character type the common one.
    typed = np.where(random.random(len(who)) < 0.5, all_.kanji[who], all_.plain[who])
    joined = np.array([name.replace(" ", "") for name in typed], dtype=object)
    capitals = np.array([name.upper() for name in family], dtype=object)
    given_kanji = np.array([name.rpartition(" ")[2] for name in typed], dtype=object)
    ways = np.stack(
        [
            typed,
            np.where(is_japanese, joined, typed),
            given + " " + family,
            capitals + " " + given,
            np.where(is_japanese, all_.kana[who], typed),
            handle,
            np.where(random.random(len(who)) < 0.5, given, given_kanji),
            np.full(len(who), None, dtype=object),
        ]
    )
    return picked(random, ways, weights)


def _mails(
    random: np.random.Generator,
    weights: tuple[float, ...],
    all_: People,
    who: Column,
    company: Column,
    firms: Companies,
) -> Column:
    """The address in one of the ways of `Platform.mails`; one in 400 mistyped."""
    count = len(who)
    private = all_.private[who]
    is_later = company == all_.later[who]
    own = np.where(is_later, all_.later_work[who], all_.work[who])
    work = np.where(own != "", own, private)
    role = np.where(company >= 0, "info@" + firms.domain[company], private)
    # Whoever stands next in the list of the same employer signs a colleague up.
    order = np.argsort(company, kind="stable")
    beside = np.empty(count, dtype=np.int64)
    beside[order] = np.roll(order, 1)
    is_near = (company[beside] == company) & (company >= 0)
    colleague = np.where(is_near, work[beside], work)
    nothing = np.full(count, None, dtype=object)
    mails = picked(random, np.stack([private, work, role, colleague, nothing]), weights)
    slips = np.flatnonzero(random.random(count) < 1 / 400)
    for at in slips:
        if mails[at] is not None and len(mails[at]) > 3:
            mails[at] = mails[at][1] + mails[at][0] + mails[at][2:]
    return mails


def _companies(
    random: np.random.Generator, firms: Companies, company: Column
) -> Column:
    """The employer's name as typed; one in ten has the department stuck to it."""
    with_department = (
        firms.full[company] + " " + random.choice(DEPARTMENTS, len(company))
    )
    ways = [firms.full[company], firms.bracketed[company], firms.bare[company]]
    return picked(random, np.stack([*ways, with_department]), (0.55, 0.17, 0.18, 0.1))


def picked(
    random: np.random.Generator, ways: Column, weights: tuple[float, ...]
) -> Column:
    """Per column one of the rows, by the weights."""
    chosen = random.choice(len(ways), ways.shape[1], p=weights)
    picked: Column = ways[chosen, np.arange(ways.shape[1])]
    return picked


def _titled(values: Column) -> Column:
    return np.array([value.title() for value in values], dtype=object)
