"""The rules: which pairs of accounts are one person, and which only perhaps.

Accounts are addressed by their position in the prepared frame, oldest first, so that
position 0 is the account known longest and `a < b` in every pair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.identity import behaviour, clusters, normalise, policy, readings
from pipelines.identity.features import of_accounts
from pipelines.identity.model import SHIPPED, Model, Parameters
from pipelines.identity.pairs import (
    mapped,
    no_doubts,
    pairs_of,
    squeezed,
    star,
    strongest,
)
from pipelines.identity.policy import Rule
from pipelines.identity.probable import probable
from pipelines.identity.statistics import Statistics


@dataclass(frozen=True)
class Evidence:
    """What the rules found.

    pairs:  one row a pair (`PAIR_COLUMNS`), the strongest rule of each
    doubts: the same columns and `reason`: pairs that a person should look at
    numbers, blocks: what the model was told of all accounts, and what it compared
    """

    pairs: pd.DataFrame
    doubts: pd.DataFrame
    numbers: Statistics | None = None
    blocks: pa.Table | None = None


def prepare(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts oldest first, positions as index, with comparable columns added.

    Added: address, is_given (to receive mail, not merely claimed), handle_key.
    """
    frame = accounts.sort_values(
        ["first_seen_at", "account_id"], na_position="last", kind="stable"
    ).reset_index(drop=True)
    is_known = frame["is_bot"].eq(True).fillna(False).astype(bool)
    frame["is_bot"] = is_known | bears_bot_name(frame)
    frame["address"] = mapped(frame["email"], _personal_address)
    frame["handle_key"] = mapped(frame["handle"], normalise.compare_handle)
    is_claimed = frame["source"].isin(policy.CLAIMED_EMAIL_SOURCES)
    at_role = is_claimed & frame["address"].eq("")
    frame.loc[at_role, "address"] = _at_own_domains(frame[at_role])
    is_verified = frame["email_is_verified"].eq(True).fillna(False).astype(bool)
    frame["is_given"] = (is_verified | ~is_claimed) & frame["address"].ne("")
    return frame


def bears_bot_name(accounts: pd.DataFrame) -> "pd.Series[bool]":
    """Per account whether its handle, name or address says that it is a program."""
    return (
        accounts["handle"].str.contains(policy.BOT_NAME, case=False, na=False)
        | accounts["display_name"].str.contains(policy.BOT_NAME, case=False, na=False)
        | accounts["email"].str.contains(policy.BOT_EMAIL, case=False, na=False)
    )


def collect(
    accounts: pd.DataFrame,
    links: pd.DataFrame,
    weights: Parameters | None = SHIPPED,
    numbers: Statistics | None = None,
    sizes: pa.Table | None = None,
) -> Evidence:
    """Every pair that the rules or the model link or put in doubt.

    accounts: from `prepare`; links: LINKS; weights: None leaves the model out
    numbers, sizes: as `Model` takes them
    A bot and a person are never a pair.
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
    known = strongest(accounts, pd.concat(found, ignore_index=True))
    together = behaviour.together(accounts, known, positions)
    pairs = strongest(accounts, pd.concat([known, together], ignore_index=True))
    if weights is None:
        return Evidence(pairs, pd.concat(doubts, ignore_index=True))

    labels = clusters.build(accounts, pairs, []).labels
    is_person = ~accounts["is_bot"].to_numpy()
    features = of_accounts(accounts[is_person])
    is_behaviour = ~positions["evidence"].isin(list(policy.STATED_EVIDENCE))
    with Model(features, labels[is_person], weights, numbers, sizes) as comparing:
        linked, doubtful = probable(accounts, pairs, positions[is_behaviour], comparing)
        numbers, blocks = comparing.numbers, comparing.blocks()
    doubts.append(doubtful)
    return Evidence(
        strongest(accounts, pd.concat([pairs, linked], ignore_index=True)),
        pd.concat(doubts, ignore_index=True),
        numbers,
        blocks,
    )


def same_crm_contact(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts that the CRM files under one contact."""
    return star(accounts["crm_contact_id"].fillna(""), policy.CRM_CONTACT)


