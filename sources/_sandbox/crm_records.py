"""The CRM's records as of now, under HubSpot's names; every value text or None."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sources._sandbox.community import Community
from sources._sandbox.crm import modified_at
from sources._sandbox.habits import (
    company_field,
    link_to_x,
    role_address,
    typed_by_clerk,
)
from sources._sandbox.model import JST, Company, Contact, Deal
from sources._sandbox.tweets import blog_link
from sources._sandbox.view import utc_ms

# The names under which HubSpot's paths know a type.
TYPES = {
    "contacts": "contacts", "contact": "contacts", "0-1": "contacts",
    "companies": "companies", "company": "companies", "0-2": "companies",
    "deals": "deals", "deal": "deals", "0-3": "deals",
}  # fmt: skip
DEFAULTS = {
    "contacts": ("email", "firstname", "lastname"),
    "companies": ("domain", "name"),
    "deals": ("amount", "closedate", "dealname", "dealstage", "pipeline"),
}


SINGULAR = {"contacts": "contact", "companies": "company", "deals": "deal"}
SIGNED_AT = time(18, 5)


@dataclass(frozen=True, slots=True)
class Record:
    """A record of one type with all its properties."""

    kind: str
    id: int
    properties: dict[str, str | None]
    is_archived: bool
    archived_at: datetime | None


class CrmRecords:
    """Contacts, companies, deals, their links and the owners on the community's day."""

    def __init__(self, community: Community) -> None:
        self._now = community.now
        self._community = community
        bots = (one.x_username for one in community.people if one.kind == "bot")
        self._team = next(bots, None)  # announces the events
        self._links: dict[tuple[str, str], dict[int, list[int]]] = {}
        self.owners = [_owner(place) for place in range(1, 5)]
        merged: dict[int, list[Contact]] = {}
        for contact in community.contacts:
            if (
                contact.merged_into
                and contact.merged_at
                and contact.merged_at <= self._now
            ):
                merged.setdefault(contact.merged_into, []).append(contact)
        losers = {contact.id for rows in merged.values() for contact in rows}
        contacts = [
            self._contact(contact, merged.get(contact.id, []))
            for contact in community.contacts
            if contact.id not in losers
        ]
        companies = [
            self._company(company)
            for company in community.companies
            if company.created_at <= self._now
        ]
        deals = [self._deal(deal, losers) for deal in community.deals]
        self.live: dict[str, list[Record]] = {}
        self.archived: dict[str, list[Record]] = {}
        self.by_id: dict[str, dict[str, Record]] = {}
        for kind, rows in (
            ("contacts", contacts),
            ("companies", companies),
            ("deals", deals),
        ):
            rows.sort(key=lambda row: row.id)
            self.live[kind] = [row for row in rows if not row.is_archived]
            self.archived[kind] = [row for row in rows if row.is_archived]
            self.by_id[kind] = {str(row.id): row for row in rows}
        self._drop_archived_links()

    def position(self, rows: list[Record], after: int) -> int:
        """Where the first record with an id of at least `after` stands."""
        return bisect_left(rows, after, key=lambda row: row.id)

    def linked(self, left: str, right: str, number: str) -> list[int]:
        """The ids of the linked records of the other type."""
        return self._links.get((left, right), {}).get(
            int(number) if number.isdigit() else -1, []
        )

    def _link(self, left: str, left_id: int, right: str, right_id: int) -> None:
        for pair, one, other in (
            ((left, right), left_id, right_id),
            ((right, left), right_id, left_id),
        ):
            targets = self._links.setdefault(pair, {}).setdefault(one, [])
            if other not in targets:
                targets.append(other)

    def _drop_archived_links(self) -> None:
        """An archived record is linked with nothing."""
        for (left, right), table in self._links.items():
            gone = {row.id for row in self.archived[left]}
            gone_targets = {row.id for row in self.archived[right]}
            for number in gone & table.keys():
                del table[number]
            if gone_targets:
                for number, targets in table.items():
                    table[number] = [
                        target for target in targets if target not in gone_targets
                    ]

    def _contact(self, contact: Contact, losers: list[Contact]) -> Record:
        community = self._community
        person = community.people[contact.person]
        company_index = contact.company
        for when, index in contact.changes:
            if when <= self._now:
                company_index = index
        company = community.companies[company_index]
        is_archived = (
            contact.archived_at is not None and contact.archived_at <= self._now
        )
        modified = modified_at(community.seed, contact, self._now)
        for loser in losers:
            if loser.merged_at:
                modified = max(modified, loser.merged_at)
        is_linked = company.created_at <= self._now and not is_archived
        if is_linked:
            self._link("contacts", contact.id, "companies", int(company.company_id))
        created = contact.created_at.date()
        name = typed_by_clerk(person, contact.id, created)
        job = person.job_on(created)
        email = contact.email and (
            role_address(person, contact.id, job.email) or contact.email
        )
        return Record(
            kind="contacts",
            id=contact.id,
            properties={
                "hs_object_id": str(contact.id),
                "createdate": utc_ms(contact.created_at),
                "lastmodifieddate": utc_ms(modified),
                "email": email,
                "hs_additional_emails": ";".join(
                    row.email for row in losers if row.email
                )
                or None,
                "firstname": name.given or None,
                "lastname": name.family,
                "company": company_field(
                    person, contact.id, company.name, job.department
                ),
                "jobtitle": contact.title,
                "phone": None,
                "website": blog_link(person),
                "twitterhandle": link_to_x(person, "hubspot", self._team)
                if contact.person % 5 == 2
                else None,
                "lifecyclestage": "customer"
                if _is_customer(company, self._now)
                else "lead",
                "hubspot_owner_id": str(1_000_001 + contact.id % 4),
                "associatedcompanyid": company.company_id if is_linked else None,
                "hs_merged_object_ids": ";".join(str(row.id) for row in losers) or None,
                "hs_email_optout": "true" if contact.person % 17 == 5 else "false",
                "city": None,
                "state": person.prefecture,
                "country": "Japan",
            },
            is_archived=is_archived,
            archived_at=contact.archived_at if is_archived else None,
        )

    def _company(self, company: Company) -> Record:
        is_customer = _is_customer(company, self._now)
        modified = company.created_at
        if is_customer and company.customer_from:
            modified = max(
                modified, datetime.combine(company.customer_from, SIGNED_AT, JST)
            )
        number = int(company.company_id)
        return Record(
            kind="companies",
            id=number,
            properties={
                "hs_object_id": str(number),
                "createdate": utc_ms(company.created_at),
                "hs_lastmodifieddate": utc_ms(modified),
                "name": company.name,
                "domain": company.domain,
                "website": company.domain,
                "industry": company.industry,
                "city": None,
                "state": company.prefecture,
                "country": "Japan",
                "phone": None,
                "description": None,
                "lifecyclestage": "customer" if is_customer else "lead",
                "numberofemployees": str(20 + company.index * 37 % 900),
                "hubspot_owner_id": str(1_000_001 + company.index % 4),
                "corporate_number": company.corporate_number
                if company.index % 3
                else None,
                "hs_merged_object_ids": None,
            },
            is_archived=False,
            archived_at=None,
        )

    def _deal(self, deal: Deal, losers: set[int]) -> Record:
        moves = [(when, stage) for when, stage in deal.stages if when <= self._now]
        stage = moves[-1][1] if moves else deal.stages[0][1]
        company = self._community.companies[deal.company]
        self._link("deals", deal.id, "companies", int(company.company_id))
        for contact in deal.contacts:
            if contact not in losers:
                self._link("deals", deal.id, "contacts", contact)
        is_closed = stage in ("closedwon", "closedlost")
        forecast = deal.closed_at.replace(hour=0, minute=0, second=0, microsecond=0)
        closed = deal.closed_at if is_closed else forecast
        return Record(
            kind="deals",
            id=deal.id,
            properties={
                "hs_object_id": str(deal.id),
                "createdate": utc_ms(deal.created_at),
                "hs_lastmodifieddate": utc_ms(
                    moves[-1][0] if moves else deal.created_at
                ),
                "dealname": deal.name,
                "amount": None if deal.amount is None else str(deal.amount),
                "deal_currency_code": deal.currency,
                "closedate": utc_ms(closed),
                "dealstage": stage,
                "pipeline": "default",
                "hubspot_owner_id": str(1_000_000 + deal.owner),
                "hs_is_closed": "true" if is_closed else "false",
                "hs_is_closed_won": "true" if stage == "closedwon" else "false",
                "dealtype": "newbusiness"
                if deal.name.endswith("新規")
                else "existingbusiness",
                "description": None,
                "hs_merged_object_ids": None,
            },
            is_archived=False,
            archived_at=None,
        )


def _is_customer(company: Company, now: datetime) -> bool:
    start = company.customer_from
    return start is not None and datetime.combine(start, SIGNED_AT, JST) <= now


def _owner(place: int) -> dict[str, Any]:
    names = (
        ("Hanako", "Uriage"),
        ("Jiro", "Mikomi"),
        ("Saburo", "Teian"),
        ("Yotsuba", "Seiyaku"),
    )
    given, family = names[place - 1]
    return {
        "id": str(1_000_000 + place),
        "email": f"{given.lower()}@tsunagari-vendor.example",
        "type": "PERSON",
        "firstName": given,
        "lastName": family,
        "userId": 5_500_000 + place,
        "userIdIncludingInactive": 5_500_000 + place,
        "createdAt": "2023-04-01T00:00:00.000Z",
        "updatedAt": "2023-04-01T00:00:00.000Z",
        "archived": False,
    }
