"""Feeds as the sandbox plays them: note, Zenn, Hatena, Speaker Deck; 25 items each."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from sources._sandbox.articles import entry_url
from sources._sandbox.community import Community
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter
from sources._sandbox.identities import Account
from sources._sandbox.model import JST, Entry, Person
from sources._sandbox.view import jst

WINDOW = 25
NOTE_IMAGES = "https://assets.st-note.com/sandbox"
# A refresh polls every feed; more than that would only take time.
MOST_FEEDS = 300
EMPTY_SINCE = datetime(2023, 10, 1, tzinfo=JST)
Row = tuple[Entry, Person]


class FeedRoutes:
    """A feed per author; by hashtag on note, topic on Zenn, word on Hatena."""

    prefix = "/feeds"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._now = community.now
        self._rows: dict[str, list[Row]] = {}
        known = {person.index: person for person in community.known_people()}
        for person in known.values():
            if person.blog:
                self._rows[_author_path(person)] = []
        for entry in reversed(community.entries):
            person = known[entry.person]
            if entry.updated_at >= self._now:  # not revised yet
                entry = replace(entry, updated_at=entry.published_at)
            self._rows[_author_path(person)].append((entry, person))
            if "tsunagari" in entry.tags:
                for path in _topic_paths(entry.platform):
                    self._rows.setdefault(path, []).append((entry, person))

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment: authors' feeds first, then those by topic."""
        topics = [
            "/note/hashtag/tsunagari/rss",
            "/zenn/topics/tsunagari/feed",
            "/hatena/q/tsunagari",
        ]
        authors = [path for path in self._rows if path not in topics][:MOST_FEEDS]
        paths = [*authors, *(path for path in topics if path in self._rows)]
        # Paths alone: the port changes from run to run, a feed's name must not.
        return {"FEEDS_BASE_URL": base_url, "FEEDS_URLS": " ".join(paths)}

    def unauthorized(self) -> Reply:
        """Feeds are public; a private one says this."""
        return Reply(401, b"Unauthorized", "text/plain")

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """The usual short text."""
        return Reply(429, b"Too Many Requests", "text/plain", headers)

    def answer(self, request: Request) -> Reply:
        """The feed, or 304 when the reader has it already."""
        if not self._limiter.allows():
            return self.too_many({})
        rows = self._rows.get(request.path)
        if rows is None:
            return Reply(404, b"<html><body>404 Not Found</body></html>", "text/html")
        shown = rows[:WINDOW]
        write, content_type = _writer(request.path)
        body = write(request.path, shown).encode()
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        changed = max((entry.updated_at for entry, _ in shown), default=EMPTY_SINCE)
        headers = {
            "ETag": etag,
            "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
        }
        if request.headers.get("if-none-match") == etag:
            return Reply(304, b"", content_type, headers)
        return Reply(200, body, content_type, headers)


def _author_path(person: Person) -> str:
    handle = person.blog_handle
    return {
        "note": f"/note/{handle}/rss",
        "zenn": f"/zenn/{handle}/feed",
        "hatena": f"/hatena/{handle}/feed",
        "speakerdeck": f"/speakerdeck/{handle}.atom",
    }[person.blog or "note"]


def _topic_paths(platform: str) -> list[str]:
    topics = ["/hatena/q/tsunagari"]
    if platform == "note":
        topics.append("/note/hashtag/tsunagari/rss")
    if platform == "zenn":
        topics.append("/zenn/topics/tsunagari/feed")
    return topics


def _writer(path: str) -> tuple[Callable[[str, Sequence[Row]], str], str]:
    if path.startswith("/note/"):
        return _note, "application/rss+xml; charset=utf-8"
    if path.startswith("/zenn/"):
        return _zenn, "application/xml; charset=utf-8"
    if path.startswith("/speakerdeck/"):
        return _speakerdeck, "application/atom+xml; charset=utf-8"
    if path.startswith("/hatena/q/"):
        return _bookmarks, "application/rss+xml; charset=utf-8"
    return _hatena, "application/atom+xml; charset=utf-8"


