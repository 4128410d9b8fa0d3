"""What others would do with the same accounts; each gives account_id, member_id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from pipelines.identity import measure
from pipelines.identity.measure import LabelledSet
from tests.bench import identity_sortinghat, identity_splink

Method = Callable[[LabelledSet], pd.DataFrame]

EMAIL = "e-mail"
EMAIL_OR_NAME = "e-mail or full name"
SORTINGHAT = f"SortingHat {identity_sortinghat.VERSION}"
SPLINK_HALF = "Splink, its defaults, p ≥ 0.5"
SPLINK = f"Splink, its defaults, p ≥ {identity_splink.THRESHOLD}"


def methods(folder: Path) -> Iterator[tuple[str, Method]]:
    """All of them; what must be installed is installed into the folder.

    A method that cannot be installed or cannot read a set raises Failed.
    """
    yield EMAIL, by_email
    yield EMAIL_OR_NAME, by_email_or_name
    yield (
        SORTINGHAT,
        lambda data: identity_sortinghat.resolve(
            data, identity_sortinghat.installed(folder / "sortinghat")
        ),
    )
    yield SPLINK_HALF, lambda data: identity_splink.resolve(data, 0.5)
    yield SPLINK, identity_splink.resolve


def by_email(data: LabelledSet) -> pd.DataFrame:
    """The same address, in lower case."""
    return _same(data.accounts, data.accounts["email"].str.strip().str.lower())


def by_email_or_name(data: LabelledSet) -> pd.DataFrame:
    """The same address, or the same name of two words; for Japanese, the same name."""
    name = data.accounts["display_name"].str.strip().str.lower()
    is_full = name.str.contains(r"\s|[\u3400-\u9fff]", na=False)
    email = data.accounts["email"].str.strip().str.lower()
    return _same(data.accounts, email, name.where(is_full))


def _same(accounts: pd.DataFrame, *keys: pd.Series) -> pd.DataFrame:
    """Accounts that have one of the keys in common, and over each other."""
    pairs = []
    for key in keys:
        has_key = key.notna() & key.ne("")
        own = accounts.loc[has_key, "account_id"]
        first = own.groupby(key[has_key]).transform("first")
        pairs.append(pd.DataFrame({"account_id_a": first, "account_id_b": own}))
    return measure.joined(accounts, pd.concat(pairs))
