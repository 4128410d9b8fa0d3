"""Keys and types by the contracts' own tables: these need no recording beside them.

A type is a word, `?` means null is allowed, a key with `?` may be absent.
"""

from typing import Any

import pytest

from sources._sandbox.community import Community
from tests.sandbox.conftest import Client
from tests.sandbox.shapes import type_of

TEXT, NUMBER, FLAG, LIST, THING = "string", "number", "boolean", "array", "object"
EVENT = {
    "id": NUMBER, "title": TEXT, "catch": "string?", "description": "string?",
    "url": TEXT, "image_url": "string?", "hash_tag": "string?",
    "started_at": "string?", "ended_at": "string?", "published_at?": TEXT,
    "limit": "number?", "event_type": TEXT, "open_status": TEXT, "group": "object?",
    "address": "string?", "place": "string?", "lat": "string?", "lon": "string?",
    "owner_id": NUMBER, "owner_nickname": TEXT, "owner_display_name": TEXT,
    "accepted": NUMBER, "waiting": NUMBER, "updated_at": TEXT,
}  # fmt: skip
GROUP = {
    "id": NUMBER, "subdomain": TEXT, "title": TEXT, "sub_title": TEXT, "url": TEXT,
    "description": TEXT, "owner_text": TEXT, "image_url": TEXT, "website_url": TEXT,
    "website_name": TEXT, "twitter_username": TEXT, "facebook_url": "string?",
    "member_users_count": NUMBER,
}  # fmt: skip
USER = {
    "id": NUMBER, "nickname": TEXT, "display_name": TEXT, "description": "string?",
    "url": TEXT, "image_url": "string?", "created_at": TEXT,
    "attended_event_count": NUMBER, "organize_event_count": NUMBER,
    "presenter_event_count": NUMBER, "bookmark_event_count": NUMBER,
}  # fmt: skip
PRESENTATION = {
    "user": THING, "url": TEXT, "name": TEXT, "presenter": "object?",
    "presentation_type": TEXT, "created_at": TEXT,
}  # fmt: skip
POST = {
    "id": TEXT, "text": TEXT, "edit_history_tweet_ids": LIST, "author_id": TEXT,
    "created_at": TEXT, "conversation_id": TEXT, "in_reply_to_user_id?": TEXT,
    "lang": TEXT, "public_metrics": THING, "referenced_tweets?": LIST,
    "entities?": THING, "possibly_sensitive": FLAG,
}  # fmt: skip
X_USER = {
    "id": TEXT, "name": TEXT, "username": TEXT, "created_at": TEXT, "description": TEXT,
    "entities?": THING, "location?": TEXT, "url?": TEXT, "verified": FLAG,
    "verified_type": TEXT, "protected": FLAG, "profile_image_url": TEXT,
    "subscription_type": TEXT, "public_metrics": THING,
}  # fmt: skip
RECORD = {
    "id": TEXT, "properties": THING, "createdAt": TEXT, "updatedAt": TEXT,
    "archived": FLAG, "archivedAt?": TEXT, "associations?": THING, "url?": TEXT,
}  # fmt: skip
OWNER = {
    "id": TEXT, "email": TEXT, "type": TEXT, "firstName": TEXT, "lastName": TEXT,
    "userId": NUMBER, "userIdIncludingInactive?": NUMBER, "createdAt": TEXT,
    "updatedAt": TEXT, "archived": FLAG,
}  # fmt: skip
STAGE = {
    "label": TEXT, "displayOrder": NUMBER, "metadata": THING, "id": TEXT,
    "createdAt": TEXT, "updatedAt": TEXT, "writePermissions?": TEXT, "archived": FLAG,
}  # fmt: skip


def check(record: dict[str, Any], table: dict[str, str]) -> None:
    """Every key known and of its type, no key missing but optional ones."""
    types = {key.rstrip("?"): kind for key, kind in table.items()}
    assert set(record) <= set(types)
    assert {key for key in table if not key.endswith("?")} <= set(record)
    for key, value in record.items():
        allowed = {types[key].rstrip("?")} | (
            {"null"} if types[key].endswith("?") else set()
        )
        assert type_of(value) in allowed, (key, value)


@pytest.mark.parametrize(
    ("path", "key", "table"),
    [
        ("/events/", "events", EVENT),
        ("/groups/", "groups", GROUP),
        ("/users/", "users", USER),
    ],
)
def test_connpass_records_have_the_keys_of_the_contract(
    client: Client, path: str, key: str, table: dict[str, str]
) -> None:
    body = client.connpass(path, count=100).json()
    assert set(body) == {"results_returned", "results_available", "results_start", key}
    assert body[key]
    for record in body[key]:
        check(record, table)


