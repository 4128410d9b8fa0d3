"""Article lists that Zenn and note give as JSON, read like a feed.

    https://zenn.dev/api/articles?username=NAME&order=latest
    https://note.com/api/v2/creators/NAME/contents?kind=note&page=1

Both are unofficial and may vanish; RSS is the contract. They are read only when such an
address is configured, and only its one page: a window like any feed.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sources.feeds.addresses import canonical_url
from sources.feeds.parse import Feed, NotAFeed

OF_ONE = re.compile(r"[?&]username=|/creators/")


def parse_json(content: bytes, *, feed_url: str) -> Feed:
    """Returns the articles in an answer of Zenn's or note's API.

    Raises: NotAFeed.
    """
    try:
        answer = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise NotAFeed("the JSON document cannot be read") from error
    try:
        if "articles" in answer:
            rows = [_zenn_row(article, feed_url) for article in answer["articles"]]
            return _feed(rows, feed_url, "zenn", "https://zenn.dev")
        if "contents" in answer.get("data", {}):
            rows = [_note_row(note, feed_url) for note in answer["data"]["contents"]]
            return _feed(rows, feed_url, "note", "https://note.com")
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise NotAFeed("the list of articles has another shape than before") from error
    raise NotAFeed("it is JSON, but no list of articles of Zenn or note")


def _feed(rows: list[dict[str, Any]], feed_url: str, platform: Any, home: str) -> Feed:
    handles = {row["author_handle"] for row in rows}
    is_of_one = len(handles) == 1 and (
        "username=" in feed_url or "/creators/" in feed_url
    )
    kind: Any = "author" if is_of_one else "hashtag"
    return Feed(
        title=None,
        link=f"{home}/{handles.pop()}" if is_of_one else home,
        platform=platform,
        kind=kind,
        entries=tuple({**row, "feed_kind": kind} for row in rows),
        refused=(),
    )


def _zenn_row(article: dict[str, Any], feed_url: str) -> dict[str, Any]:
    url = f"https://zenn.dev{article['path']}"
    user = article.get("user") or {}
    return {
        "feed_url": feed_url,
        "entry_key": url,
        "platform": "zenn",
        "site": "zenn.dev",
        "url": url,
        "canonical_url": canonical_url(url),
        "title": article.get("title"),
        "author_name": user.get("name"),
        "author_handle": user.get("username"),
        "published_text": article.get("published_at"),
        "updated_text": article.get("body_updated_at"),
        "tags": [],
        "summary_text": None,
    }


def _note_row(content: dict[str, Any], feed_url: str) -> dict[str, Any]:
    url = content["noteUrl"]
    return {
        "feed_url": feed_url,
        "entry_key": url,
        "platform": "note",
        "site": "note.com",
        "url": url,
        "canonical_url": canonical_url(url),
        "title": content.get("name"),
        "author_name": None,
        "author_handle": canonical_url(url).split("/")[3],
        "published_text": content.get("publishAt"),
        "updated_text": None,
        "tags": [],
        "summary_text": None,
    }
