"""An invented Japanese community: accounts, what links them, and who is who.

    community(1_000_000) -> Community

Wrong on purpose, as in life: profiles that name a stranger, commits somebody else sent,
duplicates in the CRM of which only some were merged there, programs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.identity import frames
from tests.bench.identity_accounts import PLATFORMS, accounts_at, ids, picked, shown
from tests.bench.identity_names import Column
from tests.bench.identity_people import (
    ACCOUNTS_PER_PERSON,
    PERSONS_PER_COMPANY,
    People,
    companies,
    people,
)

FIRST_DAY = np.datetime64("2019-04-01", "us")
DAYS = 2_700
WRONG_PROFILE = 0.005
FOREIGN_COMMIT = 0.05
MERGED_IN_CRM = 0.3
BOTS = 0.005
GIT_MAILS = (0.45, 0.3, 0.25)  # private, work, the platform's noreply
GIT_SPELLINGS = 1.6


@dataclass(frozen=True)
class Community:
    """accounts (ACCOUNTS), links (LINKS), truth: account_id, person_id, no bots."""

    accounts: pa.Table
    links: pa.Table
    truth: pd.DataFrame

    def parted(self, last: int) -> tuple[Community, Community]:
        """Without the accounts that came last, and whole."""
        seen = self.accounts["first_seen_at"].to_numpy()
        newest = np.argsort(seen, kind="stable")[len(seen) - last :]
        is_old = np.ones(len(seen), dtype=bool)
        is_old[newest] = False
        accounts = self.accounts.filter(pa.array(is_old))
        known = set(accounts["account_id"].to_pylist())
        is_between = [
            a in known and b in known
            for a, b in zip(
                self.links["account_id_a"].to_pylist(),
                self.links["account_id_b"].to_pylist(),
                strict=True,
            )
        ]
        links = self.links.filter(pa.array(is_between, pa.bool_()))
        truth = self.truth[self.truth["account_id"].isin(known)]
        return Community(accounts, links, truth), self


def community(size: int, seed: int = 1) -> Community:
    """Exactly `size` accounts; the same for the same seed."""
    random = np.random.default_rng(seed)
    count = int(size / ACCOUNTS_PER_PERSON * 1.05) + 10
    firms = companies(max(count // PERSONS_PER_COMPANY, 3))
    everybody = people(random, count, firms)
    parts = [accounts_at(random, one, everybody, firms) for one in PLATFORMS]
    frame = pd.concat(parts, ignore_index=True)
    github = frame[frame["source"].eq("github")]
    git, commits = _git(random, everybody, github)
    frame = pd.concat([frame, git], ignore_index=True)
    frame["first_seen_at"] = FIRST_DAY + _days(random, frame["is_later"].to_numpy())
    frame, stated = _profiles(random, frame)
    frame = _bots(random, frame)
    links = pd.concat([commits, stated, _merged(random, frame)], ignore_index=True)

    kept = frame.iloc[np.sort(random.permutation(len(frame))[:size])]
    if len(kept) < size:
        raise ValueError(f"{len(frame)} accounts came out, {size} were asked for")
    known = set(kept["account_id"])
    links = links[links["account_id_a"].isin(known) & links["account_id_b"].isin(known)]
    return Community(
        frames.to_table(kept, frames.ACCOUNTS),
        frames.to_table(links, frames.LINKS),
        kept.loc[kept["person_id"] >= 0, ["account_id", "person_id"]],
    )


def _git(
    random: np.random.Generator, all_: People, github: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Names and addresses in commits, and the logins whose requests they came with."""
    times = 1 + random.poisson(GIT_SPELLINGS - 1, len(github))
    writes = np.repeat(random.random(len(github)) < 0.7, times)
    login = np.repeat(github["handle"].to_numpy(dtype=object), times)[writes]
    number = np.repeat(10_000 + 7 * np.arange(len(github)), times)[writes]
    who = np.repeat(github["person_id"].to_numpy(), times)[writes]
    target = np.repeat(github["account_id"].to_numpy(dtype=object), times)[writes]
    count = len(who)
    noreply = number.astype(str).astype(object) + "+" + login
    noreply = np.where(random.random(count) < 0.6, noreply, login)
    work = np.where(all_.later_work[who] != "", all_.later_work[who], all_.private[who])
    ways = [all_.private[who], work, noreply + "@users.noreply.github.com"]
    rows = pd.DataFrame(
        {
            "source": "git",
            "person_id": who,
            "is_later": random.random(count) < 0.5,
            "display_name": shown(
                random, (0.1, 0.02, 0.45, 0.02, 0.0, 0.36, 0.05, 0.0), all_, who, login
            ),
            "email": picked(random, np.stack(ways), GIT_MAILS),
            "target": target,
        }
    ).drop_duplicates(["display_name", "email"], ignore_index=True)
    rows["account_id"] = ids("git", len(rows))
    sent = rows[random.random(len(rows)) < 0.85]
    foreign = rows[random.random(len(rows)) < FOREIGN_COMMIT]
    strangers = github["account_id"].to_numpy(dtype=object)
    links = pd.DataFrame(
        {
            "account_id_a": np.concatenate(
                [
                    sent["target"].to_numpy(dtype=object),
                    strangers[random.integers(0, len(strangers), len(foreign))],
                ]
            ),
            "account_id_b": np.concatenate(
                [
                    sent["account_id"].to_numpy(dtype=object),
                    foreign["account_id"].to_numpy(dtype=object),
                ]
            ),
            "evidence": "pull_request_head_author",
            "n": np.concatenate(
                [
                    random.geometric(0.2, len(sent)),
                    np.ones(len(foreign), dtype=np.int64),
                ]
            ),
        }
    ).drop_duplicates(["account_id_a", "account_id_b"])
    return rows.drop(columns="target"), links


