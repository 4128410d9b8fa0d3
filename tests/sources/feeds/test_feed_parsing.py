"""Feeds as they are found in the wild, and documents that are no feeds."""

import gzip
import json
import time
from typing import Any

import pytest

from sources.feeds.json_answers import parse_json
from sources.feeds.parse import Feed, NotAFeed, entry_key, parse_feed, plain_text

URL = "https://blog.example/feeds/feed.xml"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:note="https://note.com" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(
    *items: str,
    head: str = "",
    encoding: str = "UTF-8",
    link: str = "https://blog.example/",
) -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>{head}'
        f'<rss version="2.0" {NAMESPACES}>'
        f"<channel><title>題名</title><link>{link}</link>{''.join(items)}</channel></rss>"
    )
    return text.encode(encoding)


def item(title: str = "t", more: str = "<guid isPermaLink='false'>g</guid>") -> str:
    return f"<item><title>{title}</title>{more}</item>"


def read(content: bytes, **options: Any) -> Feed:
    return parse_feed(content, feed_url=options.pop("feed_url", URL), **options)


def only(content: bytes, **options: Any) -> dict[str, Any]:
    (entry,) = read(content, **options).entries
    return entry


# --- keys ---------------------------------------------------------------------------


def test_the_key_is_the_id_else_the_link_else_title_and_date() -> None:
    assert entry_key("g", "l", "t", None) == "g"
    assert entry_key(None, "l", "t", None) == "l"
    assert entry_key(None, None, "t", "d") == entry_key("", "", "t", "d")
    assert entry_key(None, None, "t", "d") != entry_key(None, None, "t", "e")
    assert entry_key(None, None, None, "d") is None


def test_an_item_with_nothing_to_know_it_by_is_set_aside() -> None:
    feed = read(rss(item(), "<item><description>words</description></item>"))
    assert len(feed.entries) == 1
    assert feed.refused == (("the item has no id, link or title", "words"),)


def test_posts_that_share_one_id_are_keyed_by_their_links() -> None:
    guid = "<guid isPermaLink='false'>same</guid>"
    feed = read(
        rss(item("a", guid + "<link>/a</link>"), item("b", guid + "<link>/b</link>"))
    )
    assert [entry["entry_key"] for entry in feed.entries] == [
        "https://blog.example/a",
        "https://blog.example/b",
    ]


def test_a_post_twice_in_one_feed_is_one_row() -> None:
    feed = read(rss(item("a"), item("a again")))
    assert [entry["title"] for entry in feed.entries] == ["a"]
    assert len(feed.refused) == 1


# --- text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rust の Vec&lt;T&gt; 入門", "Rust の Vec<T> 入門"),
        ("A &amp;amp; B", "A & B"),
        ("<![CDATA[A &amp; <b>B</b> &#x3042;]]>", "A & B あ"),
        ("&#x306F;&#x3066;&#x306A;", "はてな"),
        ("\n  two\n lines ", "two lines"),
        ("", None),
    ],
)
def test_titles_are_words_without_mark_up(title: str, expected: str | None) -> None:
    assert only(rss(item(title)))["title"] == expected


def test_a_summary_is_short_and_safe() -> None:
    body = (
        "&lt;p&gt;はじめに&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;" + "長" * 400
    )
    summary = only(rss(item("t", f"<guid>g</guid><description>{body}</description>")))[
        "summary_text"
    ]
    assert summary.startswith("はじめに 長") and len(summary) == 280
    assert "alert" not in summary and "<" not in summary


def test_plain_text_keeps_words_apart() -> None:
    assert plain_text("<p>one</p><p>two<br>three</p>") == "one two three"
    assert plain_text(None) is None


def test_an_address_of_the_author_is_not_kept() -> None:
    named = only(rss(item("t", "<guid>g</guid><author>a@blog.example (花子)</author>")))
    bare = only(rss(item("t", "<guid>g</guid><author>a@blog.example</author>")))
    assert named["author_name"] == "花子"
    assert bare["author_name"] is None
    assert "a@blog.example" not in json.dumps([named, bare])


def test_times_stay_as_they_were_sent() -> None:
    entry = only(
        rss(
            item(
                "t", "<guid>g</guid><pubDate>Mon, 27 Jul 2026 19:18:10 +0900</pubDate>"
            )
        )
    )
    assert entry["published_text"] == "Mon, 27 Jul 2026 19:18:10 +0900"
    assert entry["updated_text"] is None
    assert (
        only(rss(item("t", "<guid>g</guid><pubDate>bad</pubDate>")))["published_text"]
        == "bad"
    )
    assert only(rss(item()))["published_text"] is None


