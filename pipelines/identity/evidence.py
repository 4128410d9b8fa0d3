"""The rules: which pairs of accounts are one person, and which only perhaps.

Accounts are addressed by their position in the prepared frame, oldest first, so that
position 0 is the account known longest and `a < b` in every pair.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from pipelines.identity import clusters, normalise, policy
from pipelines.identity.policy import Rule

PAIR_COLUMNS = ["a", "b", "rule", "strength", "probability", "evidence", "is_direct"]


@dataclass(frozen=True)
class Evidence:
    """What the rules found.

    pairs:  one row a pair (`PAIR_COLUMNS`), the strongest rule of each
    doubts: the same columns and `reason`: pairs that a person should look at
    """

    pairs: pd.DataFrame
    doubts: pd.DataFrame


def prepare(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts oldest first, positions as index, with comparable columns added.

    Added: address, is_given (to receive mail, not merely claimed), handle_key.
    """
    frame = accounts.sort_values(
        ["first_seen_at", "account_id"], na_position="last", kind="stable"
    ).reset_index(drop=True)
    frame["is_bot"] = frame["is_bot"].eq(True).fillna(False).astype(bool)
    frame["address"] = _mapped(frame["email"], _personal_address)
    frame["handle_key"] = _mapped(frame["handle"], normalise.compare_handle)
    is_claimed = frame["source"].isin(policy.CLAIMED_EMAIL_SOURCES)
    verified = frame["email_is_verified"]
    frame["is_given"] = (
        verified.eq(True).fillna(False).astype(bool)
        | (verified.isna() & ~is_claimed).astype(bool)
    ) & frame["address"].ne("")
    return frame


def collect(accounts: pd.DataFrame, links: pd.DataFrame) -> Evidence:
    """Every pair that the rules of identity.md (2, 4) link or put in doubt.

    accounts: from `prepare`; links: LINKS. A bot and a person are never a pair.
    """
    found, doubts = [same_crm_contact(accounts)], []
    for rule in (same_address, profile_links):
        linked, doubtful = rule(accounts)
        found.append(linked)
        doubts.append(doubtful)
    found.append(platform_logins(accounts))
    positions = _positions_of_links(accounts, links)
    linked, doubtful = stated_links(accounts, positions)
    found.append(linked)
    doubts.append(doubtful)
    known = _strongest(accounts, pd.concat(found, ignore_index=True))
    together = always_together(accounts, known, positions)
    pairs = _strongest(accounts, pd.concat([known, together], ignore_index=True))
    return Evidence(pairs, pd.concat(doubts, ignore_index=True))