def test_connpass_words_are_those_of_the_contract(client: Client) -> None:
    events = client.connpass("/events/", count=100).json()["events"]
    assert {row["open_status"] for row in events} <= {
        "preopen",
        "open",
        "close",
        "cancelled",
    }
    assert {row["event_type"] for row in events} <= {"participation", "advertisement"}
    for row in events:
        assert set(row["group"]) == {"id", "subdomain", "title", "url"}
        assert row["hash_tag"] is None or not row["hash_tag"].startswith("#")


def test_presentations_have_the_keys_of_the_contract(
    client: Client, community: Community
) -> None:
    number = community.presentations[0].event
    rows = client.connpass(f"/events/{number}/presentations/").json()["presentations"]
    assert rows
    for row in rows:
        check(row, PRESENTATION)
        assert set(row["user"]) == {"id", "nickname"}
        assert row["presentation_type"] in ("slide", "movie", "blog")


def test_posts_and_users_of_x_have_the_keys_of_the_contract(busy: Client) -> None:
    fields = {name.rstrip("?") for name in POST} - {
        "id",
        "text",
        "edit_history_tweet_ids",
    }
    user_fields = {name.rstrip("?") for name in X_USER} - {"id", "name", "username"}
    body = busy.x(
        "/tweets/search/recent", query="#tsunagari", max_results=100,
        tweet__fields=",".join(fields), user__fields=",".join(user_fields),
        expansions="author_id,referenced_tweets.id",
    ).json()  # fmt: skip
    assert set(body) - {"errors"} == {"data", "includes", "meta"}
    assert set(body["meta"]) == {"newest_id", "oldest_id", "result_count", "next_token"}
    for post in body["data"] + body["includes"]["tweets"]:
        check(post, POST)
        assert set(post["public_metrics"]) == {
            "retweet_count", "reply_count", "like_count", "quote_count",
            "bookmark_count", "impression_count",
        }  # fmt: skip
        assert post["created_at"].endswith("Z")
        assert int(post["id"]) > 2**53
    for user in body["includes"]["users"]:
        check(user, X_USER)
    kinds = {
        ref["type"]
        for post in body["data"]
        for ref in post.get("referenced_tweets", [])
    }
    assert kinds == {"retweeted", "quoted", "replied_to"}


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals"])
def test_hubspots_records_have_the_keys_of_the_contract(
    client: Client, kind: str
) -> None:
    listed = client.hubspot(
        f"/crm/v3/objects/{kind}", limit=10, associations="companies"
    )
    found = client.hubspot(f"/crm/v3/objects/{kind}/search", {"limit": 10}).json()
    assert set(listed.json()) == {"results", "paging"}
    assert set(listed.json()["paging"]["next"]) == {"after", "link"}
    assert set(found) == {"total", "results", "paging"}
    assert set(found["paging"]["next"]) == {"after"}
    for row in listed.json()["results"] + found["results"]:
        check(row, RECORD)
        assert all(
            type_of(value) in ("string", "null") for value in row["properties"].values()
        )
    assert all("associations" not in row for row in found["results"])


def test_hubspots_owners_and_stages_have_the_keys_of_the_contract(
    client: Client,
) -> None:
    for owner in client.hubspot("/crm/v3/owners").json()["results"]:
        check(owner, OWNER)
    pipeline = client.hubspot("/crm/v3/pipelines/deals").json()["results"][0]
    for stage in pipeline["stages"]:
        check(stage, STAGE)
        assert set(stage["metadata"]) == {"isClosed", "probability"}
        assert all(isinstance(value, str) for value in stage["metadata"].values())
    closed = [
        s["id"] for s in pipeline["stages"] if s["metadata"]["isClosed"] == "true"
    ]
    assert closed == ["closedwon", "closedlost"]


def test_association_answers_have_the_keys_of_the_contract(client: Client) -> None:
    deals = client.hubspot("/crm/v3/objects/deals", limit=100).json()["results"]
    body = {"inputs": [{"id": row["id"]} for row in deals] + [{"id": "9"}]}
    answer = client.hubspot("/crm/v4/associations/deals/companies/batch/read", body)
    assert answer.status_code == 207
    assert set(answer.json()) == {
        "completedAt", "status", "startedAt", "results", "errors", "numErrors"
    }  # fmt: skip
    for row in answer.json()["results"]:
        assert isinstance(row["from"]["id"], str)
        for target in row["to"]:
            assert isinstance(target["toObjectId"], int)
            for kind in target["associationTypes"]:
                assert set(kind) == {"category", "typeId", "label"}
    error = answer.json()["errors"][0]
    assert error["category"] == "OBJECT_NOT_FOUND"
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["context"]["fromObjectId"] == ["9"]