def same_address(accounts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accounts with one personal address.

    An address used under names that cannot be one person's links only accounts whose
    names are equal; the rest of them is doubtful.
    """
    is_shared = accounts["address"].ne("") & accounts["address"].duplicated(keep=False)
    shared = accounts.loc[is_shared, ["address", "display_name", "source", "is_given"]]
    disputed = _disputed_addresses(shared)
    in_dispute = shared["address"].isin(disputed)

    exclusive = star(shared.loc[~in_dispute, "address"], policy.SAME_ADDRESS)
    given = accounts["is_given"].to_numpy()
    is_given = given[exclusive["a"]] & given[exclusive["b"]]
    exclusive = pd.concat(
        [
            exclusive[~is_given],
            pairs_of(
                exclusive.loc[is_given, "a"],
                exclusive.loc[is_given, "b"],
                policy.VERIFIED_EMAIL,
            ),
            star(
                shared.loc[~in_dispute & shared["is_given"], "address"],
                policy.VERIFIED_EMAIL,
            ),
        ],
        ignore_index=True,
    )
    names = mapped(shared.loc[in_dispute, "display_name"], normalise.compare_name)
    keys = shared.loc[in_dispute, "address"] + "\n" + names
    same_name = star(keys.where(names.ne(""), ""), policy.SAME_ADDRESS_AND_NAME)

    doubts = star(shared.loc[in_dispute, "address"], policy.SAME_ADDRESS)
    doubts["probability"] = 0.9
    doubts["reason"] = "one address, but names that can hardly be one person's"
    return pd.concat([exclusive, same_name], ignore_index=True), doubts


def platform_logins(accounts: pd.DataFrame) -> pd.DataFrame:
    """A noreply address names the login it was issued to: that account is meant.

    Two logins issued to one account number are one account that was renamed.
    """
    logins = mapped(accounts["email"], normalise.platform_login)
    numbers = mapped(accounts["email"], normalise.platform_number)
    holders = _only_holders(accounts, policy.PLATFORM_LOGIN_SOURCE)
    targets = logins[logins.ne("")].map(holders).dropna().astype("int64")
    numbered = pd.Series(numbers[targets.index].to_numpy(), index=targets.to_numpy())
    return pd.concat(
        [
            pairs_of(targets.index, targets, policy.PLATFORM_LOGIN),
            star(logins, policy.PLATFORM_LOGIN),
            star(numbers, policy.PLATFORM_LOGIN),
            star(numbered[~numbered.index.duplicated()], policy.RENAMED),
        ],
        ignore_index=True,
    )


def profile_links(accounts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A profile that names an account of another platform (`platform:handle;...`).

    Only when exactly one account there has that handle; see `_one_to_one`.
    """
    named = accounts["profile_urls"].dropna().str.split(";").explode().str.strip()
    parts = named.str.extract(r"^(?P<platform>[^:]+):(?P<handle>.+)$").dropna()
    platforms = parts["platform"].str.strip().str.lower()
    frame = pd.DataFrame(
        {
            "a": parts.index,
            "platform": platforms.replace(policy.PLATFORM_ALIASES).to_numpy(),
            "handle": mapped(parts["handle"], normalise.compare_handle).to_numpy(),
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
    found, doubts = [pairs_of([], [], policy.PROFILE_LINK)], [no_doubts()]
    for evidence, rule in policy.STATED_EVIDENCE.items():
        pairs = links.loc[links["evidence"].eq(evidence), ["a", "b"]]
        if rule.is_direct:
            found.append(pairs_of(pairs["a"], pairs["b"], rule))
            continue
        linked, doubtful = _one_to_one(accounts, pairs, rule)
        found.append(linked)
        doubts.append(doubtful)
    return (
        pd.concat(found, ignore_index=True),
        pd.concat(doubts, ignore_index=True),
    )


def _personal_address(email: str) -> str:
    """The comparable address, or '' where it cannot stand for one person."""
    address = normalise.compare_email(email)
    return address if normalise.is_personal_email(address) else ""


def _domain_label(address: str) -> str:
    """The first word of an own or employer's domain, letters and digits only."""
    return squeezed(normalise.email_domain(address).partition(".")[0])


def _at_own_domains(commits: pd.DataFrame) -> "pd.Series[str]":
    """Role addresses at a domain called after all who use them there, else ''.

    hello@yamadataro.jp is the mailbox of Taro Yamada, who alone commits with it; dev@
    at an employer is anybody's.
    """
    address = mapped(commits["email"], normalise.compare_email)
    label = mapped(address, _domain_label)
    names = mapped(commits["display_name"], normalise.compare_name)
    is_own = pd.Series(
        [
            any(
                len(word) >= policy.SHORTEST_TELLING_LOGIN and word in place
                for word in name.split()
            )
            for name, place in zip(names, label, strict=True)
        ],
        index=commits.index,
        dtype=bool,
    )
    return address.where(is_own.groupby(address).transform("all"), "")


def _disputed_addresses(shared: pd.DataFrame) -> set[str]:
    """Addresses under which names occur that cannot be one person's.

    Where a source gives stable ids, two accounts of one person are the exception (a
    colleague who signs others up is not): there the names must be alike.
    """
    named = shared[["address", "display_name", "source"]].dropna().drop_duplicates()
    named = named[named["address"].duplicated(keep=False)]
    named = named[mapped(named["address"], normalise.platform_login).eq("")]
    by_address = named.groupby("address")["display_name"].agg(list)
    disputed = {
        str(address)
        for address, names in by_address.items()
        if _any_two(names, _are_two_people)
    }
    stable = named[~named["source"].isin(policy.UNSTABLE_ID_SOURCES)]
    stable = stable[stable.duplicated(["address", "source"], keep=False)]
    by_source = stable.groupby(["address", "source"])["display_name"].agg(list)
    is_unlike = by_source.map(lambda names: _any_two(names, _are_unlike)).astype(bool)
    addresses = by_source.index.get_level_values("address")
    return disputed | set(addresses[is_unlike.to_numpy()])


def _are_two_people(one: object, other: object) -> bool:
    """Whether two names at one mailbox are two people's: a couple's, say."""
    level = readings.agreement(one, other)
    return (
        level == "same_family_other_given"
        or readings.are_conflicting_names(one, other)
        or readings.is_other_given_name(one, other)
        or readings.is_other_given_name(other, one)
    )


def _are_unlike(one: object, other: object) -> bool:
    return not normalise.are_alike_names(one, other)


def _any_two(names: list[Any], is_so: Callable[[object, object], bool]) -> bool:
    """Whether something holds for two of the names. More than 25 are tried in part."""
    several = names[: policy.MAX_CLUSTER_SIZE]
    return any(is_so(one, other) for one, other in combinations(several, 2))


def _only_holders(accounts: pd.DataFrame, source: str) -> dict[str, int]:
    """handle -> position, where exactly one account of the source has the handle."""
    handles = accounts.loc[accounts["source"].eq(source), "handle_key"]
    handles = handles[handles.ne("") & ~handles.duplicated(keep=False)]
    return dict(zip(handles, handles.index, strict=True))


def _has_rivals(accounts: pd.DataFrame, pairs: pd.DataFrame) -> "pd.Series[bool]":
    """Per pair (one, other): whether `one` is named by people of conflicting names."""
    names = accounts["display_name"].to_numpy(dtype=np.object_)
    several = pairs[pairs["one"].duplicated(keep=False)]
    disputed = {
        one
        for one, others in several.groupby("one")["other"]
        if _any_two([names[other] for other in others], _are_two_people)
    }
    return pairs["one"].isin(disputed)


def _positions_of_links(accounts: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Links with the positions a, b of both accounts; unknown accounts left out."""
    index = pd.Index(accounts["account_id"])
    frame = pd.DataFrame(
        {
            "a": index.get_indexer(links["account_id_a"]),
            "b": index.get_indexer(links["account_id_b"]),
            "evidence": links["evidence"].to_numpy(),
            "n": links["n"].to_numpy(),
        }
    )
    frame = frame[(frame["a"] >= 0) & (frame["b"] >= 0) & frame["a"].ne(frame["b"])]
    # Of two links that say the same the first is named: never by the order of rows.
    return frame.sort_values(["a", "b", "evidence", "n"], ignore_index=True)


def _one_to_one(
    accounts: pd.DataFrame, pairs: pd.DataFrame, rule: Rule
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs in which neither account is named together with another of that source.

    Two accounts of one platform that name the same profile (a team's, a typing error)
    contradict each other, as do two whose full names cannot be one person's: all of
    them are doubtful.
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
    crowded = both_ways[(count > 1) | _has_rivals(accounts, both_ways)]
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
    doubts = pairs_of(pairs.loc[is_doubtful, "a"], pairs.loc[is_doubtful, "b"], rule)
    doubts["probability"] = 0.8
    doubts["reason"] = "several accounts of one platform are named for one account"
    return pairs_of(
        pairs.loc[~is_doubtful, "a"], pairs.loc[~is_doubtful, "b"], rule
    ), doubts
