"""From the bytes of a feed to its entries: RSS 0.9-2.0, RSS 1.0 (RDF), Atom.

Data flow:
    bytes -> refuse what is no feed -> feedparser (no network, HTML made safe) -> rows

Nothing here knows the network or the clock.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import io
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXParseException  # noqa: S406  the class alone; nothing is parsed

import feedparser

from sources.feeds.addresses import (
    BOOKMARKS,
    HANDLE,
    Kind,
    Platform,
    canonical_url,
    handle_of,
    host_of,
    kind_of,
    platform_of,
)

LARGEST = 20_000_000  # bytes, unpacked; the largest real feed seen has 0.2 MB
SUMMARY = 280  # characters kept of a post's summary
ENTITY = re.compile(rb"<!ENTITY(?P<declared>[^>]*)>", re.I)
# A character under a name, as old feeds declare &nbsp;, can neither grow nor reach out.
HARMLESS_ENTITY = re.compile(rb"""\s+\w+\s+(["'])(&#\w+;|[^&<"']{0,16})\1\s*""")
BLOCKS = frozenset({"p", "br", "div", "li", "h1", "h2", "h3", "td", "pre"})
BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
EMAIL = re.compile(r"[^\s()<>]+@[^\s()<>]+")
END = re.compile(rb"</(?:[\w-]+:)?(rss|feed|RDF)\s*>\s*(<!--.*?-->\s*)*$", re.S)


class NotAFeed(ValueError):
    """The document is no feed we can read; the message says why, in one clause."""


@dataclass(frozen=True)
class Feed:
    """A feed as it stands in one document.

    entries: rows of the table `entries`; refused: (reason, what it was) of items
    without anything to know them by.
    """

    title: str | None
    link: str | None
    platform: Platform
    kind: Kind
    entries: tuple[dict[str, Any], ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Home:
    """What is known of a feed before its entries are read."""

    feed_url: str
    kind: Kind
    platform: Platform
    handle: str | None
    is_bookmarks: bool


def parse_feed(content: bytes, *, feed_url: str, content_type: str = "") -> Feed:
    """Returns the feed in these bytes.

    feed_url: relative addresses are resolved against it unless xml:base says otherwise.
    content_type: as sent; an encoding named there counts as feedparser ranks it.

    Raises: NotAFeed.
    """
    document = _clean(content)
    _refuse_dangerous(document)
    headers = {
        "content-type": content_type or "application/xml",
        "content-location": feed_url,
    }
    parsed = _parsed(document, headers)
    if not parsed.get("version"):
        raise NotAFeed(_what_it_is(document))
    if parsed.get("bozo") and not END.search(_ascii(document[-2_000:])):
        raise NotAFeed("the document ends in the middle; it is read again next time")
    return _feed(parsed, feed_url)


def plain_text(markup: str | None, *, is_html: bool = True) -> str | None:
    """Returns the words alone: no tags, entities read, white space joined, or None."""
    if markup is None:
        return None
    text = html.unescape(_without_tags(markup) if is_html else markup)
    return " ".join(text.split()) or None


def entry_key(
    guid: str | None, link: str | None, title: str | None, published: str | None
) -> str | None:
    """Returns what the entry is known by: id, else link, else title and date."""
    if guid or link:
        return guid or link
    if not title:
        return None
    digest = hashlib.blake2b(f"{title}\n{published or ''}".encode(), digest_size=12)
    return f"hash:{digest.hexdigest()}"


def _parsed(document: bytes, headers: dict[str, str]) -> Any:
    """Parses strictly; after an error once more with its usual causes mended."""
    # feedparser would take a str for a URL and bytes for a file name; a stream is
    # neither, so nothing outside this document can be read.
    parsed = feedparser.parse(io.BytesIO(document), response_headers=headers)
    if not isinstance(parsed.get("bozo_exception"), SAXParseException):
        return parsed
    mended = BARE_AMPERSAND.sub(b"&amp;", CONTROL.sub(b"", document))
    again = feedparser.parse(io.BytesIO(mended), response_headers=headers)
    is_better = not isinstance(again.get("bozo_exception"), SAXParseException)
    return again if is_better else parsed


def _clean(content: bytes) -> bytes:
    """Unpacks gzip and drops a BOM and blank lines before the XML declaration."""
    if content[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(content)) as unpacked:
                content = unpacked.read(LARGEST + 1)
        except (OSError, EOFError) as error:
            raise NotAFeed("the gzip file is broken") from error
    if len(content) > LARGEST:
        raise NotAFeed(f"the document is larger than {LARGEST:,} bytes")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content  # UTF-16: its BOM says how to read it
    before = None
    while before != content:
        before, content = content, content.lstrip().removeprefix(b"\xef\xbb\xbf")
    return content


def _refuse_dangerous(document: bytes) -> None:
    """Raises NotAFeed on declared entities that grow (billion laughs) or reach out."""
    doctype = _from_doctype(_ascii(document).lstrip(b"\xff\xfe"))
    if b"[" not in doctype.partition(b">")[0]:
        return
    for entity in ENTITY.finditer(doctype):
        if not HARMLESS_ENTITY.fullmatch(entity["declared"]):
            raise NotAFeed("the document declares XML entities, which no feed needs")


def _from_doctype(text: bytes) -> bytes:
    """Returns the text from its DOCTYPE on; b'' when the root element comes first."""
    ends = {b"<?": b"?>", b"<!--": b"-->"}
    while True:
        text = text.lstrip()
        opening = next((start for start in ends if text.startswith(start)), None)
        if opening is None:
            return text if text[:9].upper() == b"<!DOCTYPE" else b""
        text = text.partition(ends[opening])[2]


def _ascii(document: bytes) -> bytes:
    # UTF-16 and UTF-32 spell ASCII with zero bytes between; mark-up is ASCII.
    return document.replace(b"\x00", b"")


def _what_it_is(document: bytes) -> str:
    start = _ascii(document[:2_000]).lower()
    if not start.strip():
        return "the document is empty"
    if b"<html" in start or b"<!doctype html" in start:
        return "it is a web page (HTML), not a feed: check the address"
    return "it is neither RSS nor Atom: check the address"


def _feed(parsed: Any, feed_url: str) -> Feed:
    head = parsed.feed
    link = head.get("link")
    is_hatena_blog = "hatena::blog" in str(head.get("generator", "")).lower()
    site = link or ""
    platform: Platform = "hatena" if is_hatena_blog else platform_of(feed_url)
    if platform == "blog":
        platform = platform_of(site)
    kind = "author" if is_hatena_blog else kind_of(feed_url, site)
    handle = handle_of(feed_url) or handle_of(site) if kind == "author" else None
    home = Home(
        feed_url=feed_url,
        kind=kind,
        platform=platform,
        handle=handle,
        is_bookmarks=BOOKMARKS in (host_of(feed_url), host_of(site)),
    )
    entries, refused = [], []
    for entry in parsed.entries:
        row = _row(entry, home)
        if row is None:
            what = plain_text(entry.get("summary")) or "an empty item"
            refused.append(("the item has no id, link or title", what[:SUMMARY]))
        else:
            entries.append(row)
    entries, repeated = _with_own_keys(entries)
    return Feed(
        title=plain_text(head.get("title")),
        link=canonical_url(link) if link else None,
        platform=platform,
        kind=kind,
        entries=tuple(_without_publications(entries, home)),
        refused=(*refused, *repeated),
    )


def _with_own_keys(
    entries: list[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """Keeps one row per key; sites that give every post one id are keyed by link."""
    count = Counter(row["entry_key"] for row in entries)
    kept: dict[str, dict[str, Any]] = {}
    repeated = []
    for row in entries:
        if count[row["entry_key"]] > 1 and row["url"]:
            row = {**row, "entry_key": row["url"]}
        if row["entry_key"] in kept:
            repeated.append(("the item is twice in one feed", row["entry_key"]))
        else:
            kept[row["entry_key"]] = row
    return list(kept.values()), repeated


def _row(entry: Any, home: Home) -> dict[str, Any] | None:
    link = entry.get("link")
    url = urljoin(home.feed_url, link.strip()) if link else None
    detail = entry.get("title_detail") or {}
    is_html = str(detail.get("type", "text/html")).endswith("html")
    title = plain_text(entry.get("title"), is_html=is_html)
    published = entry.get("published")
    # feedparser's own dict answers `published` when asked for an absent `updated`.
    updated = dict.get(entry, "updated")
    key = entry_key(entry.get("id"), url, title, published or updated)
    if key is None:
        return None
    # in a list of bookmarks the creator is who bookmarked, not who wrote
    name = None if home.is_bookmarks else _author_name(entry)
    platform = _entry_platform(url, home)
    return {
        "feed_url": home.feed_url,
        "entry_key": key,
        "feed_kind": home.kind,
        "platform": platform,
        "site": host_of(url or home.feed_url) or None,
        "url": url,
        "canonical_url": canonical_url(url) if url else None,
        "title": title,
        "author_name": name,
        "author_handle": _entry_handle(url, name, platform, home),
        "published_text": published,
        "updated_text": updated,
        "tags": sorted({t for tag in entry.get("tags", []) if (t := _tag(tag))}),
        "summary_text": (plain_text(entry.get("summary")) or "")[:SUMMARY] or None,
    }


def _tag(tag: Any) -> str | None:
    return plain_text(tag.get("term") or tag.get("label"))


def _author_name(entry: Any) -> str | None:
    """The name alone: an e-mail address beside it in RSS is left where it is."""
    sent = str(entry.get("author") or entry.get("note_creatorname") or "")
    return plain_text(EMAIL.sub("", sent).strip(" ()<>,") if "@" in sent else sent)


def _entry_platform(url: str | None, home: Home) -> Platform:
    # A bookmark feed lists pages of others; an author's own feed lies on one platform.
    if home.kind == "author" and home.platform != "blog":
        return home.platform
    return platform_of(url or home.feed_url)


def _entry_handle(
    url: str | None, name: str | None, platform: Platform, home: Home
) -> str | None:
    if platform == "hatena" and home.kind == "author" and name:
        # A Hatena blog's author is the Hatena id; the blog's address need not be.
        return name if HANDLE.fullmatch(name) else home.handle
    # The owner first: a Zenn article of a publication shows the publication's name.
    return home.handle or (handle_of(url) if url else None)


def _without_publications(
    entries: list[dict[str, Any]], home: Home
) -> list[dict[str, Any]]:
    """Drops handles that several authors share in one feed: those are publications."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in entries:
        if row["author_handle"] and row["author_name"]:
            names[row["author_handle"]].add(row["author_name"])
    if home.kind == "author":
        return entries
    shared = {handle for handle, authors in names.items() if len(authors) > 1}
    return [
        {**row, "author_handle": None} if row["author_handle"] in shared else row
        for row in entries
    ]


class _Words(HTMLParser):
    """Collects text; block tags become spaces so that words do not run together."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _without_tags(markup: str) -> str:
    words = _Words()
    words.feed(markup)
    words.close()
    return "".join(words.words)
