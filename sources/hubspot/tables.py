"""What is read of HubSpot: properties, raw tables, and one row from one object.

HubSpot sends every property as text or null; it lands as sent and is cast in staging.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sources._base.errors import SchemaChanged
from sources._base.source import Table

# The properties every portal has. Telephone numbers are left out on purpose: nothing
# in the marts needs them.
CONTACT_PROPERTIES = (
    "email",
    "hs_additional_emails",
    "firstname",
    "lastname",
    "company",
    "jobtitle",
    "twitterhandle",
    "website",
    "lifecyclestage",
    "hubspot_owner_id",
    "hs_email_optout",
    "createdate",
    "lastmodifieddate",
    "hs_object_id",
)
COMPANY_PROPERTIES = (
    "name",
    "domain",
    "industry",
    "country",
    "state",
    "city",
    "lifecyclestage",
    "hubspot_owner_id",
    "createdate",
    "hs_lastmodifieddate",
    "hs_object_id",
)
DEAL_PROPERTIES = (
    "dealname",
    "amount",
    "deal_currency_code",
    "dealstage",
    "pipeline",
    "createdate",
    "closedate",
    "hs_is_closed_won",
    "hs_is_closed",
    "hubspot_owner_id",
    "hs_lastmodifieddate",
    "hs_object_id",
)
MERGED = "hs_merged_object_ids"  # of the winner: ids that were merged into it


_PERSONAL = {
    "contacts": {
        **{"id": "id", "hs_object_id": "id", "merged_ids": "refs"},
        **{"email": "email", "hs_additional_emails": "refs"},
        **{"firstname": "name", "lastname": "name"},
        **{"company": "job", "jobtitle": "job"},
        **{"twitterhandle": "x:handle", "website": "links"},
        **{"custom_properties": "fields", "hubspot_owner_id": "owner.id"},
    },
    "companies": {"hubspot_owner_id": "owner.id"},
    "deals": {"dealname": "refs", "hubspot_owner_id": "owner.id"},
}


def _object_table(name: str, properties: tuple[str, ...], description: str) -> Table:
    return Table(
        name=name,
        key=("id",),
        columns={
            "id": "text",
            **dict.fromkeys(properties, "text"),
            "created_at": "text",
            "updated_at": "text",
            "archived": "bool",
            "archived_at": "text",
            "merged_ids": "json",
            "custom_properties": "json",
            **({"portal_currency": "text"} if name == "deals" else {}),
        },
        personal=_PERSONAL.get(name, {}),
        description=description,
    )


CONTACTS = _object_table(
    "contacts", CONTACT_PROPERTIES, "A person in the CRM; archived ones with the flag."
)
COMPANIES = _object_table(
    "companies", COMPANY_PROPERTIES, "A company in the CRM; domain is free text there."
)
DEALS = _object_table(
    "deals", DEAL_PROPERTIES, "An opportunity; closedate of an open one is a forecast."
)
ASSOCIATIONS = Table(
    name="associations",
    key=("association_id",),
    columns={
        "association_id": "text",
        "from_type": "text",
        "from_id": "text",
        "to_type": "text",
        "to_id": "text",
        "type_id": "text",
        "category": "text",
        "label": "text",
        "archived": "bool",
    },
    personal={
        "association_id": "link",
        "from_id": "from.id",
        "to_id": "to.id",
    },
    description="A typed link between two objects; archived when no longer there.",
)
OWNERS = Table(
    name="owners",
    key=("id",),
    columns={
        "id": "text",
        "email": "text",
        "first_name": "text",
        "last_name": "text",
        "user_id": "text",
        "type": "text",
        "teams": "json",
        "created_at": "text",
        "updated_at": "text",
        "archived": "bool",
    },
    personal={
        "id": "owner.id",
        "email": "owner.email",
        "first_name": "owner.name",
        "last_name": "owner.name",
        "user_id": "owner.id",
    },
    description="A user of the CRM to whom deals and companies are assigned.",
)
PIPELINES = Table(
    name="pipelines",
    key=("pipeline_id", "stage_id"),
    columns={
        "pipeline_id": "text",
        "pipeline_label": "text",
        "stage_id": "text",
        "stage_label": "text",
        "display_order": "bigint",
        "is_closed": "text",
        "probability": "text",
        "archived": "bool",
    },
    description="One stage of one deal pipeline.",
)


@dataclass(frozen=True)
class ObjectType:
    """One kind of CRM object and how it is read."""

    table: Table
    properties: tuple[str, ...]
    modified: str  # the property that search filters on; contacts have their own
    setting: str  # names the custom properties to read besides


OBJECT_TYPES = (
    ObjectType(
        CONTACTS, CONTACT_PROPERTIES, "lastmodifieddate", "HUBSPOT_CONTACT_PROPERTIES"
    ),
    ObjectType(
        COMPANIES,
        COMPANY_PROPERTIES,
        "hs_lastmodifieddate",
        "HUBSPOT_COMPANY_PROPERTIES",
    ),
    ObjectType(
        DEALS, DEAL_PROPERTIES, "hs_lastmodifieddate", "HUBSPOT_DEAL_PROPERTIES"
    ),
)


def custom_properties(
    object_type: ObjectType, settings: Mapping[str, str]
) -> tuple[str, ...]:
    """Returns the extra properties configured for this kind of object, sorted."""
    names = re.split(r"[,\s]+", settings.get(object_type.setting, ""))
    return tuple(sorted({name for name in names if name} - {*object_type.properties}))


def object_row(
    found: Mapping[str, Any],
    object_type: ObjectType,
    *,
    custom: tuple[str, ...] = (),
    currency: str | None = None,
) -> dict[str, Any]:
    """Returns the raw row of one object of a list or search answer.

    Shape:  {"id": str, "properties": {name: str | None}, "createdAt": str,
             "updatedAt": str, "archived": bool, "archivedAt": str?}
    Raises: SchemaChanged if id or properties are absent.
    """
    name = object_type.table.name
    if not found.get("id") or not isinstance(found.get("properties"), Mapping):
        raise SchemaChanged(
            f"hubspot: an object of {name} has no id or no properties; "
            "the connector needs a change"
        )
    sent = found["properties"]
    row = {
        "id": str(found["id"]),
        **{field: _text(sent.get(field), field) for field in object_type.properties},
        "created_at": found.get("createdAt"),
        "updated_at": found.get("updatedAt"),
        "archived": bool(found.get("archived")),
        "archived_at": found.get("archivedAt"),
        "merged_ids": merged_ids(sent.get(MERGED)),
        "custom_properties": {field: sent.get(field) for field in custom} or None,
    }
    return {**row, "portal_currency": currency} if name == "deals" else row


def merged_ids(sent: str | None) -> list[str] | None:
    """Returns the ids in '76340251;46897301', in numeric order; None for none."""
    ids = {part.strip() for part in (sent or "").split(";") if part.strip()}
    return sorted(ids, key=lambda number: (len(number), number)) or None


def owner_row(found: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the raw row of one owner."""
    return {
        "id": str(found["id"]),
        "email": found.get("email"),
        "first_name": found.get("firstName"),
        "last_name": found.get("lastName"),
        "user_id": _text(found.get("userId"), "userId"),
        "type": found.get("type"),
        "teams": found.get("teams"),
        "created_at": found.get("createdAt"),
        "updated_at": found.get("updatedAt"),
        "archived": bool(found.get("archived")),
    }


def pipeline_rows(pipeline: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns one raw row per stage of a pipeline."""
    return [
        {
            "pipeline_id": str(pipeline["id"]),
            "pipeline_label": pipeline.get("label"),
            "stage_id": str(stage["id"]),
            "stage_label": stage.get("label"),
            "display_order": stage.get("displayOrder"),
            "is_closed": _text(
                (stage.get("metadata") or {}).get("isClosed"), "isClosed"
            ),
            "probability": (stage.get("metadata") or {}).get("probability"),
            "archived": bool(pipeline.get("archived")) or bool(stage.get("archived")),
        }
        for stage in pipeline.get("stages", [])
    ]


def _text(value: Any, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise SchemaChanged(
        f"hubspot: property {name} is no longer text but {type(value).__name__}; "
        "the connector needs a change"
    )
