"""What accounts do together: strong when exclusive, worthless when shared.

Links are judged between groups that the other rules already joined, so that two
spellings of one address are one partner and not two.
"""

import pandas as pd

from pipelines.identity import clusters, normalise, policy
from pipelines.identity.pairs import Strings, mapped, pairs_of, squeezed, star

_MAX_ROUNDS = 5


def together(
    accounts: pd.DataFrame, known: pd.DataFrame, links: pd.DataFrame
) -> pd.DataFrame:
    """Pairs that behaviour shows.

    accounts: from `evidence.prepare`; known: pairs of the other rules
    links:    a, b (positions), evidence
    """
    stated = list(policy.STATED_EVIDENCE)
    is_bot = accounts["is_bot"].to_numpy()
    seen = links[~links["evidence"].isin(stated)]
    seen = seen[~is_bot[seen["a"]] & ~is_bot[seen["b"]]]
    names = _names(accounts, seen)
    first, second = known["a"], known["b"]
    found: list[pd.DataFrame] = []
    # A pair that joins two partners of one login can make a third one exclusive.
    for _ in range(_MAX_ROUNDS):
        labels = clusters.connected(len(accounts), first, second)
        pairs = _same_name(names, _between(seen, labels), labels)
        is_news = labels[pairs["a"]] != labels[pairs["b"]]
        if not is_news.any():
            break
        found.append(pairs[is_news])
        first = pd.concat([first, pairs.loc[is_news, "a"]])
        second = pd.concat([second, pairs.loc[is_news, "b"]])
    labels = clusters.connected(len(accounts), first, second)
    found.append(_exclusive_both_ways(_between(seen, labels)))
    return pd.concat(found, ignore_index=True)


def _between(seen: pd.DataFrame, labels: clusters.Positions) -> pd.DataFrame:
    """Links in both directions: a, b and the groups `one`, `other` they belong to."""
    frame = pd.DataFrame(
        {
            "a": seen["a"].to_numpy(),
            "b": seen["b"].to_numpy(),
            "one": labels[seen["a"]],
            "other": labels[seen["b"]],
        }
    )
    back = frame.rename(columns={"a": "b", "b": "a", "one": "other", "other": "one"})
    return pd.concat([frame, back], ignore_index=True)


def _exclusive_both_ways(links: pd.DataFrame) -> pd.DataFrame:
    """Two groups seen with each other and with nobody else, not even themselves."""
    partners = links.drop_duplicates(["one", "other"]).groupby("one").size()
    is_exclusive = (
        links["one"].ne(links["other"])
        & links["one"].map(partners).eq(1)
        & links["other"].map(partners).eq(1)
    )
    pairs = links[is_exclusive].drop_duplicates(["one", "other"])
    return pairs_of(pairs["a"], pairs["b"], policy.ALWAYS_TOGETHER)


def _same_name(
    names: pd.DataFrame, links: pd.DataFrame, labels: clusters.Positions
) -> pd.DataFrame:
    """Groups seen with one partner only that share a name with it or with each other.

    Shared: a full name; or a login that is the other's name or address.
    """
    apart = links[links["one"].ne(links["other"])].drop_duplicates(["one", "other"])
    partners = apart.groupby("one").size()
    devoted = apart.loc[apart["one"].map(partners).eq(1), ["one", "other"]]
    around = pd.concat(
        [
            devoted.rename(columns={"one": "group", "other": "partner"}),
            pd.DataFrame({"group": devoted["other"], "partner": devoted["other"]}),
        ]
    ).drop_duplicates()
    named = names.assign(group=labels[names["position"]]).merge(around, on="group")
    named = named.drop_duplicates(["partner", "group", "name", "kind"])
    key = named["partner"].astype("str") + "\n" + named["name"]
    full = named["kind"].eq("full")
    by_name = star(
        pd.Series(key[full].to_numpy(), index=named.loc[full, "position"]),
        policy.TOGETHER_AND_NAME,
    )
    is_login = named["kind"].eq("login")
    logins = named[is_login].assign(key=key[is_login])
    others = named[named["kind"].eq("squeezed")].assign(key=key)
    meeting = logins.merge(others, on="key")
    by_login = pairs_of(
        meeting["position_x"], meeting["position_y"], policy.TOGETHER_AND_NAME
    )
    return pd.concat([by_name, by_login], ignore_index=True)


def _names(accounts: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """position, name, kind of the accounts in links.

    kind: full (a full name), login (a handle), squeezed (what a login is made of: the
    name in both orders without spaces, the part of the address before the @).
    """
    positions = pd.unique(pd.concat([links["a"], links["b"]]))
    some = accounts.loc[positions]
    name = mapped(some["display_name"], normalise.compare_name)
    full = name.where(mapped(name, _full_name).ne(""), "")
    login = mapped(some["handle"], squeezed)
    kinds: list[tuple[str, Strings]] = [
        ("full", full),
        ("login", login.where(login.str.len() >= policy.SHORTEST_TELLING_LOGIN, "")),
        ("squeezed", mapped(some["display_name"], squeezed)),
        ("squeezed", mapped(name, squeezed)),
        ("squeezed", mapped(some["address"], _squeezed_mailbox)),
    ]
    rows = [
        pd.DataFrame({"position": values.index, "name": values, "kind": kind})
        for kind, values in kinds
    ]
    table = pd.concat(rows, ignore_index=True)
    return table[table["name"].ne("")].drop_duplicates(ignore_index=True)


def _full_name(name: str) -> str:
    """The comparable name where it has a surname and a given name, else ''."""
    return name if normalise.is_full_name(name) else ""


def _squeezed_mailbox(address: str) -> str:
    """The part before the @, squeezed."""
    return squeezed(address.partition("@")[0])