def _title(path: str, rows: Sequence[Row]) -> str:
    """The author's name of an author's feed, else the topic."""
    parts = path.split("/")
    if parts[2] in ("hashtag", "topics", "q"):
        return parts[3]
    return rows[0][1].display_name if rows else parts[2].removesuffix(".atom")


def _gmt(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _note(path: str, rows: Sequence[Row]) -> str:
    """RSS 2.0: pubDate +0900, the thumbnail as text, guid = link, no tags."""
    title = escape(_title(path, rows))
    items = "".join(
        f"""<item><title>{escape(entry.title)}</title>
<media:thumbnail>{NOTE_IMAGES}/{entry.key}.png?width=800</media:thumbnail>
<description><![CDATA[<p>{entry.summary}</p><br/>\
<a href='{url}'>続きをみる</a>]]></description>
<note:creatorImage>{NOTE_IMAGES}/p{person.index}.png</note:creatorImage>
<note:creatorName>{escape(person.display_name)}</note:creatorName>
<pubDate>{format_datetime(entry.published_at)}</pubDate>
<link>{url}</link><guid>{url}</guid></item>
"""
        for entry, person, url in _with_urls(rows)
    )
    built = (
        f"<lastBuildDate>{format_datetime(rows[0][0].published_at)}</lastBuildDate>"
        if rows
        else ""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" \
xmlns:media="http://search.yahoo.com/mrss/" xmlns:note="https://note.com" \
xmlns:webfeeds="http://webfeeds.org/rss/1.0" version="2.0">
<channel><title>{title}</title><description>{title}</description>
<link>https://note.com{path.removeprefix("/note").removesuffix("/rss")}</link>
<copyright>{title}</copyright><language>ja</language>{built}
{items}</channel></rss>"""


def _zenn(path: str, rows: Sequence[Row]) -> str:
    """RSS 2.0 in CDATA: pubDate GMT, dc:creator is the display name, odd enclosures."""
    items = "".join(
        f"<item><title><![CDATA[{entry.title}]]></title>"
        f"<description><![CDATA[{entry.summary}]]></description><link>{url}</link>"
        f'<guid isPermaLink="true">{url}</guid>'
        f"<pubDate>{_gmt(entry.published_at)}</pubDate>"
        f'<enclosure url="https://res.cloudinary.com/zenn/sandbox/{entry.key}.png" '
        'length="0" type="false"/>'
        f"<dc:creator>{escape(person.display_name)}</dc:creator></item>"
        for entry, person, url in _with_urls(rows)
    )
    built = (
        f"<lastBuildDate>{_gmt(rows[0][0].published_at)}</lastBuildDate>"
        if rows
        else ""
    )
    link = f"https://zenn.dev{path.removeprefix('/zenn')}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel>'
        f"<title><![CDATA[{_title(path, rows)}さんのフィード]]></title>"
        "<description><![CDATA[Zennのフィード]]></description>"
        f"<link>{link.removesuffix('/feed')}</link><generator>zenn.dev</generator>{built}"
        f'<atom:link href="{link}" rel="self" type="application/rss+xml"/>'
        f"<language><![CDATA[ja]]></language>{items}</channel></rss>"
    )


def _hatena(path: str, rows: Sequence[Row]) -> str:
    """Atom of Hatena Blog: stable ids, +09:00, the author's Hatena id, categories."""
    handle = path.split("/")[2]
    site = f"https://{handle.replace('_', '-')}.hatenablog.com/"
    updated = rows[0][0].updated_at if rows else EMPTY_SINCE
    items = "".join(
        f"""<entry><title>{escape(entry.title)}</title><link href="{url}"/>
<id>hatenablog://entry/{26_006_613_000_000_000 + entry.number}</id>
<published>{jst(entry.published_at)}</published><updated>{jst(entry.updated_at)}</updated>
<summary type="html">{escape(entry.summary)}</summary>
<content type="html">{escape(f"<p>{entry.summary}</p>")}</content>
{"".join(f'<category term="{tag}" label="{tag}" />' for tag in entry.tags)}
<link rel="enclosure" href="https://cdn.blog.st-hatena.com/sandbox/{entry.key}.png" \
type="image/png" length="0" />
<author><name>{handle}</name></author></entry>
"""
        for entry, _, url in _with_urls(rows)
    )
    return f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja">
<title>{escape(_title(path, rows))}のブログ</title><link href="{site}"/>
<updated>{jst(updated)}</updated><author><name>{handle}</name></author>
<generator uri="https://blog.hatena.ne.jp/" version="sandbox">Hatena::Blog</generator>
<id>hatenablog://blog/{int(hashlib.sha256(handle.encode()).hexdigest()[:14], 16)}</id>
{items}</feed>"""


def _bookmarks(path: str, rows: Sequence[Row]) -> str:
    """RSS 1.0 (RDF) of Hatena Bookmark: items outside the channel, no author."""
    word = path.split("/")[-1]
    order = "".join(
        f'<rdf:li rdf:resource="{url}" />' for _, _, url in _with_urls(rows)
    )
    items = "".join(
        f"""<item rdf:about="{url}"><title>{_numeric(entry.title)}</title>
<link>{url}</link>
<description>{_numeric(entry.summary)}</description>
<dc:date>{_utc(entry.published_at)}</dc:date>
{"".join(f"<dc:subject>{_numeric(tag)}</dc:subject>" for tag in entry.tags)}
<hatena:bookmarkcount>{entry.likes + 1}</hatena:bookmarkcount></item>
"""
        for entry, _, url in _with_urls(rows)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:hatena="http://www.hatena.ne.jp/info/xmlns#">
<channel rdf:about="https://b.hatena.ne.jp/q/{word}">
<title>{_numeric("はてなブックマーク")} - {word}</title>
<link>https://b.hatena.ne.jp/q/{word}</link><description>{word}</description>
<items><rdf:Seq>{order}</rdf:Seq></items></channel>
{items}</rdf:RDF>"""


def _speakerdeck(path: str, rows: Sequence[Row]) -> str:
    """Atom of Speaker Deck: tag: ids, UTC, a thumbnail."""
    handle = path.split("/")[2].removesuffix(".atom")
    updated = _utc(rows[0][0].updated_at) if rows else "2023-10-01T00:00:00Z"
    items = "".join(
        f"""<entry><id>tag:speakerdeck.com,2005:Talk/{entry.number}</id>
<published>{_utc(entry.published_at)}</published>
<updated>{_utc(entry.updated_at)}</updated>
<link rel="alternate" type="text/html" href="{url}"/>
<title>{escape(entry.title)}</title>
<content type="html">{escape(entry.summary)}</content>
<media:thumbnail url="https://files.speakerdeck.com/sandbox/{entry.key}.jpg"/>
<author><name>{escape(person.display_name)}</name></author></entry>
"""
        for entry, person, url in _with_urls(rows)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom" \
xmlns:media="http://search.yahoo.com/mrss/">
<id>tag:speakerdeck.com,2005:/{handle}</id>
<link rel="alternate" type="text/html" href="https://speakerdeck.com/{handle}"/>
<title>{escape(_title(path, rows))} on Speaker Deck</title><updated>{updated}</updated>
{items}</feed>"""


def _with_urls(rows: Sequence[Row]) -> list[tuple[Entry, Person, str]]:
    return [(entry, person, entry_url(person, entry)) for entry, person in rows]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _numeric(text: str) -> str:
    """Everything beyond ASCII as numeric entities."""
    return "".join(
        escape(char) if ord(char) < 128 else f"&#x{ord(char):X};" for char in text
    )


def accounts(community: Community) -> Iterable[Account]:
    """Authors of entries; Hatena's bookmarks know a blog by its address alone."""
    for entry in community.entries:
        person = community.people[entry.person]
        yield Account(entry.platform, person.blog_handle, person)
        if entry.platform == "hatena" and "tsunagari" in entry.tags:
            yield Account("hatena", person.blog_handle.replace("_", "-"), person)


ROUTES = FeedRoutes
