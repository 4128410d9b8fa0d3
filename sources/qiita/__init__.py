"""Qiita: articles that match queries (tags, words, authors), and their authors.

Data flow:
    GET /items?query=... (one search per query)  ->  raw_qiita/items
    the user inside each item                    ->  raw_qiita/users
Failure:
    a wrong token or query fails the source. When the hour's requests are used up what
    was read lands, and the next run goes on from the oldest article read.
Run alone:
    QIITA_QUERIES=tag:NAME python -m sources._base.landing qiita --clock "$(date -Is)"
"""

from sources._base.source import Setting, Source
from sources.qiita.items import ITEMS, USERS
from sources.qiita.resources import probe, resources

SOURCE = Source(
    name="qiita",
    title="Qiita",
    kind="sns",
    settings=(
        Setting(
            "QIITA_QUERIES",
            "search queries separated by `;`, e.g. tag:tsunagari; user:someone",
            required=True,
        ),
        Setting(
            "QIITA_TOKEN",
            "access token (read_qiita): 1,000 requests an hour instead of 60",
            secret=True,
        ),
        Setting(
            "QIITA_BASE_URL", "address of the API", default="https://qiita.com/api/v2"
        ),
    ),
    tables=(ITEMS, USERS),
    resources=resources,
    probe=probe,
    requests_per_second=1.0,
    request_budget=500,
)