def test_categories_are_sorted_and_distinct() -> None:
    entry = only(
        rss(
            item(
                "t",
                "<guid>g</guid><category>b</category><category>a</category><category>b</category>",
            )
        )
    )
    assert entry["tags"] == ["a", "b"]


# --- addresses ----------------------------------------------------------------------


def test_relative_links_are_resolved_against_the_feed_or_xml_base() -> None:
    assert only(rss(item("t", "<link>/a/b?utm_source=rss</link>")))[
        "canonical_url"
    ] == ("https://blog.example/a/b")
    atom = (
        b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
        b'xml:base="https://other.example/dir/"><title>t</title><id>f</id>'
        b'<entry><id>e</id><title>t</title><link href="post"/></entry></feed>'
    )
    assert only(atom)["url"] == "https://other.example/dir/post"


def test_an_authors_own_feed_gives_the_handle_even_for_a_publications_article() -> None:
    content = rss(
        item(
            "t",
            "<link>https://zenn.dev/publication/articles/a</link><dc:creator>花子</dc:creator>",
        ),
        link="https://zenn.dev/hanako",
    )
    entry = only(content, feed_url="https://zenn.dev/hanako/feed")
    assert (entry["platform"], entry["author_handle"]) == ("zenn", "hanako")
    assert entry["feed_kind"] == "author"


def test_a_name_shared_by_several_authors_is_a_publication_not_a_person() -> None:
    content = rss(
        item(
            "a",
            "<link>https://zenn.dev/corp/articles/a</link><dc:creator>A</dc:creator>",
        ),
        item(
            "b",
            "<link>https://zenn.dev/corp/articles/b</link><dc:creator>B</dc:creator>",
        ),
        item(
            "c",
            "<link>https://zenn.dev/taro/articles/c</link><dc:creator>太郎</dc:creator>",
        ),
        link="https://zenn.dev/topics/python",
    )
    feed = read(content, feed_url="https://zenn.dev/topics/python/feed")
    assert [entry["author_handle"] for entry in feed.entries] == [None, None, "taro"]


def test_a_bookmark_is_not_the_work_of_who_bookmarked_it() -> None:
    content = rss(
        item(
            "a",
            "<link>https://zenn.dev/taro/articles/c</link>"
            "<dc:creator>hana_ko</dc:creator>",
        ),
        link="https://b.hatena.ne.jp/hana_ko/bookmark",
    )
    entry = only(content, feed_url="https://b.hatena.ne.jp/hana_ko/rss")
    assert (entry["platform"], entry["author_handle"]) == ("zenn", "taro")
    assert entry["author_name"] is None


def test_a_hatena_blog_on_its_own_domain_is_known_by_its_generator() -> None:
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
        b'<link href="https://developer.example/"/>'
        b'<generator uri="https://blog.hatena.ne.jp/">Hatena::Blog</generator>'
        b"<entry><id>hatenablog://entry/1</id><title>t</title>"
        b'<link href="https://developer.example/entry/1"/>'
        b"<author><name>hana_ko</name></author></entry></feed>"
    )
    entry = only(atom, feed_url="https://developer.example/feed")
    assert (entry["platform"], entry["author_handle"]) == ("hatena", "hana_ko")


# --- encodings and wrappings ----------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["Shift_JIS", "EUC-JP", "ISO-2022-JP", "UTF-8", "UTF-16"]
)
def test_japanese_encodings_are_read(encoding: str) -> None:
    assert only(rss(item("日本語の題名"), encoding=encoding))["title"] == "日本語の題名"


def test_shift_jis_may_hold_the_letters_of_windows() -> None:
    content = rss(item("X")).replace(b"UTF-8", b"Shift_JIS")
    text = content.decode().replace("X", "①髙橋～").encode("cp932")
    assert only(text)["title"] == "①髙橋～"


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\n\n", b"\r\n\xef\xbb\xbf", b"\xef\xbb\xbf\n  "]
)
def test_a_bom_and_blank_lines_before_the_declaration_do_no_harm(before: bytes) -> None:
    assert only(before + rss(item("題")))["title"] == "題"


def test_a_gzipped_file_is_unpacked() -> None:
    assert only(gzip.compress(rss(item("題"))))["title"] == "題"
    with pytest.raises(NotAFeed, match="gzip"):
        read(gzip.compress(rss(item()))[:40])


