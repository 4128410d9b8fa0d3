"""What Qiita sends and what of it lands: items without their bodies, users.

The same field of a profile comes as "" and as null: both land as null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sources._base.errors import SchemaChanged
from sources._base.source import Table
from sources._base.values import count_of, flag_of, object_of, text_of

ITEMS = Table(
    name="items",
    key=("id",),
    columns={
        "id": "text",
        "title": "text",
        "url": "text",
        "user_id": "text",
        "user_permanent_id": "text",
        "created_at": "text",
        "updated_at": "text",
        "tags": "json",
        "organization_url_name": "text",
        "slide": "bool",
        "likes_count": "bigint",
        "comments_count": "bigint",
        "stocks_count": "bigint",
        "reactions_count": "bigint",
        "page_views_count": "bigint",
    },
    personal={
        "id": "own_id",
        "title": "text",
        "url": "url",
        "user_id": "id",
        "user_permanent_id": "id",
    },
    description="Articles that match a query; a version is a snapshot of the counters.",
)
USERS = Table(
    name="users",
    key=("permanent_id",),
    columns={
        "permanent_id": "text",
        "id": "text",
        "name": "text",
        "description": "text",
        "location": "text",
        "organization": "text",
        "website_url": "text",
        "github_login_name": "text",
        "twitter_screen_name": "text",
        "facebook_id": "text",
        "linkedin_id": "text",
        "team_only": "bool",
        "followers_count": "bigint",
        "followees_count": "bigint",
        "items_count": "bigint",
    },
    personal={
        "permanent_id": "id",
        "id": "id",
        "name": "name",
        "description": "text",
        "location": "place",
        "organization": "job",
        "website_url": "links",
        "github_login_name": "github:handle",
        "twitter_screen_name": "x:handle",
        "facebook_id": "facebook:handle",
        "linkedin_id": "linkedin:handle",
    },
    # They move every day; a profile did not change for that.
    volatile=("followers_count", "followees_count", "items_count"),
    description="Authors of the items; permanent_id is stable, id (the name) is not.",
)


def items_of(body: Any) -> list[Mapping[str, Any]]:
    """The public items of an answer: those shared by link only are not ours to keep.

    Raises: SchemaChanged if it is no list of objects.
    """
    if not isinstance(body, list) or not all(isinstance(item, dict) for item in body):
        raise SchemaChanged(
            "GET /items answers with no list of items: compare with"
            " sources/qiita/README.md and change sources/qiita/items.py"
        )
    return [item for item in body if not flag_of(item.get("private"), "private")]


def item_row(item: Mapping[str, Any]) -> dict[str, Any]:
    """Projects an item; counters that older answers do not have stay null."""
    user = object_of(item.get("user"), "user")
    return {
        **_columns(ITEMS, item, leave_out=("tags", "user_id", "user_permanent_id")),
        "user_id": text_of(user.get("id"), "user.id"),
        "user_permanent_id": text_of(user.get("permanent_id"), "user.permanent_id"),
        "tags": [
            text_of(object_of(tag, "tags").get("name"), "tags.name")
            for tag in item.get("tags") or []
        ],
    }


def user_row(item: Mapping[str, Any]) -> dict[str, Any]:
    """Projects the author of an item."""
    return _columns(USERS, object_of(item.get("user"), "user"))


def _columns(
    table: Table, sent: Mapping[str, Any], *, leave_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    readers = {"text": _filled, "bigint": count_of, "bool": flag_of}
    return {
        name: readers[kind](sent.get(name), name)
        for name, kind in table.columns.items()
        if name not in leave_out
    }


def _filled(value: Any, name: str) -> str | None:
    return text_of(value, name) or None
