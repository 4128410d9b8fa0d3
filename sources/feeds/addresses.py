"""Web addresses of posts: one canonical form, and whose they are.

Everything here is decided from the address alone, without asking the network.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

Platform = Literal["note", "zenn", "speakerdeck", "hatena", "blog"]
Kind = Literal["author", "hashtag"]

# Parameters that say where a reader came from, never what is read.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|yclid|mc_[ce]id|igshid|twclid")
HATENA_BLOG = re.compile(
    r"(?P<blog>[\w-]+)\.(hatenablog\.(com|jp)|hateblo\.jp|hatenadiary\.(com|jp|org))"
)
BOOKMARKS = "b.hatena.ne.jp"
HATENA_PATHS = (BOOKMARKS, "d.hatena.ne.jp", "blog.hatena.ne.jp")
# First path segments of these platforms that are no person.
NOBODY = {
    "note": {"hashtag", "topic", "search", "info", "notemag", "n", "m", "api", "rss"},
    "zenn": {"topics", "p", "feed", "api", "search", "articles", "books", "scraps"},
    "speakerdeck": {"c", "t", "search", "features", "pro", "p", "player"},
    "hatena": {"hotentry", "entrylist", "q", "search", "entry", "site", "topics"},
}
MANY_AUTHORS = re.compile(
    r"/(hashtag|tags?|topics?|hotentry|entrylist|search|q|m)(/|\.|$)|^/feed/?$|^/p/"
)
HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def canonical_url(url: str) -> str:
    """Returns one spelling per page: no tracking, fragment or trailing slash.

    Host in lower case, default port dropped, Japanese letters percent-encoded. What is
    not http(s) comes back as it is.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return url.strip()
    scheme = parts.scheme.lower()
    port = parts.port if parts.port not in (None, 80, 443) else None
    host = f"{parts.hostname}:{port}" if port else parts.hostname
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([(k, v) for k, v in pairs if not TRACKING.fullmatch(k.lower())])
    path = _percent_encoded(parts.path).rstrip("/")
    return urlunsplit((scheme, host, path, query, ""))


def _percent_encoded(path: str) -> str:
    encoded = quote(path, safe="/%:@!$&'()*+,;=~")
    return re.sub(r"%[0-9a-f]{2}", lambda match: match.group().upper(), encoded)


def host_of(url: str) -> str:
    """Returns the host of an address in lower case, without `www.`; else ''."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def platform_of(url: str) -> Platform:
    """Returns the platform a page lies on; every other site is a blog."""
    host = host_of(url)
    if host == "note.com":
        return "note"
    if host == "zenn.dev":
        return "zenn"
    if host == "speakerdeck.com":
        return "speakerdeck"
    if host in HATENA_PATHS or HATENA_BLOG.fullmatch(host):
        return "hatena"
    return "blog"


def handle_of(url: str) -> str | None:
    """Returns the handle in the address of a person's page, post or feed; else None.

    For a Hatena blog it is the blog's name, which is often but not always the author's
    Hatena id: a feed that names its author knows better (see parse.py).
    """
    platform = platform_of(url)
    if platform == "blog":
        return None
    blog = HATENA_BLOG.fullmatch(host_of(url))
    if blog:
        return blog["blog"]
    first, _, rest = urlsplit(url).path.strip("/").partition("/")
    if platform == "speakerdeck" and not rest:
        first = re.sub(r"\.(atom|rss)$", "", first)
    if not HANDLE.fullmatch(first) or first.lower() in NOBODY[platform]:
        return None
    return first.lower() if platform != "hatena" else first


def kind_of(feed_url: str, site_url: str) -> Kind:
    """Returns 'author' for the feed of a person or blog, 'hashtag' if many write in it.

    Hashtags, topics, magazines, publications, search results and rankings are of many;
    so are bookmarks, one person's too: the pages in them are others'.
    """
    for url in (feed_url, site_url):
        if host_of(url) == BOOKMARKS:
            return "hashtag"
        path = urlsplit(url).path
        if MANY_AUTHORS.search(path.removesuffix("/rss")):
            if platform_of(url) == "blog" and path in ("/feed", "/feed/"):
                continue  # /feed is the usual place of a single blog's own feed
            return "hashtag"
    platforms = {platform_of(url) for url in (feed_url, site_url) if url}
    if platforms <= {"blog"} or handle_of(feed_url) or handle_of(site_url):
        return "author"
    return "hashtag"
