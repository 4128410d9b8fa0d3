"""Asks every configured feed once and yields its entries; one bad feed costs no other.

State: {"feeds": {feed_url: {"etag", "last_modified", "row"}}}; row: as last landed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sources._base.errors import Rejected, SourceError
from sources._base.http import Answer, HttpSession
from sources._base.source import Run, Table
from sources.feeds.json_answers import parse_json
from sources.feeds.parse import Feed, NotAFeed, parse_feed

HOSTS_AT_ONCE = 8  # each host is asked one request at a time

FEEDS = Table(
    name="feeds",
    key=("feed_url",),
    columns={
        "feed_url": "text",
        "title": "text",
        "link": "text",
        "platform": "text",
        "kind": "text",
        "status": "text",
        "etag": "text",
        "last_modified": "text",
        "items": "bigint",
    },
    personal={
        "feed_url": "page",
        "title": "name",
        "link": "url",
    },
    description="A configured feed as last read; status 'active', or 'gone' after 410.",
    volatile=("etag", "last_modified"),
)
ENTRIES = Table(
    name="entries",
    key=("feed_url", "entry_key"),
    columns={
        "feed_url": "text",
        "entry_key": "text",
        "feed_kind": "text",
        "platform": "text",
        "site": "text",
        "url": "text",
        "canonical_url": "text",
        "title": "text",
        "author_name": "text",
        "author_handle": "text",
        "published_text": "text",
        "updated_text": "text",
        "tags": "json",
        "summary_text": "text",
    },
    personal={
        "feed_url": "page",
        "entry_key": "url",
        "url": "url",
        "canonical_url": "url",
        "title": "text",
        "author_name": "name_id",
        "author_handle": "id",
        "summary_text": "text",
    },
    description="A post in a feed; a post that stands in two feeds is two rows.",
)


@dataclass(frozen=True)
class Asked:
    """What came of asking one feed: an answer or an error."""

    feed_url: str
    outcome: Answer | SourceError


def feed_resources(run: Run) -> Iterable[Any]:
    """Yields the two resources; `entries` asks the feeds, `feeds` tells what came."""
    feed_rows: list[dict[str, Any]] = []
    yield run.table(ENTRIES, lambda: read_feeds(run, feed_rows))
    yield run.table(FEEDS, lambda: feed_rows)


def read_feeds(run: Run, feed_rows: list[dict[str, Any]]) -> Iterator[Any]:
    """Yields: a list of entry rows per feed, in the order configured.

    feed_rows: filled with one row per feed that answered anew.

    Raises: the first error when not a single feed answered.
    """
    urls = configured_urls(run.settings["FEEDS_URLS"])
    before: dict[str, dict[str, Any]] = run.state.get("feeds", {})
    after = {url: before[url] for url in urls if url in before}
    due = [url for url in urls if run.full or not _is_gone(after.get(url))]
    answers = ask(run, due, {} if run.full else after)
    _refuse_if_all_failed(answers)
    for asked in answers:
        entries = _read_one(run, asked, after, feed_rows)
        if entries:
            yield entries
    run.state["feeds"] = after


def probe(run: Run) -> str:
    """Reads the first configured feed: is it one, and what is it called?"""
    url = configured_urls(run.settings["FEEDS_URLS"])[0]
    try:
        feed = _parse(_session(run, url).get(address(run, url)), url)
    except NotAFeed as error:
        raise Rejected(f"{url} is not read: {error}") from error
    return f"{feed.title or url} answers with {len(feed.entries)} posts"


def configured_urls(setting: str) -> list[str]:
    """Returns the addresses of FEEDS_URLS in order, each once."""
    return list(dict.fromkeys(url for url in re.split(r"[,\s]+", setting) if url))


def ask(
    run: Run, urls: list[str], known: Mapping[str, Mapping[str, Any]]
) -> list[Asked]:
    """Returns one answer or error per feed; hosts side by side, a host's in a row."""
    by_session: dict[HttpSession, list[str]] = defaultdict(list)
    for url in urls:
        by_session[_session(run, url)].append(url)

    def ask_host(session: HttpSession) -> list[Asked]:
        return [
            Asked(url, _outcome(session, address(run, url), known.get(url, {})))
            for url in by_session[session]
        ]

    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        answers = [asked for host in pool.map(ask_host, by_session) for asked in host]
    return sorted(answers, key=lambda asked: urls.index(asked.feed_url))


