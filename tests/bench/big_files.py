"""A large invented community as Parquet files of the universal import.

    python -m tests.bench.big_files --members 100000 --activities 1000000 FOLDER

For speed only: it looks like life where that costs time (few people do most, two
accounts a person, shared names, a busy evening), and holds no truth. Made in numpy, by
the column; the same size and seed give the same files.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sources._sandbox.names import FAMILY, GIVEN

FIRST_DAY = np.datetime64("2021-11-01", "s")
LAST_MOMENT = np.datetime64("2026-11-20T12:00", "s")  # UTC, within the as-of day
PORTAL, FORUM = "portal", "forum"
MEMBERS_PER_EVENT = 250
MEMBERS_PER_COMPANY = 50
REGISTRATIONS_PER_ACTIVITY = 0.3
HAS_FORUM_ACCOUNT = 0.4
SAME_ADDRESS_THERE = 0.6
EXPONENT = 0.8  # of the power law: the busiest hundredth does about a third
SHARES = {
    "post": 0.42,
    "reply": 0.20,
    "repost": 0.10,
    "answer": 0.10,
    "commit": 0.10,
    "pr_merged": 0.03,
    "blog": 0.03,
    "slide": 0.01,
    "speak": 0.01,
}
ROLES = {"attendee": 0.95, "lt": 0.02, "speaker": 0.02, "staff": 0.01}
STATES = {"accepted": 0.85, "cancelled": 0.10, "waitlisted": 0.05}
PLACES = np.array(["東京", "大阪", "名古屋", "福岡", "札幌", None], dtype=object)
Column: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[Any]]
Strings: TypeAlias = Column
Times: TypeAlias = Column
NOTHING = np.array(None, dtype=object)


@dataclass(frozen=True)
class People:
    """What the other files need to know of the members."""

    joined: Times
    weight: Column  # share of all that is done
    account: Strings  # on the portal
    forum_account: Strings  # "" without one
    company: Column  # index, -1 without one


def write_files(
    folder: Path, *, members: int, activities: int, seed: int = 1
) -> dict[str, int]:
    """Writes seven files into `folder`; returns rows by file.

    activities: rows of that file; registrations are 0.3 of them on top.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    companies = max(members // MEMBERS_PER_COMPANY, 1)
    people = _people(random, members, companies)
    events = _events(random, max(members // MEMBERS_PER_EVENT, 10))
    tables = {
        "companies": _companies(companies),
        "deals": _deals(random, companies),
        "accounts": _accounts(random, people),
        "affiliations": _affiliations(people),
        "events": events,
        "registrations": _registrations(
            random, people, events, int(activities * REGISTRATIONS_PER_ACTIVITY)
        ),
        "activities": _activities(random, people, events, activities),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {name: table.num_rows for name, table in tables.items()}


def _people(random: np.random.Generator, members: int, companies: int) -> People:
    weight = np.arange(1, members + 1) ** -EXPONENT
    random.shuffle(weight)
    has_forum = random.random(members) < HAS_FORUM_ACCOUNT
    number = np.arange(members).astype(str).astype(object)
    return People(
        joined=_moments(random, members),
        weight=weight / weight.sum(),
        account="p" + number,
        forum_account=np.where(has_forum, "f" + number, ""),
        company=np.where(
            random.random(members) < 0.7, random.integers(0, companies, members), -1
        ),
    )


def _moments(random: np.random.Generator, count: int) -> Times:
    """Moments between the first day and the last, most of them in the evening."""
    days = int((LAST_MOMENT - FIRST_DAY) // np.timedelta64(1, "D"))
    day = FIRST_DAY + random.integers(0, days, count) * np.timedelta64(1, "D")
    # 21:00 in Japan is noon in UTC.
    second = np.clip(random.normal(12 * 3600, 3 * 3600, count), 0, 86_399)
    moments: Times = day + second.astype("timedelta64[s]")
    return moments


def _later(random: np.random.Generator, since: Times) -> Times:
    """A moment after each of these, rather soon than late."""
    rest = (LAST_MOMENT - since).astype(np.int64)
    waited = rest * random.beta(1, 2, len(since))
    moments: Times = since + waited.astype("timedelta64[s]")
    return moments


def _accounts(random: np.random.Generator, people: People) -> pa.Table:
    members = len(people.account)
    family = np.array(FAMILY, dtype=object)[random.integers(0, len(FAMILY), members)]
    given = np.array(GIVEN, dtype=object)[random.integers(0, len(GIVEN), members)]
    number = np.arange(members).astype(str).astype(object)
    login = np.char.lower(given[:, 2].astype(str)).astype(object) + number
    domain = np.where(
        people.company < 0,
        "mail.example",
        "company" + people.company.astype(str).astype(object) + ".example",
    )
    email = login + "@" + domain
    has_forum = people.forum_account != ""
    is_same = random.random(members) < SAME_ADDRESS_THERE
    forum_email = np.where(is_same, email, login + "@home.example")
    portal = {
        "source": np.full(members, PORTAL, dtype=object),
        "account_id": people.account,
        "handle": login,
        "name": family[:, 0] + " " + given[:, 0],
        "name_kana": family[:, 1] + " " + given[:, 1],
        "email": email,
        "first_seen_at": people.joined,
    }
    forum = {
        "source": np.full(members, FORUM, dtype=object),
        "account_id": people.forum_account,
        "handle": login,
        "name": given[:, 2] + " " + family[:, 2],
        "name_kana": np.full(members, None, dtype=object),
        "email": forum_email,
        "first_seen_at": people.joined,
    }
    return _table(
        {
            name: np.concatenate([portal[name], forum[name][has_forum]])
            for name in portal
        }
        | {
            "email_verified": np.repeat("true", members + np.sum(has_forum)),
            "is_bot": np.repeat("false", members + np.sum(has_forum)),
        }
    )


def _events(random: np.random.Generator, count: int) -> pa.Table:
    number = np.arange(count).astype(str).astype(object)
    # 19:00 in Japan, on any day of the five years and of the next two months.
    days = int((LAST_MOMENT - FIRST_DAY) // np.timedelta64(1, "D")) + 60
    day = FIRST_DAY + np.sort(random.integers(0, days, count)) * np.timedelta64(1, "D")
    started = day + np.timedelta64(10, "h")
    return _table(
        {
            "source": np.full(count, PORTAL, dtype=object),
            "event_id": "e" + number,
            "title": "勉強会 第" + number + "回",
            "started_at": started,
            "ended_at": started + np.timedelta64(2, "h"),
            "format": random.choice(["online", "onsite", "hybrid"], count),
            "working_group": random.choice(PLACES, count),
            "capacity": random.integers(50, 2_000, count),
        }
    )


def _registrations(
    random: np.random.Generator, people: People, events: pa.Table, count: int
) -> pa.Table:
    started = events["started_at"].to_numpy().astype("datetime64[s]")
    event_ids = events["event_id"].to_numpy(zero_copy_only=False)
    member = random.choice(len(people.account), count, p=people.weight)
    # Nobody applies before they have joined: an event from among the later ones.
    first = np.searchsorted(started, people.joined[member] + np.timedelta64(1, "D"))
    member, first = member[first < len(started)], first[first < len(started)]
    event = random.integers(first, len(started))
    _, kept = np.unique(member * len(started) + event, return_index=True)
    member, event = member[kept], event[kept]
    registered = np.minimum(
        np.maximum(
            people.joined[member],
            started[event] - random.integers(1, 14, len(kept)) * np.timedelta64(1, "D"),
        ),
        LAST_MOMENT,
    )
    status = random.choice(list(STATES), len(kept), p=list(STATES.values()))
    is_over = started[event] < LAST_MOMENT
    came = (status == "accepted") & is_over & (random.random(len(kept)) < 0.75)
    return _table(
        {
            "source": np.full(len(kept), PORTAL, dtype=object),
            "event_id": event_ids[event],
            "account_id": people.account[member],
            "status": status.astype(object),
            "role": random.choice(list(ROLES), len(kept), p=list(ROLES.values())),
            "registered_at": registered,
            "attended": np.where(is_over, np.where(came, "true", "false"), NOTHING),
        }
    )


def _activities(
    random: np.random.Generator, people: People, events: pa.Table, count: int
) -> pa.Table:
    number = np.arange(count).astype(str).astype(object)
    member = random.choice(len(people.account), count, p=people.weight)
    kind = random.choice(list(SHARES), count, p=list(SHARES.values())).astype(object)
    is_talk = kind == "speak"
    # Talks are given on the portal's events; the rest where people have an account.
    on_forum = ~is_talk & (people.forum_account[member] != "")
    on_forum &= random.random(count) < 0.5
    occurred = _later(random, people.joined[member])
    event_ids = events["event_id"].to_numpy(zero_copy_only=False)
    started = events["started_at"].to_numpy().astype("datetime64[s]")
    past = max(int(np.searchsorted(started, LAST_MOMENT)), 1)
    event = np.minimum(np.searchsorted(started[:past], occurred), past - 1)
    url = "https://forum.example/" + kind + "/" + number
    reactions = np.floor(random.lognormal(0.5, 1.3, count)).astype(np.int64)
    return _table(
        {
            "source": np.where(on_forum, FORUM, PORTAL).astype(object),
            "activity_id": "a" + number,
            "account_id": np.where(
                on_forum, people.forum_account[member], people.account[member]
            ),
            "activity_type": kind,
            "occurred_at": np.maximum(
                occurred, np.where(is_talk, started[event], occurred)
            ),
            "event_id": np.where(is_talk, event_ids[event], NOTHING),
            "object_key": np.where(is_talk, NOTHING, url),
            "url": np.where(is_talk, NOTHING, url),
            "title": "つながりについて #tsunagari その" + number,
            "reactions": reactions,
            "group": random.choice(PLACES, count),
        }
    )


def _companies(count: int) -> pa.Table:
    number = np.arange(count).astype(str).astype(object)
    return _table(
        {
            "company_id": "c" + number,
            "name": "株式会社つながり" + number,
            "domain": "company" + number + ".example",
            "is_customer": np.where(np.arange(count) % 3 == 0, "true", "false"),
        }
    )


def _deals(random: np.random.Generator, companies: int) -> pa.Table:
    count = companies * 2
    created = _moments(random, count)
    return _table(
        {
            "deal_id": "d" + np.arange(count).astype(str).astype(object),
            "company_id": "c" + (np.arange(count) // 2).astype(str).astype(object),
            "amount": random.integers(1, 500, count) * 10_000,
            "currency": np.full(count, "JPY", dtype=object),
            "stage": np.full(count, "closedwon", dtype=object),
            "created_date": created.astype("datetime64[D]").astype(str).astype(object),
            "closed_date": _later(random, created)
            .astype("datetime64[D]")
            .astype(str)
            .astype(object),
            "is_won": np.full(count, "true", dtype=object),
        }
    )


def _affiliations(people: People) -> pa.Table:
    employed = people.company >= 0
    return _table(
        {
            "source": np.full(int(employed.sum()), PORTAL, dtype=object),
            "account_id": people.account[employed],
            "company": "株式会社つながり"
            + people.company[employed].astype(str).astype(object),
            "valid_from": people.joined[employed]
            .astype("datetime64[D]")
            .astype(str)
            .astype(object),
        }
    )


def _table(columns: dict[str, Column]) -> pa.Table:
    return pa.table({name: _array(values) for name, values in columns.items()})


def _array(values: Column) -> pa.Array:
    if np.issubdtype(values.dtype, np.datetime64):
        return pa.array(values.astype("datetime64[s]"), pa.timestamp("s", tz="UTC"))
    if np.issubdtype(values.dtype, np.integer):
        return pa.array(values)
    return pa.array(values.tolist(), pa.string())


def main() -> None:
    """Writes the files from the command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rows = write_files(
        given.folder,
        members=given.members,
        activities=given.activities,
        seed=given.seed,
    )
    for name, count in rows.items():
        print(f"{name}: {count} rows")


if __name__ == "__main__":
    main()
