"""Whose page an address is, and one spelling per page."""

import pytest

from sources.feeds.addresses import canonical_url, handle_of, kind_of, platform_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://zenn.dev/a/articles/b", "https://zenn.dev/a/articles/b"),
        ("https://zenn.dev/a/articles/b/", "https://zenn.dev/a/articles/b"),
        ("https://Blog.Example/Post", "https://blog.example/Post"),
        ("https://blog.example/?utm_source=x&p=1", "https://blog.example?p=1"),
        (
            "https://blog.example/p?utm_source=rss&UTM_Medium=feed#top",
            "https://blog.example/p",
        ),
        ("https://blog.example:443/p", "https://blog.example/p"),
        ("https://blog.example:8080/p", "https://blog.example:8080/p"),
        (
            "https://blog.example/日本語",
            "https://blog.example/%E6%97%A5%E6%9C%AC%E8%AA%9E",
        ),
        (
            "https://blog.example/%e6%97%a5%E6%9C%AC%E8%AA%9E",
            "https://blog.example/%E6%97%A5%E6%9C%AC%E8%AA%9E",
        ),
        (" https://blog.example ", "https://blog.example"),
        ("mailto:a@blog.example", "mailto:a@blog.example"),
    ],
)
def test_a_page_has_one_spelling(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    ("url", "platform", "handle"),
    [
        ("https://note.com/hanako/n/n7e82187afa0a", "note", "hanako"),
        ("https://note.com/hanako/rss", "note", "hanako"),
        ("https://note.com/hashtag/勉強会/rss", "note", None),
        ("https://zenn.dev/Hanako/articles/abc", "zenn", "hanako"),
        ("https://zenn.dev/topics/python/feed", "zenn", None),
        ("https://zenn.dev/p/tsunagi/articles/abc", "zenn", None),
        ("https://zenn.dev/feed", "zenn", None),
        ("https://speakerdeck.com/hanako/my-talk", "speakerdeck", "hanako"),
        ("https://speakerdeck.com/hanako.atom", "speakerdeck", "hanako"),
        ("https://speakerdeck.com/c/technology.atom", "speakerdeck", None),
        ("https://hana-ko.hatenablog.com/entry/2026/01/01", "hatena", "hana-ko"),
        ("https://b.hatena.ne.jp/hotentry/it.rss", "hatena", None),
        ("https://b.hatena.ne.jp/hana_ko/rss", "hatena", "hana_ko"),
        ("https://www.example.com/hanako/post", "blog", None),
        ("https://notnote.com/hanako", "blog", None),
    ],
)
def test_the_handle_stands_in_the_address(url, platform, handle) -> None:
    assert platform_of(url) == platform
    assert handle_of(url) == handle


@pytest.mark.parametrize(
    ("feed_url", "site", "kind"),
    [
        ("https://note.com/hanako/rss", "https://note.com/hanako", "author"),
        (
            "https://note.com/hashtag/python/rss",
            "https://note.com/hashtag/python",
            "hashtag",
        ),
        (
            "https://note.com/hanako/m/m123/rss",
            "https://note.com/hanako/m/m123",
            "hashtag",
        ),
        (
            "https://zenn.dev/topics/python/feed",
            "https://zenn.dev/topics/python",
            "hashtag",
        ),
        ("https://zenn.dev/feed", "https://zenn.dev", "hashtag"),
        ("https://zenn.dev/p/tsunagi/feed", "https://zenn.dev/p/tsunagi", "hashtag"),
        (
            "https://b.hatena.ne.jp/hotentry/it.rss",
            "https://b.hatena.ne.jp/hotentry/it",
            "hashtag",
        ),
        ("https://b.hatena.ne.jp/hana_ko/rss", "", "hashtag"),
        ("https://blog.example/feed", "https://blog.example/", "author"),
        ("https://blog.example/tag/python/feed", "https://blog.example/", "hashtag"),
        ("/zenn/hanako/feed", "https://zenn.dev/hanako", "author"),
    ],
)
def test_a_feed_is_of_one_author_or_of_many(feed_url, site, kind) -> None:
    assert kind_of(feed_url, site) == kind
