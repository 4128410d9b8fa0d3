"""Parts of HubSpot's answers: errors, association types, the pipeline."""

import hashlib
from typing import Any

from sources._sandbox.crm import STAGES
from sources._sandbox.crm_records import SINGULAR
from sources._sandbox.http import Reply, json_reply


def correlation_id(text: str) -> str:
    """An id in the usual shape, the same for the same text."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (
        f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
    )


def error(status: int, message: str, category: str = "") -> Reply:
    """An error body; the category may be missing."""
    body = {
        "status": "error",
        "message": message,
        "correlationId": correlation_id(message),
    }
    if category:
        body["category"] = category
    return json_reply(status, body)


def link_types(left: str, right: str, is_primary: bool) -> list[dict[str, Any]]:
    """HubSpot's own association types; a primary company has one more."""
    plain, primary = {
        ("contacts", "companies"): (279, 1),
        ("companies", "contacts"): (280, 2),
        ("deals", "companies"): (341, 5),
        ("companies", "deals"): (342, 6),
        ("deals", "contacts"): (3, None),
        ("contacts", "deals"): (4, None),
    }.get((left, right), (279, None))
    types: list[dict[str, Any]] = []
    if is_primary and primary and left != "companies":
        types.append(
            {"category": "HUBSPOT_DEFINED", "typeId": primary, "label": "Primary"}
        )
    types.append({"category": "HUBSPOT_DEFINED", "typeId": plain, "label": None})
    return types


def pipeline() -> dict[str, Any]:
    """The default sales pipeline, all values texts."""
    dates = {"createdAt": "1970-01-01T00:00:00Z", "updatedAt": "1970-01-01T00:00:00Z"}
    stages = [
        {
            "label": label,
            "displayOrder": place,
            "metadata": {"isClosed": is_closed, "probability": probability},
            "id": name,
            **dates,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
            "archived": False,
        }
        for place, (name, label, is_closed, probability) in enumerate(STAGES)
    ]
    return {
        "label": "Sales Pipeline",
        "displayOrder": 0,
        "id": "default",
        "stages": stages,
        **dates,
        "archived": False,
    }


def no_links(left: str, right: str, number: str) -> dict[str, Any]:
    """The error that stands for an id without links in a 207."""
    one, other = SINGULAR[left], SINGULAR[right]
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {other} is associated with {one} {number}.",
        "context": {
            "fromObjectId": [number],
            "fromObjectType": [one],
            "toObjectType": [other],
        },
    }