def same_crm_contact(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts that the CRM files under one contact."""
    return _star(accounts["crm_contact_id"].fillna(""), policy.CRM_CONTACT)


def same_address(accounts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accounts with one personal address.

    An address used under names that cannot be one person's links only accounts whose
    names are equal; the rest of them is doubtful.
    """
    is_shared = accounts["address"].ne("") & accounts["address"].duplicated(keep=False)
    shared = accounts.loc[is_shared, ["address", "display_name", "is_given"]]
    disputed = _disputed_addresses(shared)
    in_dispute = shared["address"].isin(disputed)

    exclusive = _star(shared.loc[~in_dispute, "address"], policy.SAME_ADDRESS)
    given = accounts["is_given"].to_numpy()
    is_given = given[exclusive["a"]] & given[exclusive["b"]]
    exclusive = pd.concat(
        [
            exclusive[~is_given],
            _pairs(
                exclusive.loc[is_given, "a"],
                exclusive.loc[is_given, "b"],
                policy.VERIFIED_EMAIL,
            ),
            _star(
                shared.loc[~in_dispute & shared["is_given"], "address"],
                policy.VERIFIED_EMAIL,
            ),
        ],
        ignore_index=True,
    )
    names = _mapped(shared.loc[in_dispute, "display_name"], normalise.compare_name)
    keys = shared.loc[in_dispute, "address"] + "\n" + names
    same_name = _star(keys.where(names.ne(""), ""), policy.SAME_ADDRESS_AND_NAME)

    doubts = _star(shared.loc[in_dispute, "address"], policy.SAME_ADDRESS)
    doubts["probability"] = 0.9
    doubts["reason"] = "one address, but names that can hardly be one person's"
    return pd.concat([exclusive, same_name], ignore_index=True), doubts


def platform_logins(accounts: pd.DataFrame) -> pd.DataFrame:
    """A noreply address names the login it was issued to: that account is meant."""
    logins = _mapped(accounts["email"], normalise.platform_login)
    holders = _only_holders(accounts, policy.PLATFORM_LOGIN_SOURCE)
    targets = logins[logins.ne("")].map(holders).dropna().astype("int64")
    return pd.concat(
        [
            _pairs(targets.index, targets, policy.PLATFORM_LOGIN),
            _star(logins, policy.PLATFORM_LOGIN),
        ],
        ignore_index=True,
    )


def profile_links(accounts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A profile that names an account of another platform (`platform:handle;...`).

    Only when exactly one account there has that handle; see `_one_to_one`.
    """
    named = accounts["profile_urls"].dropna().str.split(";").explode().str.strip()
    parts = named.str.extract(r"^(?P<platform>[^:]+):(?P<handle>.+)$").dropna()
    platform = parts["platform"].str.strip().str.lower()
    frame = pd.DataFrame(
        {
            "a": parts.index,
            "platform": platform.replace(policy.PLATFORM_ALIASES).to_numpy(),
            "handle": _mapped(parts["handle"], normalise.compare_handle).to_numpy(),
        }
    )
    found = []
    for platform, rows in frame[frame["handle"].ne("")].groupby("platform"):
        targets = rows["handle"].map(_only_holders(accounts, str(platform)))
        found.append(rows.assign(b=targets)[["a", "b"]].dropna().astype("int64"))
    pairs = pd.concat(found) if found else pd.DataFrame({"a": [], "b": []}, dtype=int)
    return _one_to_one(accounts, pairs, policy.PROFILE_LINK)


def stated_links(
    accounts: pd.DataFrame, links: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of `links` in which somebody says that two accounts are one person."""
    found, doubts = [_pairs([], [], policy.PROFILE_LINK)], [_no_doubts()]
    for evidence, rule in policy.STATED_EVIDENCE.items():
        pairs = links.loc[links["evidence"].eq(evidence), ["a", "b"]]
        if rule.is_direct:
            found.append(_pairs(pairs["a"], pairs["b"], rule))
            continue
        linked, doubtful = _one_to_one(accounts, pairs, rule)
        found.append(linked)
        doubts.append(doubtful)
    return (
        pd.concat(found, ignore_index=True),
        pd.concat(doubts, ignore_index=True),
    )


def always_together(
    accounts: pd.DataFrame, known: pd.DataFrame, links: pd.DataFrame
) -> pd.DataFrame:
    """Behaviour that is exclusive both ways: seen together, never with anybody else.

    Judged between what the other rules already joined, so that two spellings of one
    address are one partner and not two.
    """
    behaviour = links[~links["evidence"].isin(list(policy.STATED_EVIDENCE))]
    is_bot = accounts["is_bot"].to_numpy()
    behaviour = behaviour[~is_bot[behaviour["a"]] & ~is_bot[behaviour["b"]]]
    labels = clusters.connected(len(accounts), known["a"], known["b"])
    seen = pd.DataFrame(
        {
            "a": behaviour["a"].to_numpy(),
            "b": behaviour["b"].to_numpy(),
            "one": labels[behaviour["a"]],
            "other": labels[behaviour["b"]],
        }
    )
    both_ways = pd.concat(
        [
            seen[["one", "other"]],
            seen.rename(columns={"one": "other", "other": "one"})[["one", "other"]],
        ]
    ).drop_duplicates()
    partners = both_ways.groupby("one")["other"].size()
    is_exclusive = (
        seen["one"].ne(seen["other"])
        & seen["one"].map(partners).eq(1)
        & seen["other"].map(partners).eq(1)
    )
    seen = seen[is_exclusive]
    return _pairs(seen["a"], seen["b"], policy.ALWAYS_TOGETHER)


def _personal_address(email: str) -> str:
    """The comparable address, or '' where it cannot stand for one person."""
    address = normalise.compare_email(email)
    return address if normalise.is_personal_email(address) else ""


def _mapped(values: pd.Series, function: object) -> pd.Series:
    """The function of every value, computed once per distinct value; null gives ''."""
    codes, distinct = pd.factorize(values)
    results = np.array([function(value) for value in distinct] + [""], dtype=object)  # type: ignore[operator]
    return pd.Series(results[codes], index=values.index, dtype="str")


def _disputed_addresses(shared: pd.DataFrame) -> set[str]:
    """Addresses under which two names occur that cannot be one person's."""
    named = shared[["address", "display_name"]].dropna().drop_duplicates()
    names = named.groupby("address")["display_name"].agg(list)
    return {
        address
        for address, several in names[names.str.len() > 1].items()
        if not normalise.platform_login(address)
        and any(
            normalise.are_different_names(one, other)
            for one, other in combinations(several, 2)
        )
    }


def _only_holders(accounts: pd.DataFrame, source: str) -> dict[str, int]:
    """handle -> position, where exactly one account of the source has the handle."""
    handles = accounts.loc[accounts["source"].eq(source), "handle_key"]
    handles = handles[handles.ne("") & ~handles.duplicated(keep=False)]
    return {handle: int(position) for position, handle in handles.items()}  # type: ignore[call-overload]


def _positions_of_links(accounts: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Links with the positions a, b of both accounts; unknown accounts left out."""
    index = pd.Index(accounts["account_id"])
    frame = pd.DataFrame(
        {
            "a": index.get_indexer(links["account_id_a"]),
            "b": index.get_indexer(links["account_id_b"]),
            "evidence": links["evidence"].to_numpy(),
        }
    )
    return frame[(frame["a"] >= 0) & (frame["b"] >= 0) & frame["a"].ne(frame["b"])]


def _one_to_one(
    accounts: pd.DataFrame, pairs: pd.DataFrame, rule: Rule
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs in which neither account is named together with another of that source.

    Two accounts of one platform that name the same profile (a team's, a typing error)
    contradict each other: all of them are doubtful.
    """
    sources = accounts["source"].to_numpy()
    both_ways = pd.DataFrame(
        {
            "one": np.concatenate([pairs["a"], pairs["b"]]).astype("int64"),
            "other": np.concatenate([pairs["b"], pairs["a"]]).astype("int64"),
        }
    ).drop_duplicates()
    both_ways["source"] = sources[both_ways["other"]]
    count = both_ways.groupby(["one", "source"])["other"].transform("size")
    crowded = both_ways[count > 1]
    in_conflict = pd.MultiIndex.from_frame(
        pd.concat(
            [
                crowded[["one", "other"]],
                crowded.rename(columns={"one": "other", "other": "one"})[
                    ["one", "other"]
                ],
            ]
        )
    )
    is_doubtful = pd.MultiIndex.from_frame(pairs[["a", "b"]]).isin(in_conflict)
    doubts = _pairs(pairs.loc[is_doubtful, "a"], pairs.loc[is_doubtful, "b"], rule)
    doubts["probability"] = 0.8
    doubts["reason"] = "several accounts of one platform are named for one account"
    return _pairs(
        pairs.loc[~is_doubtful, "a"], pairs.loc[~is_doubtful, "b"], rule
    ), doubts


def _star(keys: pd.Series, rule: Rule) -> pd.DataFrame:
    """Pairs (oldest of the group, other) for each key that occurs twice or more."""
    keys = keys[keys.ne("")]
    keys = keys[keys.duplicated(keep=False)]
    positions = pd.Series(keys.index, index=keys.index)
    oldest = positions.groupby(keys).transform("min")
    return _pairs(oldest[oldest != positions], positions[oldest != positions], rule)


def _pairs(one: object, other: object, rule: Rule) -> pd.DataFrame:
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
        }
    )


def _no_doubts() -> pd.DataFrame:
    return _pairs([], [], policy.FIRST_ACCOUNT).assign(reason=pd.Series(dtype="str"))


def _strongest(accounts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """One row a pair, the strongest rule's; pairs of a bot and a person left out."""
    is_bot = accounts["is_bot"].to_numpy()
    pairs = pairs[
        pairs["a"].ne(pairs["b"]) & (is_bot[pairs["a"]] == is_bot[pairs["b"]])
    ]
    return (
        pairs.sort_values(["strength", "b", "a", "rule"], kind="stable")
        .drop_duplicates(["a", "b"])
        .reset_index(drop=True)
    )
