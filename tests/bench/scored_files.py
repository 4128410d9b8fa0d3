"""A scored community as tables of the universal import, as they are told on a day."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sources._sandbox.names import FAMILY, GIVEN
from tests.bench.scored_arrow import dates, joined, moments, picked, same, truth
from tests.bench.scored_doings import (
    DAY,
    NO_OBJECT,
    TYPES,
    Activities,
    Deals,
    Events,
    Registrations,
)
from tests.bench.scored_people import NEVER, Column, People, companies_of

PORTAL, FORUM = "portal", "forum"
FORMATS = ("online", "onsite", "hybrid")
STATES = ("accepted", "waitlisted", "cancelled")
ROLES = ("attendee", "lt", "speaker", "staff")
GROUP_NAMES = ("東京", "大阪", "名古屋", "福岡", "札幌", "仙台", None)
CONTRACTED = 3  # every third company has a contract
LABEL = "ambassador"
SAME_ADDRESS = 0.6  # of those with two accounts


def accounts(all_: People, members: Column) -> pa.Table:
    """The accounts of these members: everybody's on the portal, some on the forum.

    The number in an account's id is its person's.
    """
    portal = _accounts(all_, members, is_forum=False)
    forum = _accounts(all_, members[all_.has_forum[members]], is_forum=True)
    return pa.concat_tables([portal, forum])


def _accounts(all_: People, members: Column, *, is_forum: bool) -> pa.Table:
    family, given = all_.family[members], all_.given[members]
    handle = joined(picked([names[2].lower() for names in GIVEN], given), members)
    last, first = (
        [picked([name[script] for name in table], index) for script in range(3)]
        for table, index in ((FAMILY, family), (GIVEN, given))
    )
    company = all_.company[members]
    work = joined(handle, "@company", np.maximum(company, 0), ".example")
    home = joined(handle, "@home.example")
    shows_work = company >= 0
    if is_forum:
        shows_work = shows_work & (members % 10 < SAME_ADDRESS * 10)
    nothing = pa.nulls(len(members), pa.string())
    return pa.table(
        {
            "source": same(FORUM if is_forum else PORTAL, len(members)),
            "account_id": _account_ids(members, np.full(len(members), is_forum)),
            "handle": pc.if_else(
                pa.array(all_.is_bot[members]), joined(handle, "-bot"), handle
            ),
            # 佐藤 健 here, Takeshi Sato there.
            "name": joined(first[2], " ", last[2])
            if is_forum
            else joined(last[0], " ", first[0]),
            "name_kana": nothing if is_forum else joined(last[1], " ", first[1]),
            "email": pc.if_else(pa.array(shows_work), work, home),
            "email_verified": same("true", len(members)),
            "first_seen_at": moments(all_.joined[members].astype(np.int64) * DAY),
            "is_bot": truth(all_.is_bot[members]),
            "is_internal": truth(all_.is_internal[members]),
        }
    )


def events(held: Events, rows: Column) -> pa.Table:
    """Events by their number."""
    started = held.day[rows].astype(np.int64) * DAY + 19 * 3_600
    number = pc.cast(pa.array(rows), pa.string())
    return pa.table(
        {
            "source": same(PORTAL, len(rows)),
            "event_id": joined("e", rows),
            "title": joined("勉強会 第", number, "回"),
            "started_at": moments(started),
            "ended_at": moments(started + 2 * 3_600),
            "format": picked(FORMATS, held.format[rows]),
            "working_group": picked(GROUP_NAMES, held.group[rows]),
            "status": picked(
                ("scheduled", "cancelled"), held.is_cancelled[rows].astype(np.int8)
            ),
        }
    )


def registrations(rows_of: Registrations, rows: Column, day: int) -> pa.Table:
    """Registrations as they are told on a day: attendance only once it is told."""
    told = np.where(rows_of.closes[rows] <= day, rows_of.attended[rows], -1)
    return pa.table(
        {
            "source": same(PORTAL, len(rows)),
            "event_id": joined("e", rows_of.event[rows]),
            "account_id": joined("p", rows_of.member[rows]),
            "status": picked(STATES, rows_of.status[rows]),
            "role": picked(ROLES, rows_of.role[rows]),
            "registered_at": moments(rows_of.second[rows]),
            "attended": picked(("false", "true", None), told % 3),
        }
    )


def activities(rows_of: Activities, all_: People, rows: Column, day: int) -> pa.Table:
    """Activities as they are told on a day: reactions as they were counted last."""
    member, kind = rows_of.member[rows], rows_of.kind[rows]
    counted = rows_of.reactions[rows].astype(np.int64)
    counted = np.where(rows_of.recounted[rows] <= day, counted * 3 + 1, counted)
    has_object = ~np.isin(kind, [TYPES.index(name) for name in NO_OBJECT])
    kinds = picked(TYPES, kind)
    # A thing both platforms tell of has one address.
    url = joined("https://forum.example/", kinds, "/", rows_of.twin[rows])
    url = pc.if_else(pa.array(has_object), url, None)
    event = pc.if_else(
        pa.array(rows_of.event[rows] >= 0), joined("e", rows_of.event[rows]), None
    )
    return pa.table(
        {
            "source": picked((PORTAL, FORUM), rows_of.on_forum[rows].astype(np.int8)),
            "activity_id": joined("a", rows),
            "account_id": _account_ids(member, rows_of.on_forum[rows]),
            "activity_type": kinds,
            "occurred_at": moments(rows_of.second[rows]),
            "event_id": event,
            "object_key": url,
            "url": url,
            "title": joined("つながりについて #tsunagari その", rows),
            "reactions": pa.array(counted, mask=counted < 0),
            "group": picked(GROUP_NAMES, all_.group[member]),
        }
    )


def labels(all_: People, members: Column) -> pa.Table:
    """Who was named, and when."""
    return pa.table(
        {
            "source": same(PORTAL, len(members)),
            "date": dates(all_.named[members]),
            "label": same(LABEL, len(members)),
            "account_id": joined("p", members),
        }
    )


def affiliations(all_: People, members: Column, day: int) -> pa.Table:
    """Where these members work; who changed by that day has two rows."""
    company = all_.company[members]
    moved = np.where(all_.moved[members] <= day, all_.moved[members], NEVER)
    firms = companies_of(len(all_))
    next_company = 1 + (company + members) % max(firms - 1, 1)
    has_moved = (moved < NEVER) & (next_company != company)
    employed = company >= 0
    first = pa.table(
        {
            "source": same(PORTAL, int(employed.sum())),
            "account_id": joined("p", members[employed]),
            "company": _company(company[employed]),
            "valid_from": dates(all_.joined[members][employed]),
        }
    )
    second = pa.table(
        {
            "source": same(PORTAL, int(has_moved.sum())),
            "account_id": joined("p", members[has_moved]),
            "company": _company(next_company[has_moved]),
            "valid_from": dates(moved[has_moved]),
        }
    )
    return pa.concat_tables([first, second])


def companies(members: int) -> pa.Table:
    """Every company of a community of that size."""
    number = np.arange(companies_of(members))
    has_contract = (number % CONTRACTED == 0).astype(np.int8)
    return pa.table(
        {
            "company_id": joined("c", number),
            "name": _company(number),
            "domain": joined("company", number, ".example"),
            "is_customer": truth(has_contract == 1),
            "contract_status": picked((None, "active"), has_contract),
        }
    )


def contracts(random: np.random.Generator, members: int, days: int) -> pa.Table:
    """The contracts of the customers; a quarter of them have ended, or will."""
    number = np.arange(0, companies_of(members), CONTRACTED)
    start = random.integers(-400, days, len(number))
    end = start + random.integers(365, 4 * 365, len(number))
    return pa.table(
        {
            "contract_id": joined("k", number),
            "company_id": joined("c", number),
            "product": picked(("CRM", "Cloud"), number % 2),
            "is_cloud": truth(number % 2 == 1),
            "start_date": dates(start),
            "end_date": pc.if_else(pa.array(number % 4 == 0), dates(end), None),
            "annual_amount": pa.array(random.integers(1, 500, len(number)) * 10_000),
            "currency": same("JPY", len(number)),
            "licences": pa.array(random.integers(1, 300, len(number))),
        }
    )


def deals(all_: Deals, rows: Column, day: int) -> pa.Table:
    """Deals as they are told on a day: open until they are closed."""
    is_closed, is_won = all_.closed[rows] <= day, rows % 5 != 4
    won = np.where(is_closed, is_won, 2).astype(np.int8)
    return pa.table(
        {
            "deal_id": joined("d", rows),
            "company_id": joined("c", rows // 2),
            "amount": pa.array(all_.amount[rows]),
            "currency": same("JPY", len(rows)),
            "stage": picked(("closedlost", "closedwon", "proposal"), won),
            "created_date": dates(all_.created[rows]),
            "closed_date": pc.if_else(
                pa.array(is_closed), dates(all_.closed[rows]), None
            ),
            "is_won": picked(("false", "true", None), won),
        }
    )


def _account_ids(members: Column, is_forum: Column) -> pa.Array:
    return joined(picked(("p", "f"), is_forum.astype(np.int8)), members)


def _company(number: Column) -> pa.Array:
    return joined("株式会社つながり", number)