def address(run: Run, feed_url: str) -> str:
    """Returns where a feed is asked: its own address, or its stand-in server's.

    With FEEDS_BASE_URL, https://zenn.dev/a/feed is asked at <base>/zenn.dev/a/feed and
    /zenn/a/feed at <base>/zenn/a/feed: a feed keeps its name when the server moves.
    """
    base = run.settings.get("FEEDS_BASE_URL")
    path = feed_url.partition("://")[2] or feed_url.lstrip("/")
    return f"{base.rstrip('/')}/{path}" if base else feed_url


def _session(run: Run, feed_url: str) -> HttpSession:
    parts = urlsplit(address(run, feed_url))
    return run.http(
        run.settings.get("FEEDS_BASE_URL") or f"{parts.scheme}://{parts.netloc}"
    )


def _outcome(
    session: HttpSession, url: str, known: Mapping[str, Any]
) -> Answer | SourceError:
    headers = {"Accept": "application/atom+xml, application/rss+xml, application/xml"}
    if known.get("etag"):
        headers["If-None-Match"] = known["etag"]
    if known.get("last_modified"):
        headers["If-Modified-Since"] = known["last_modified"]
    try:
        return session.get(url, headers)
    except SourceError as error:
        return error


def _refuse_if_all_failed(answers: list[Asked]) -> None:
    errors = [
        a.outcome
        for a in answers
        if isinstance(a.outcome, SourceError) and a.outcome.status != 410
    ]
    if errors and len(errors) == len(answers):
        first = errors[0]
        raise type(first)(
            f"none of the {len(errors)} feeds answered; the first: {first.message}",
            status=first.status,
            method=first.method,
            url=first.url,
        )


def _read_one(
    run: Run,
    asked: Asked,
    after: dict[str, dict[str, Any]],
    feed_rows: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Returns the entries of one feed; sets it aside with the reason if it has none."""
    url, outcome = asked.feed_url, asked.outcome
    if isinstance(outcome, SourceError):
        if outcome.status != 410:
            run.quarantine("feeds", outcome.message, url)
            return []
        row = {**after.get(url, {}).get("row", {"feed_url": url}), "status": "gone"}
        feed_rows.append(row)
        after[url] = {"row": row}
        return []
    if outcome.status == 304:
        return []
    try:
        feed = _parse(outcome, url)
    except NotAFeed as error:
        run.quarantine("feeds", f"{url} is not read: {error}", url)
        return []
    row = _feed_row(feed, url, outcome)
    feed_rows.append(row)
    after[url] = {"row": row}
    if _is_whole(feed):
        after[url] |= {"etag": row["etag"], "last_modified": row["last_modified"]}
    for reason, payload in feed.refused:
        run.quarantine("entries", f"{url}: {reason}", payload)
    return list(feed.entries)


def _is_whole(feed: Feed) -> bool:
    # A feed without posts, or whose dates are no dates, is having a bad day: it is
    # asked for again whole, or the platform's "not modified" would keep us from it.
    dates = [entry["published_text"] or entry["updated_text"] for entry in feed.entries]
    return bool(dates) and all(re.search(r"\d", text or "") for text in dates)


def _parse(answer: Answer, feed_url: str) -> Feed:
    if answer.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return parse_json(answer.content, feed_url=feed_url)
    content_type = answer.headers.get("Content-Type", "")
    return parse_feed(answer.content, feed_url=feed_url, content_type=content_type)


def _feed_row(feed: Feed, feed_url: str, answer: Answer) -> dict[str, Any]:
    return {
        "feed_url": feed_url,
        "title": feed.title,
        "link": feed.link,
        "platform": feed.platform,
        "kind": feed.kind,
        "status": "active",
        "etag": answer.headers.get("ETag"),
        "last_modified": answer.headers.get("Last-Modified"),
        "items": len(feed.entries) + len(feed.refused),
    }


def _is_gone(known: Mapping[str, Any] | None) -> bool:
    return bool(known) and (known or {}).get("row", {}).get("status") == "gone"
