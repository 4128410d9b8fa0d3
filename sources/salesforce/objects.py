"""What is read of Salesforce: objects, fields, raw tables, one row from one record.

Every value lands as text: flags as true and false, ids with 18 characters, times and
numbers as they were sent. Telephone numbers and postal addresses are never asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sources._base.errors import Rejected, SchemaChanged
from sources._base.source import ColumnType, Table
from sources._base.values import flag_of, text_of

CUSTOM = "custom_fields"
_CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True)
class ObjectType:
    """One kind of record. fields: API names; an org may lack all but two of them.

    setting: names fields to read besides. constant: (column, setting) that stands in
    every row, for staging to judge it by.
    """

    name: str
    table: Table
    fields: tuple[str, ...]
    setting: str = ""
    constant: tuple[str, str] | None = None


@dataclass(frozen=True)
class Projection:
    """What of one object is read in this run.

    fields: those of its fields that the org has; custom: name in custom_fields ->
    field; constants: column -> value of every row.
    """

    object_type: ObjectType
    fields: tuple[str, ...]
    custom: Mapping[str, str]
    constants: Mapping[str, str]

    @property
    def asked(self) -> tuple[str, ...]:
        """Every field that the query names, each once."""
        return tuple(dict.fromkeys((*self.fields, *self.custom.values())))

    @property
    def signature(self) -> list[str]:
        """When it differs from the last run's, everything has to be read again."""
        custom = [f"{name}:{field}" for name, field in self.custom.items()]
        constants = [f"{name}={value}" for name, value in self.constants.items()]
        return [*sorted(self.fields), *sorted(custom), *sorted(constants)]


def column_of(field: str) -> str:
    """AccountId -> account_id."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", field).lower()


def is_flag(field: str) -> bool:
    """Whether a standard field is a checkbox, by its name."""
    return re.match(r"(Is|Has)[A-Z]", field) is not None


def is_id(field: str) -> bool:
    """Whether a standard field holds a record's id, by its name."""
    return field.endswith("Id")


_OWNER = {"owner_id": "owner.id"}
_PERSON = {
    **{"id": "id", "master_record_id": "id", "email": "email"},
    **{"first_name": "name", "last_name": "name"},
    **{"title": "job", "department": "job", "company": "job"},
    **{"mailing_state": "place", "state": "place"},
    **{CUSTOM: "fields", **_OWNER},
}
PERSONAL: Mapping[str, Mapping[str, str]] = {
    "accounts": _OWNER,
    "contacts": _PERSON,
    "leads": {**_PERSON, "converted_contact_id": "id"},
    "opportunities": {**_OWNER, "name": "refs"},
    "opportunity_contact_roles": {"contact_id": "id"},
    "campaigns": {},
    "campaign_members": {"lead_id": "id", "contact_id": "id"},
    "tasks": {**_OWNER, "who_id": "id", "subject": "text"},
    "users": {"id": "owner.id", "name": "owner.name", "email": "owner.email"},
}


def _object(
    table: str,
    name: str,
    description: str,
    fields: str,
    *,
    custom: bool = False,
    constant: tuple[str, str] | None = None,
) -> ObjectType:
    names = ("Id", *fields.split(), "CreatedDate", "SystemModstamp")
    columns: dict[str, ColumnType] = {column_of(field): "text" for field in names}
    if constant:
        columns[constant[0]] = "text"
    if custom:
        columns[CUSTOM] = "json"
    return ObjectType(
        name=name,
        table=Table(
            table,
            ("id",),
            columns,
            description,
            personal={
                column: role
                for column, role in PERSONAL[table].items()
                if column in columns
            },
        ),
        fields=names,
        setting=f"SALESFORCE_{name.upper()}_FIELDS" if custom else "",
        constant=constant,
    )