def test_a_charset_of_the_server_is_heard() -> None:
    content = rss(item("日本語"), encoding="EUC-JP").replace(b' encoding="EUC-JP"', b"")
    entry = only(content, content_type="application/rss+xml; charset=euc-jp")
    assert entry["title"] == "日本語"


# --- no feeds, and feeds that mean harm ----------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"\n<HTML><body>404</body></HTML>", "web page"),
        (b"plain words", "neither RSS nor Atom"),
        (
            b"<?xml version='1.0'?><opml version='1.0'><body/></opml>",
            "neither RSS nor Atom",
        ),
    ],
)
def test_what_is_no_feed_is_named_for_what_it_is(content: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed, match=reason):
        read(content, content_type="text/html")


def test_a_document_that_ends_in_the_middle_gives_no_half_entries() -> None:
    content = rss(item("a"), item("b", "<guid>b</guid>"))
    for end in range(len(content) - 8, len(content) - 200, -7):
        with pytest.raises(NotAFeed):
            read(content[:end])


def test_a_feed_with_a_stray_ampersand_is_still_read() -> None:
    assert only(rss(item("R&D の話")))["title"] == "R&D の話"


def laughs(quote: str = '"') -> str:
    lines = [f"<!ENTITY lol {quote}lol{quote}>"]
    for level in range(1, 10):
        before = "lol" if level == 1 else f"lol{level - 1}"
        lines.append(f"<!ENTITY lol{level} {quote}{f'&{before};' * 10}{quote}>")
    return f"<!DOCTYPE lolz [{''.join(lines)}]>"


@pytest.mark.parametrize(
    "content",
    [
        rss(item("&lol9;"), head=laughs()),
        rss(item("&lol9;"), head=laughs("'")),
        rss(item("&lol9;"), head="<!-- <!DOCTYPE --> " + laughs()),
        rss(item("&lol9;"), head=laughs(), encoding="UTF-16"),
        rss(item("&q;" * 1000), head=f'<!DOCTYPE r [<!ENTITY q "{"a" * 100_000}">]>'),
        rss(item("&x;"), head='<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        rss(
            item("&x;"),
            head='<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>',
        ),
        rss(
            item("&x;"),
            head='<!DOCTYPE r [<!ENTITY a "]>"><!ENTITY x SYSTEM "file:///etc/passwd">]>',
        ),
    ],
)
def test_entity_bombs_and_outside_entities_are_refused_at_once(content: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(NotAFeed, match="XML entities"):
        read(content)
    assert time.monotonic() - began < 1


def test_harmless_entities_and_a_doctype_alone_are_read() -> None:
    old = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/x.dtd">'
    assert only(rss(item("題"), head=old))["title"] == "題"
    space = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>'
    assert only(rss(item("a&nbsp;b"), head=space))["title"] == "a b"


def test_words_about_entities_in_a_post_are_words() -> None:
    assert only(rss(item("<![CDATA[<!DOCTYPE x [<!ENTITY a 'b'>]> とは]]>")))[
        "entry_key"
    ]


@pytest.mark.parametrize("path", [b"/etc/hostname", b"http://127.0.0.1:9/feed"])
def test_a_document_that_is_a_path_or_address_opens_neither(path: bytes) -> None:
    with pytest.raises(NotAFeed, match="neither"):
        read(path)


# --- JSON of Zenn and note ------------------------------------------------------


def test_article_lists_as_json_are_read_like_feeds() -> None:
    answer = {
        "articles": [
            {
                "path": "/hanako/articles/a1",
                "title": "題",
                "published_at": "2026-07-27T19:18:10.742+09:00",
                "body_updated_at": None,
                "user": {"username": "hanako", "name": "花子"},
            }
        ],
        "next_page": None,
    }
    url = "https://zenn.dev/api/articles?username=hanako"
    feed = parse_json(json.dumps(answer).encode(), feed_url=url)
    assert (feed.platform, feed.kind) == ("zenn", "author")
    assert feed.entries[0]["author_handle"] == "hanako"
    assert feed.entries[0]["canonical_url"] == "https://zenn.dev/hanako/articles/a1"


@pytest.mark.parametrize(
    "answer",
    [b"{", b"{}", b'{"articles": [{}]}', b'{"articles": 1}', b'{"data": null}'],
)
def test_json_in_another_shape_is_set_aside_not_an_accident(answer: bytes) -> None:
    with pytest.raises(NotAFeed):
        parse_json(answer, feed_url=URL)
