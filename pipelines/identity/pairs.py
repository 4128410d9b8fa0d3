"""Pairs of accounts: the one shape in which every rule says what it found.

Accounts are addressed by their position in the prepared frame, oldest first, so that
`a < b` means that a is known longer.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pandas as pd

from pipelines.identity import normalise, policy
from pipelines.identity.policy import Rule

PAIR_COLUMNS = [
    "a",
    "b",
    "rule",
    "strength",
    "probability",
    "evidence",
    "is_direct",
    "decided_by",
]

Strings: TypeAlias = "pd.Series[str]"
_NOT_LETTER = re.compile(r"[\W_]+")


def mapped(values: Strings, function: Callable[[str], str]) -> Strings:
    """The function of every value, computed once per distinct value; null gives ''."""
    codes, distinct = pd.factorize(values)
    # A plain array: iterating over Arrow strings costs five times as much.
    results = [function(value) for value in np.asarray(distinct, dtype=np.object_)]
    by_code = np.array([*results, ""], dtype=np.object_)  # a null's code is -1
    return pd.Series(by_code[codes], index=values.index, dtype="str")


def squeezed(text: str) -> str:
    """Letters and digits only, without accents: taro_yamada is taroyamada."""
    return _NOT_LETTER.sub(
        "", normalise.fold_latin(normalise.clean_text(text).casefold())
    )


def star(keys: pd.Series, rule: Rule) -> pd.DataFrame:
    """Pairs (oldest of the group, other) for each key that occurs twice or more."""
    keys = keys[keys.ne("")]
    keys = keys[keys.duplicated(keep=False)]
    positions = pd.Series(keys.index, index=keys.index)
    oldest = positions.groupby(keys).transform("min")
    return pairs_of(oldest[oldest != positions], positions[oldest != positions], rule)


def pairs_of(one: object, other: object, rule: Rule) -> pd.DataFrame:
    """A frame of PAIR_COLUMNS for two aligned sequences of positions."""
    first, second = np.asarray(one, dtype="int64"), np.asarray(other, dtype="int64")
    return pd.DataFrame(
        {
            "a": np.minimum(first, second),
            "b": np.maximum(first, second),
            "rule": pd.Series([rule.name] * len(first), dtype="str"),
            "strength": np.full(len(first), rule.strength),
            "probability": np.full(len(first), rule.probability),
            "evidence": pd.Series([rule.evidence] * len(first), dtype="str"),
            "is_direct": np.full(len(first), rule.is_direct),
            "decided_by": pd.Series([policy.RULES] * len(first), dtype="str"),
        }
    )


def no_doubts() -> pd.DataFrame:
    return pairs_of([], [], policy.FIRST_ACCOUNT).assign(reason=pd.Series(dtype="str"))


def strongest(accounts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """One row a pair, the strongest rule's; pairs of a bot and a person left out."""
    is_bot = accounts["is_bot"].to_numpy()
    pairs = pairs[
        pairs["a"].ne(pairs["b"]) & (is_bot[pairs["a"]] == is_bot[pairs["b"]])
    ]
    return ordered(pairs).drop_duplicates(["a", "b"]).reset_index(drop=True)


def ordered(pairs: pd.DataFrame) -> pd.DataFrame:
    """Strongest first, the same whatever the order before."""
    return pairs.sort_values(
        ["strength", "probability", "b", "a", "rule"],
        ascending=[True, False, True, True, True],
        kind="stable",
        ignore_index=True,
    )