OBJECT_TYPES = (
    _object(
        "accounts",
        "Account",
        "A company in the CRM; deleted and merged ones with their flag.",
        "IsDeleted MasterRecordId Name Type ParentId Website Industry BillingCountry"
        " BillingState BillingCity OwnerId",
        custom=True,
        constant=("customer_types", "SALESFORCE_CUSTOMER_TYPES"),
    ),
    _object(
        "contacts",
        "Contact",
        "A person in the CRM; deleted and merged ones with their flag.",
        "IsDeleted MasterRecordId AccountId FirstName LastName Email Title Department"
        " HasOptedOutOfEmail LeadSource MailingState OwnerId",
        custom=True,
    ),
    _object(
        "leads",
        "Lead",
        "A person who may become a contact; a converted one names the contact.",
        "IsDeleted MasterRecordId FirstName LastName Email Company Title State Status"
        " LeadSource HasOptedOutOfEmail IsConverted ConvertedDate ConvertedContactId"
        " ConvertedAccountId ConvertedOpportunityId OwnerId",
        custom=True,
    ),
    _object(
        "opportunities",
        "Opportunity",
        "A deal; the close date of an open one is a forecast.",
        "IsDeleted AccountId Name Amount CurrencyIsoCode StageName IsClosed IsWon"
        " CloseDate CampaignId OwnerId",
        custom=True,
        constant=("org_currency", "SALESFORCE_CURRENCY"),
    ),
    _object(
        "opportunity_contact_roles",
        "OpportunityContactRole",
        "Who takes part in a deal.",
        "IsDeleted OpportunityId ContactId Role IsPrimary",
    ),
    _object(
        "campaigns",
        "Campaign",
        "A campaign; events are campaigns of some type.",
        "IsDeleted Name Type Status IsActive ParentId StartDate EndDate",
    ),
    _object(
        "campaign_members",
        "CampaignMember",
        "A contact or lead in a campaign and how it responded.",
        "IsDeleted CampaignId LeadId ContactId Status HasResponded FirstRespondedDate",
    ),
    _object(
        "tasks",
        "Task",
        "Something done or to be done for a contact or lead: calls, mails, follow-ups.",
        "IsDeleted WhoId WhatId AccountId Subject Status IsClosed ActivityDate"
        " CompletedDateTime TaskSubtype OwnerId",
    ),
    _object(
        "users",
        "User",
        "A user of the CRM to whom records are assigned.",
        "Name Email IsActive UserType",
    ),
)


def projection(
    object_type: ObjectType,
    described: Mapping[str, str],
    settings: Mapping[str, str],
) -> Projection:
    """Returns what to ask: only fields that exist.

    described: field -> type, as the org describes the object.

    Raises: SchemaChanged when it has no id or no modification time; Rejected for a
    configured field that it does not have or that holds several values in one.
    """
    if "Id" not in described or "SystemModstamp" not in described:
        raise SchemaChanged(
            f"salesforce: {object_type.name} is described without Id and"
            " SystemModstamp; the connector needs a change"
        )
    custom = custom_fields(object_type, settings)
    for field in custom.values():
        if described.get(field, "address") in ("address", "location", "base64"):
            raise Rejected(
                f"{object_type.setting} names {field}, which {object_type.name} does"
                " not have, does not show to this user, or holds as several values:"
                " correct the setting or give the permission"
            )
    column, setting = object_type.constant or ("", "")
    return Projection(
        object_type=object_type,
        fields=tuple(name for name in object_type.fields if name in described),
        custom=custom,
        constants={column: settings.get(setting, "")} if column else {},
    )


def custom_fields(
    object_type: ObjectType, settings: Mapping[str, str]
) -> dict[str, str]:
    """Returns name -> field of what is configured: `Field__c` or `name:Field__c`."""
    parts = re.split(r"[,\s]+", settings.get(object_type.setting, ""))
    pairs = (part.rpartition(":") for part in parts if part)
    return {name or field: field for name, _, field in pairs}


def record_row(record: Mapping[str, Any], wanted: Projection) -> dict[str, Any]:
    """Returns the raw row of one record of a query's answer.

    Raises: SchemaChanged if it has no id or a value is of another kind.
    """
    row: dict[str, Any] = {
        column_of(field): _value(record.get(field), field) for field in wanted.fields
    }
    if not row["id"]:
        raise SchemaChanged(
            f"salesforce: a record of {wanted.object_type.name} has no Id; "
            "the connector needs a change"
        )
    row |= wanted.constants
    if wanted.custom:
        row[CUSTOM] = {name: record.get(field) for name, field in wanted.custom.items()}
    return row


def long_id(sent: str | None) -> str | None:
    """Returns an id with 18 characters: three more tell which of 15 are upper case.

    Ids of 15 differ by case alone; what is no id is left as it is.
    """
    if sent is None or len(sent) != 15:
        return sent
    checks = ""
    for start in (0, 5, 10):
        five = sent[start : start + 5]
        bits = sum(1 << place for place, letter in enumerate(five) if _is_upper(letter))
        checks += _CHECK_LETTERS[bits]
    return sent + checks


def _is_upper(letter: str) -> bool:
    return "A" <= letter <= "Z"


def _value(sent: Any, field: str) -> str | None:
    if is_flag(field):
        flag = flag_of(sent, field)
        return None if flag is None else str(flag).lower()
    text = text_of(sent, field)
    return long_id(text) if is_id(field) else text