def _profiles(
    random: np.random.Generator, frame: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """profile_urls of connpass and Qiita, answers in forms, and the links they give."""
    frame["profile_urls"] = None
    links = []
    asked = (
        ("connpass", "x", 0.3, "profile_link"),
        ("qiita", "github", 0.45, "profile_link"),
        ("portal", "x", 0.15, "profile_link"),
        ("forms", "connpass", 0.2, "survey_answer"),
    )
    for source, target, share, evidence in asked:
        own = frame[frame["source"].eq(source)]
        others = frame[frame["source"].eq(target)].drop_duplicates("person_id")
        named = own.reset_index().merge(others, on="person_id", suffixes=("", "_named"))
        named = named[random.random(len(named)) < share]
        chosen = others.set_index("account_id")["handle"]
        account = named["account_id_named"].to_numpy(dtype=object).copy()
        is_wrong = random.random(len(named)) < WRONG_PROFILE
        account[is_wrong] = random.choice(
            chosen.index.to_numpy(dtype=object), int(is_wrong.sum())
        )
        if evidence == "profile_link":
            told = f"{target}:" + chosen.loc[account].to_numpy(dtype=object)
            frame.loc[named["index"], "profile_urls"] = told
        links.append(
            pd.DataFrame(
                {
                    "account_id_a": named["account_id"].to_numpy(dtype=object),
                    "account_id_b": account,
                    "evidence": evidence,
                    "n": 1,
                }
            )
        )
    return frame, pd.concat(links, ignore_index=True)


def _merged(random: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Three in ten of the CRM's duplicates were merged there."""
    contacts = frame[frame["source"].eq("hubspot") & frame["person_id"].ge(0)]
    first = contacts.drop_duplicates("person_id").set_index("person_id")["account_id"]
    later = contacts[contacts["person_id"].duplicated()]
    later = later[random.random(len(later)) < MERGED_IN_CRM]
    return pd.DataFrame(
        {
            "account_id_a": first.loc[later["person_id"]].to_numpy(dtype=object),
            "account_id_b": later["account_id"].to_numpy(dtype=object),
            "evidence": "crm_merge",
            "n": 1,
        }
    )


def _bots(random: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Some accounts are programs; half of them the platform calls so."""
    frame["is_bot"] = False
    has_handle = frame["source"].isin(["x", "github", "slack"]).to_numpy()
    bots = np.flatnonzero(has_handle & (random.random(len(frame)) < BOTS))
    frame.loc[bots, "handle"] = frame.loc[bots, "handle"] + "-bot"
    frame.loc[bots, ["display_name", "email", "profile_urls"]] = None
    frame.loc[bots, "person_id"] = -1
    frame.loc[bots[::2], "is_bot"] = True
    return frame


def _days(random: np.random.Generator, is_later: Column) -> Column:
    """When accounts were seen first; those of a later job in the later years."""
    half = DAYS // 2
    day = random.integers(0, half, len(is_later)) + np.where(is_later, half, 0)
    second = random.integers(0, 86_400, len(is_later))
    moments: Column = day * np.timedelta64(1, "D") + second * np.timedelta64(1, "s")
    return moments
