"""Keys by which accounts find each other: who has one, how many have it.

Static blocks of the model (community.py) and the keys of the rules: address, CRM
contact, handle, the login and number of a noreply address. A frame of keys is id
(position), key (a hash) and is_rule.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from pipelines.identity import community, normalise, policy
from pipelines.identity.pairs import mapped

if TYPE_CHECKING:
    from pipelines.identity.memory import _Last

_COLUMNS: Final = ["id", "key", "is_rule"]


def of(people: pd.DataFrame, blocks: pa.Table) -> pd.DataFrame:
    """Keys of all accounts. people: from `evidence.prepare`; blocks: id, block."""
    static: pd.DataFrame = (
        blocks.to_pandas().rename(columns={"block": "key"}).assign(is_rule=False)
    )
    own: pd.DataFrame = static[_COLUMNS]
    return pd.concat([own, _of_rules(people)], ignore_index=True)


def _of_rules(people: pd.DataFrame) -> pd.DataFrame:
    named = people["profile_urls"].dropna().str.split(";").explode().str.strip()
    parts = named.str.extract(r"^(?P<platform>[^:]+):(?P<handle>.+)$").dropna()
    platform = parts["platform"].str.strip().str.lower()
    platform = platform.replace(policy.PLATFORM_ALIASES)
    profile = platform + ":" + mapped(parts["handle"], normalise.compare_handle)
    handle = people["source"] + ":" + people["handle_key"]
    values = {
        "address": people["address"],
        "contact": people["crm_contact_id"].fillna(""),
        "handle": handle.where(people["handle_key"].ne(""), ""),
        "profile": profile,
        "login": mapped(people["email"], normalise.platform_login),
        "number": mapped(people["email"], normalise.platform_number),
    }
    # A login issued by the platform means the account of that handle there.
    same = {"profile": "handle"}
    found = [
        _hashed(same.get(name, name), column[column.ne("")])
        for name, column in values.items()
    ]
    login = values["login"][values["login"].ne("")]
    found.append(_hashed("handle", policy.PLATFORM_LOGIN_SOURCE + ":" + login))
    return pd.concat(found, ignore_index=True).drop_duplicates(ignore_index=True)


def _hashed(kind: str, values: "pd.Series[str]") -> pd.DataFrame:
    text = pd.Series(kind + " " + values.astype("str"), dtype="object")
    return pd.DataFrame(
        {
            "id": values.index.to_numpy(dtype=np.int64),
            "key": pd.util.hash_array(text.to_numpy()),
            "is_rule": True,
        }
    )


def renewed(
    last: "_Last", people: pd.DataFrame, is_changed: npt.NDArray[np.bool_]
) -> tuple["pd.Series[int]", pd.DataFrame]:
    """Keys that changed or gone accounts had, and by how many; all keys of today."""
    before = last.moved("keys", ("id",))
    position = before["id"].to_numpy()
    is_stale = (position < 0) | is_changed[position]
    part = people[is_changed]
    own = of(part, _blocks(part))
    fresh = pd.concat([before[~is_stale], own], ignore_index=True)
    return before.loc[is_stale].groupby("key").size(), fresh


def _blocks(part: pd.DataFrame) -> pa.Table:
    """Static blocks of a few accounts, as the model has them."""
    return community.blocks_of(part[~part["is_bot"]])


def holders(
    keys: pd.DataFrame, is_changed: npt.NDArray[np.bool_], gone: "pd.Series[int]"
) -> npt.NDArray[np.int64]:
    """Accounts that have a key of a changed one; not where too many have and had it.

    gone: how many had the key and are changed or gone
    """
    own = keys.loc[is_changed[keys["id"]]].groupby("key").size()
    asked = keys[keys["key"].isin(np.union1d(own.index, gone.index))]
    now = asked.groupby("key").size()
    before = now.sub(own, fill_value=0).add(gone, fill_value=0)
    least = now.where(now.le(before.reindex(now.index)), before.reindex(now.index))
    is_small = asked["key"].map(least).le(community.LARGEST_BLOCK)
    return asked.loc[asked["is_rule"] | is_small, "id"].unique()


def sizes(keys: pd.DataFrame, is_inside: npt.NDArray[np.bool_]) -> pa.Table:
    """block, accounts: how many of all accounts have each block of those inside."""
    static = keys[~keys["is_rule"]]
    asked = static.loc[is_inside[static["id"]], "key"].unique()
    counts = static.loc[static["key"].isin(asked)].groupby("key").size()
    return pa.table(
        {
            "block": pa.array(counts.index.to_numpy(), pa.uint64()),
            "accounts": pa.array(counts.to_numpy(), pa.int64()),
        }
    )


def edges(keys: pd.DataFrame) -> pd.DataFrame:
    """a, b: accounts that share a key of the rules, one after the other."""
    rules = keys[keys["is_rule"]].sort_values("key", kind="stable")
    is_same = rules["key"].eq(rules["key"].shift()).to_numpy()
    ids = rules["id"].to_numpy()
    return pd.DataFrame({"a": ids[:-1][is_same[1:]], "b": ids[1:][is_same[1:]]})
