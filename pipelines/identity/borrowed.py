"""Addresses that were given for somebody else: a colleague's, a namesake's.

Where an account's id is its address nobody logs in: a form was filled in, and who is
signed up by a colleague stands there with the colleague's address. So a name that one
such account alone bears, beside others of another name at that address, may be the
owner's new surname or another person's name. The address itself is told and may link;
what is concluded from the name is no conclusion about the owner.
"""

from functools import lru_cache
from typing import TypeAlias

import pandas as pd

from pipelines.identity import policy, readings

# A display name and its reading (カナ), '' where there is none.
Name: TypeAlias = tuple[str, str]


def has_address_for_id(accounts: pd.DataFrame) -> "pd.Series[bool]":
    """Per account whether its id is the address: who gives another is another there."""
    own_id = accounts["account_id"].str.replace("^[^:]*:", "", regex=True)
    is_same: pd.Series[bool] = own_id.str.lower().eq(accounts["email"].str.lower())
    return is_same


def names(accounts: pd.DataFrame) -> list[Name]:
    """The names as given, ('', '') where there is none."""
    columns = (accounts[column].fillna("") for column in ("display_name", "name_kana"))
    return list(zip(*columns, strict=True))


def owners_names(accounts: pd.DataFrame) -> dict[int, set[Name]]:
    """Position of each account that may give somebody else's address -> names there.

    accounts: from `evidence.prepare`. The names are those of the others who give the
    address; none of them agrees with the account's, and one of them contradicts it.
    """
    is_shared = accounts["address"].ne("") & accounts["address"].duplicated(keep=False)
    # In commits the address stands in the settings of a machine: names change there.
    is_typed = ~accounts["source"].isin(list(policy.UNSTABLE_ID_SOURCES))
    typed = accounts[is_shared & is_typed & accounts["display_name"].notna()]
    several = typed.groupby("address")["display_name"].transform("nunique").gt(1)
    typed = typed[several]
    there: dict[str, list[tuple[int, Name, bool]]] = {}
    columns = (typed.index, names(typed), has_address_for_id(typed))
    for address, *row in zip(typed["address"], *columns, strict=True):
        there.setdefault(address, []).append(tuple(row))
    found: dict[int, set[Name]] = {}
    for rows in there.values():
        for position, name, is_form in rows:
            others = {other for at, other, _ in rows if at != position}
            if is_form and _is_somebody_else(name, others):
                found[int(position)] = others
    return found


def _is_somebody_else(name: Name, others: set[Name]) -> bool:
    return not any(agree(name, other) for other in others) and any(
        conflict(name, other) or _has_other_surname(name, other) for other in others
    )


@lru_cache(maxsize=1 << 16)
def conflict(one: Name, other: Name) -> bool:
    """Whether two names can hardly be one person's; a changed surname can."""
    return readings.are_conflicting_names(one[0], other[0], one[1], other[1])


@lru_cache(maxsize=1 << 16)
def agree(one: Name, other: Name) -> bool:
    """Whether two names are written or read alike."""
    return _level(one, other) in ("same", "same_sound")


@lru_cache(maxsize=1 << 16)
def _has_other_surname(one: Name, other: Name) -> bool:
    return _level(one, other) == "same_given_other_family"


def _level(one: Name, other: Name) -> readings.Agreement:
    return readings.agreement(one[0], other[0], one[1], other[1])
