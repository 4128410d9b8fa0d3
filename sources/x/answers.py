"""What one answer of X API v2 holds: posts, posts they refer to, users, errors.

Absent keys mean "none" (an empty page has no `data`); counters that older answers do
not have stay null, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sources._base.errors import SchemaChanged
from sources._base.values import count_of, flag_of, object_of, text_of

# Ids made since November 2010 carry their moment: milliseconds since this one.
_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
_FIRST_TIMED_ID = 29_700_859_247
_COUNTERS = (
    "like_count",
    "retweet_count",
    "reply_count",
    "quote_count",
    "impression_count",
    "bookmark_count",
)
_USER_COUNTERS = (
    "followers_count",
    "following_count",
    "tweet_count",
    "listed_count",
)
_REFERENCES = {
    "replied_to": "replied_to_id",
    "quoted": "quoted_id",
    "retweeted": "reposted_id",
}


@dataclass(frozen=True)
class Page:
    """One answer. errors: what X says it could not show, though it answered 200."""

    posts: list[dict[str, Any]]
    referenced: list[dict[str, Any]]
    users: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    next_token: str | None


def page_of(body: Any) -> Page:
    """Reads an answer of a search.

    Raises: SchemaChanged if it holds neither posts nor the count of them.
    """
    if not isinstance(body, dict) or not ("data" in body or "meta" in body):
        raise SchemaChanged(
            "GET /tweets/search/recent answers with neither data nor meta: compare with"
            " sources/x/README.md and change sources/x/answers.py"
        )
    includes = object_of(body.get("includes"), "includes")
    token = object_of(body.get("meta"), "meta").get("next_token")
    return Page(
        posts=[post_row(p, is_referenced=False) for p in _list(body, "data")],
        referenced=[post_row(p, is_referenced=True) for p in _list(includes, "tweets")],
        users=[user_row(user) for user in _list(includes, "users")],
        errors=_list(body, "errors"),
        next_token=text_of(token, "next_token"),
    )


def post_row(post: Mapping[str, Any], *, is_referenced: bool) -> dict[str, Any]:
    """Projects a post; t.co links become the addresses they lead to."""
    post_id = _id(post)
    entities = object_of(post.get("entities"), "entities")
    metrics = object_of(post.get("public_metrics"), "public_metrics")
    texts = (
        "text",
        "author_id",
        "conversation_id",
        "in_reply_to_user_id",
        "lang",
        "source",
    )
    return {
        "id": post_id,
        **{name: text_of(post.get(name), name) for name in texts},
        "created_at": text_of(post.get("created_at"), "created_at")
        or created_at_of(post_id),
        "is_referenced": is_referenced,
        **dict.fromkeys(_REFERENCES.values()),
        **dict(_references(post)),
        "first_version_id": next(iter(_texts(post, "edit_history_tweet_ids")), None),
        "urls": [
            url.get("expanded_url") or url.get("url") for url in _list(entities, "urls")
        ],
        "hashtags": [tag.get("tag") for tag in _list(entities, "hashtags")],
        "mentions": [user.get("username") for user in _list(entities, "mentions")],
        **{name: count_of(metrics.get(name), name) for name in _COUNTERS},
    }


def user_row(user: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a user."""
    metrics = object_of(user.get("public_metrics"), "public_metrics")
    texts = ("username", "name", "location", "created_at")
    return {
        "id": _id(user),
        **{name: text_of(user.get(name), name) for name in texts},
        "description": _description(user),
        "url": _profile_url(user),
        "verified": flag_of(user.get("verified"), "verified"),
        "protected": flag_of(user.get("protected"), "protected"),
        **{name: count_of(metrics.get(name), name) for name in _USER_COUNTERS},
    }


def created_at_of(post_id: str) -> str | None:
    """The moment a post's id was made, for answers that do not say created_at."""
    number = int(post_id)
    if number < _FIRST_TIMED_ID:
        return None
    moment = _EPOCH + timedelta(milliseconds=number >> 22)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _references(post: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for reference in _list(post, "referenced_tweets"):
        column = _REFERENCES.get(str(reference.get("type")))
        if column:
            yield column, text_of(reference.get("id"), "referenced_tweets.id")


def _profile_url(user: Mapping[str, Any]) -> str | None:
    entities = object_of(user.get("entities"), "entities")
    for url in _list(object_of(entities.get("url"), "entities.url"), "urls"):
        if url.get("expanded_url"):
            return text_of(url["expanded_url"], "expanded_url")
    return text_of(user.get("url"), "url") or None


def _description(user: Mapping[str, Any]) -> str | None:
    # A profile's own words hold t.co addresses; what they lead to stands beside them
    # and names the person's other accounts.
    words = text_of(user.get("description"), "description")
    entities = object_of(user.get("entities"), "entities")
    for url in _list(object_of(entities.get("description"), "description"), "urls"):
        if words and url.get("url") and url.get("expanded_url"):
            words = words.replace(str(url["url"]), str(url["expanded_url"]))
    return words


def _id(row: Mapping[str, Any]) -> str:
    found = text_of(row.get("id"), "id")
    if not found or not found.isdecimal():
        raise SchemaChanged(
            "X sends a post or user whose id is no number: change sources/x/answers.py"
        )
    return found


def _list(row: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = row.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise SchemaChanged(f"X sends {name} as no list: change sources/x/answers.py")
    return found


def _texts(row: Mapping[str, Any], name: str) -> list[str]:
    return [text for item in row.get(name) or [] if (text := text_of(item, name))]
