"""RSS and Atom feeds: posts of note, Zenn, Speaker Deck, Hatena and any blog.

Data flow:
    each of FEEDS_URLS -> entries (posts), feeds (what each feed is, gone or active)

When things go wrong:
    A feed that fails, or is a web page, is set aside with its reason; the others go on.
    410 marks it gone, and it is not asked again (FULL=1 asks). Not one feed answering
    fails the source. Feeds are windows of 10 to 50 posts: nothing is ever concluded
    from a post that is no longer there.

Run alone:
    FEEDS_URLS="https://zenn.dev/NAME/feed" python -m sources._base.landing feeds
"""

from sources._base.source import Setting, Source
from sources.feeds.resources import ENTRIES, FEEDS, feed_resources, probe

SOURCE = Source(
    name="feeds",
    title="RSS and Atom feeds",
    kind="sns",
    settings=(
        Setting(
            "FEEDS_URLS",
            "Addresses of feeds (authors, blogs, hashtags), comma or space separated",
            required=True,
        ),
        Setting(
            "FEEDS_BASE_URL",
            "A server that stands in for all hosts: asked at <base>/<host>/<path>",
        ),
    ),
    tables=(ENTRIES, FEEDS),
    resources=feed_resources,
    probe=probe,
    requests_per_second=1.0,
    request_budget=1_000,
)
