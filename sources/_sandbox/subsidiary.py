"""The Salesforce org of a subsidiary: its companies, people and deals.

Some of its companies are HubSpot's too (known by their web domain), some are its own;
its people are a fifth of the community. Everything follows from the community alone and
only grows with the days, as in HubSpot.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sources._sandbox.calendar import FIRST_DAY
from sources._sandbox.habits import typed_by_clerk
from sources._sandbox.model import JST, Company, Event, Person, Registration

PREFIXES = {
    "Account": "001", "Contact": "003", "Lead": "00Q", "Opportunity": "006",
    "OpportunityContactRole": "00K", "Campaign": "701", "CampaignMember": "00v",
    "Task": "00T", "User": "005",
}  # fmt: skip
OWN = (
    ("海風物産株式会社", "umikaze-trading.example", "Shipping"),
    ("みなと食品株式会社", "minato-foods.example", "Food & Beverage"),
    ("山手観光株式会社", "yamate-travel.example", "Hospitality"),
    ("北斗運輸株式会社", "hokuto-cargo.example", "Transportation"),
    ("南風エナジー株式会社", "nanpu-energy.example", "Energy"),
)
# Object -> the fields of an org with a single currency, as it describes them.
FIELDS = {
    name: ("Id", *fields.split(), "CreatedDate", "SystemModstamp")
    for name, fields in {
        "Account": "IsDeleted MasterRecordId Name Type ParentId Website Industry"
        " BillingCountry BillingState BillingCity OwnerId",
        "Contact": "IsDeleted MasterRecordId AccountId FirstName LastName Email Title"
        " HasOptedOutOfEmail OwnerId Department LeadSource MailingState",
        "Lead": "IsDeleted MasterRecordId FirstName LastName Email Title"
        " HasOptedOutOfEmail OwnerId Company State Status LeadSource IsConverted"
        " ConvertedDate ConvertedContactId ConvertedAccountId ConvertedOpportunityId",
        "Opportunity": "IsDeleted AccountId Name Amount StageName IsClosed IsWon"
        " CloseDate CampaignId OwnerId",
        "OpportunityContactRole": "IsDeleted OpportunityId ContactId Role IsPrimary",
        "Campaign": "IsDeleted Name Type Status IsActive ParentId StartDate EndDate",
        "CampaignMember": "IsDeleted CampaignId LeadId ContactId Status HasResponded"
        " FirstRespondedDate",
        "Task": "IsDeleted WhoId WhatId AccountId Subject Status IsClosed ActivityDate"
        " CompletedDateTime TaskSubtype OwnerId",
        "User": "Name Email IsActive UserType",
    }.items()
}
SELLERS = (("販売", "一郎"), ("営業", "二葉"))
STAGES = ("Prospecting", "Proposal/Price Quote", "Negotiation/Review")
DEALS = 12
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filed:
    """A person as the org files them. left_at: when it was deleted, merged, converted.

    kind: Contact or Lead; winner: the record it lives on in, None when deleted.
    """

    kind: str
    number: int
    person: Person
    company: Company
    title: str
    email: str
    created_at: datetime
    left_at: datetime | None = None
    winner: int | None = None

    @property
    def id(self) -> str:
        """The record's id."""
        return record_id(self.kind, self.number)

    @property
    def times(self) -> list[datetime]:
        """When it was made, and when it left."""
        return [self.created_at, *([self.left_at] if self.left_at else [])]


def record_id(kind: str, number: int) -> str:
    """An id of 18 characters; the last three tell the case of the others."""
    digits = ""
    for _ in range(9):
        number, digit = divmod(number, 62)
        digits = _LETTERS[digit] + digits
    short = f"{PREFIXES[kind]}5j0{digits}"
    checks = (
        sum(
            letter.isupper() << place for place, letter in enumerate(short[at : at + 5])
        )
        for at in (0, 5, 10)
    )
    return short + "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits] for bits in checks)


def filed_people(
    people: Iterable[Person], companies: Sequence[Company], now: datetime
) -> list[Filed]:
    """Contacts and leads made by now, the duplicates among them too."""
    return [
        filed
        for person in people
        if person.index % 5 == 0 and person.kind not in ("bot", "x")
        if not person.is_internal
        for filed in _filed(person, companies)
        if filed.created_at < now
    ]


def _filed(person: Person, companies: Sequence[Company]) -> Iterator[Filed]:
    created = person.joined_at.replace(microsecond=0)
    created += timedelta(days=3 + person.index % 37, minutes=11)
    job = person.job_on(created.date())
    company = companies[job.company]
    is_lead = not _is_shared(company) or person.index % 20 == 0
    first = Filed(
        kind="Lead" if is_lead else "Contact",
        number=person.index * 4,
        person=person,
        company=company,
        title=job.title,
        email=job.email,
        created_at=created,
    )
    leaves = created + timedelta(days=60 + person.index % 200)
    second = replace(first, kind="Contact", number=first.number + 1)
    if is_lead and _is_shared(company):
        yield replace(first, left_at=leaves, winner=second.number)
        yield replace(second, created_at=leaves)
    elif person.index % 35 == 15:
        yield replace(first, left_at=leaves)
    elif not is_lead and person.index % 25 == 5:
        yield first
        found_on = created + timedelta(days=20)
        yield replace(second, created_at=found_on, left_at=leaves, winner=first.number)
    else:
        yield first


def _is_shared(company: Company) -> bool:
    """Whether the company is in both CRMs."""
    return company.index % 2 == 1


class Org:
    """Every record that the org shows now, by object, as the API sends them."""

    def __init__(
        self,
        people: Iterable[Person],
        companies: Sequence[Company],
        events: Sequence[Event],
        registrations: Sequence[Registration],
        now: datetime,
    ) -> None:
        self._now = now
        self._companies = companies
        self._people = filed_people(people, companies, now)
        contacts = [self._person(one) for one in self._people if one.kind == "Contact"]
        leads = [self._lead(one) for one in self._people if one.kind == "Lead"]
        accounts = list(self._accounts())
        deals = list(self._deals(accounts))
        campaigns = [
            self._record("Campaign", number, made, Name=name, Type=kind,
                         Status="Completed", IsActive=False, ParentId=None,
                         StartDate=made.date().isoformat(), EndDate=None)
            for number, (name, kind, made) in enumerate(_campaigns(), start=1)
            if made < now
        ]  # fmt: skip
        self.records: dict[str, list[Record]] = {
            "Account": accounts,
            "Contact": contacts,
            "Lead": leads,
            "Opportunity": deals,
            "OpportunityContactRole": list(self._roles(deals)),
            "Campaign": campaigns,
            "CampaignMember": list(self._members(campaigns)),
            "Task": list(self._tasks(events, registrations)),
            "User": [
                self._user(number, *name) for number, name in enumerate(SELLERS, 1)
            ],
        }

    def _record(
        self, kind: str, number: int, created: datetime, *later: datetime, **fields: Any
    ) -> Record:
        """A record; later: changes, of which the last one up to now stamps it."""
        stamped = max([created, *(when for when in later if when < self._now)])
        record = {"Id": record_id(kind, number), **fields}
        if kind != "User":
            record.setdefault("IsDeleted", False)
        return record | {
            "CreatedDate": _stamp(created),
            "SystemModstamp": _stamp(stamped),
        }

    def _accounts(self) -> Iterator[Record]:
        for company in self._companies[1:]:
            start = company.customer_from
            signed = [datetime.combine(start, time(10), JST)] if start else []
            if _is_shared(company) and company.created_at < self._now:
                yield self._account(
                    company.index, company.name, company.domain, None,
                    bool(signed) and signed[0] < self._now,
                    company.created_at, *signed,
                )  # fmt: skip
        for number, (name, domain, industry) in enumerate(OWN):
            created = _morning(120 + number * 170)
            if created < self._now:
                yield self._account(
                    9_000 + number, name, domain, industry, number == 0, created
                )

    def _account(
        self, number: int, name: str, domain: str, industry: str | None,
        is_customer: bool, *times: datetime,
    ) -> Record:  # fmt: skip
        return self._record(
            "Account", number, *times, MasterRecordId=None, Name=name,
            Type="Customer - Direct" if is_customer else "Prospect", ParentId=None,
            Website=f"https://www.{domain}/", Industry=industry,
            BillingCountry="Japan", BillingState=None, BillingCity=None,
            OwnerId=record_id("User", 1 + number % 2),
        )  # fmt: skip

    def _person(self, one: Filed) -> Record:
        is_gone = one.left_at is not None and one.left_at < self._now
        winner = record_id("Contact", one.winner) if one.winner else None
        account = record_id("Account", one.company.index)
        job = one.person.job_on(one.created_at.date())
        return self._record(
            "Contact", one.number, *one.times,
            max(one.created_at, one.company.created_at),
            IsDeleted=is_gone, MasterRecordId=winner if is_gone else None,
            AccountId=account if one.company.created_at < self._now else None,
            **_name(one), Department=job.department,
            LeadSource="Event", MailingState=one.person.prefecture,
        )  # fmt: skip

    def _lead(self, one: Filed) -> Record:
        is_gone = one.left_at is not None and one.left_at < self._now
        is_converted = is_gone and one.winner is not None
        contact = record_id("Contact", one.winner) if one.winner else None
        account = record_id("Account", one.company.index)
        day = one.left_at.date().isoformat() if one.left_at else None
        return self._record(
            "Lead", one.number, *one.times,
            IsDeleted=is_gone and not is_converted, MasterRecordId=None, **_name(one),
            Company=one.company.name, State=one.person.prefecture,
            Status="Closed - Converted" if is_converted else "Working - Contacted",
            LeadSource="Web", IsConverted=is_converted,
            ConvertedDate=day if is_converted else None,
            ConvertedContactId=contact if is_converted else None,
            ConvertedAccountId=account if is_converted else None,
            ConvertedOpportunityId=None,
        )  # fmt: skip

    def _deals(self, accounts: Sequence[Record]) -> Iterator[Record]:
        for number in range(DEALS):
            created = _morning(60 + number * 85)
            known = [a for a in accounts if a["CreatedDate"] <= _stamp(created)]
            if created >= self._now or not known:
                continue
            account = known[number * 7 % len(known)]
            moves = [created + timedelta(days=25 * step) for step in range(4)]
            step = sum(when < self._now for when in moves) - 1
            is_closed, is_won = step == 3, step == 3 and number % 3 != 2
            stage = ("Closed Won" if is_won else "Closed Lost") if is_closed else None
            yield self._record(
                "Opportunity", number + 1, created, *moves[1:],
                AccountId=account["Id"], Name=f"{account['Name']} 導入 {number + 1}",
                Amount=None if number == 4 else 300_000.0 * (1 + number % 5),
                StageName=stage or STAGES[step], IsClosed=is_closed, IsWon=is_won,
                CloseDate=moves[3].date().isoformat(), CampaignId=None,
                OwnerId=account["OwnerId"],
            )  # fmt: skip

    def _roles(self, deals: Sequence[Record]) -> Iterator[Record]:
        for number, deal in enumerate(deals, start=1):
            made = datetime.fromisoformat(deal["CreatedDate"])
            there = [
                one for one in self._people
                if one.kind == "Contact" and one.left_at is None
                and one.created_at <= made
                and record_id("Account", one.company.index) == deal["AccountId"]
            ]  # fmt: skip
            for place, one in enumerate(there[:2]):
                yield self._record(
                    "OpportunityContactRole", number * 4 + place, made,
                    OpportunityId=deal["Id"], ContactId=one.id,
                    Role="Decision Maker" if place == 0 else "Influencer",
                    IsPrimary=place == 0,
                )  # fmt: skip

    def _members(self, campaigns: Sequence[Record]) -> Iterator[Record]:
        for place, campaign in enumerate(campaigns):
            made = datetime.fromisoformat(campaign["CreatedDate"])
            for one in self._people:
                if one.created_at >= made or (one.left_at and one.left_at <= made):
                    continue
                if (one.number + place) % 3:
                    continue
                answered = made + timedelta(days=2)
                has_answered = one.person.index % 2 == 1 and answered < self._now
                yield self._record(
                    "CampaignMember", one.number * 4 + place, made,
                    answered if one.person.index % 2 else made,
                    CampaignId=campaign["Id"],
                    LeadId=one.id if one.kind == "Lead" else None,
                    ContactId=one.id if one.kind == "Contact" else None,
                    Status="Responded" if has_answered else "Sent",
                    HasResponded=has_answered,
                    FirstRespondedDate=answered.date().isoformat()
                    if has_answered else None,
                )  # fmt: skip

    def _tasks(
        self, events: Sequence[Event], registrations: Sequence[Registration]
    ) -> Iterator[Record]:
        """Calls after an event, to a quarter of those who were there."""
        held = {event.number: event for event in events}
        filed = {one.person.index: one for one in self._people if not one.left_at}
        done: set[tuple[int, int]] = set()
        for row in registrations:
            one, event = filed.get(row.person), held.get(row.event)
            if one is None or event is None or not row.attended:
                continue
            if (row.person + row.event) % 4:
                continue
            day = event.day + timedelta(days=1 + (row.person + row.event // 4) % 22)
            when = datetime.combine(day, time(15), JST)
            is_known = one.created_at < event.ended_at and when < self._now
            if not is_known or (row.person, row.event) in done:
                continue
            done.add((row.person, row.event))
            yield self._record(
                "Task", row.event * 1_000_000 + row.person, when, WhoId=one.id,
                WhatId=None, AccountId=None, Subject=f"イベント後のご連絡 {event.day}",
                Status="Completed", IsClosed=True, ActivityDate=day.isoformat(),
                CompletedDateTime=_stamp(when), TaskSubtype="Call",
                OwnerId=record_id("User", 1 + row.person % 2),
            )  # fmt: skip

    def _user(self, number: int, family: str, given: str) -> Record:
        return self._record(
            "User", number, _morning(-200), Name=f"{family} {given}",
            Email=f"seller{number}@subsidiary.example", IsActive=True,
            UserType="Standard",
        )  # fmt: skip


def _name(one: Filed) -> Record:
    name = typed_by_clerk(one.person, 1 << 42 | one.number, one.created_at.date())
    return {
        "FirstName": name.given or None,
        "LastName": name.family,
        "Email": one.email,
        "Title": one.title,
        "HasOptedOutOfEmail": one.person.index % 15 == 5,
        "OwnerId": record_id("User", 1 + one.number % 2),
    }


def _campaigns() -> Iterator[tuple[str, str, datetime]]:
    yield "春の展示会", "Trade Show", _morning(200)
    yield "導入ウェビナー", "Webinar", _morning(620)


def _morning(days: int) -> datetime:
    day: date = FIRST_DAY + timedelta(days=days)
    return datetime.combine(day, time(10), JST)


def _stamp(moment: datetime) -> str:
    """2026-05-01T07:25:37.000+0000, as Salesforce writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
