"""X: posts that match configured queries, what they refer to, their authors; CSVs.

Data flow:
    GET /tweets/search/recent (one search per query)  ->  raw_x/posts
    its includes.tweets                               ->  raw_x/posts (is_referenced)
    its includes.users                                ->  raw_x/users
    inbox/x/** (lists of posts, by column map)        ->  raw_x/file_accounts,
                                                          raw_x/file_activities
    GET /tweets/counts/recent                         ->  load_counts, by day
Failure:
    a wrong token or query fails the source, and so does a used-up plan; the next run
    reads from the same place. Posts X names but does not show are quarantined.
Run alone:
    python -m sources._base.landing x --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Setting, Source
from sources._files.mapped import mapped_tables
from sources.x.resources import probe, resources
from sources.x.tables import TABLES

SOURCE = Source(
    name="x",
    title="X",
    kind="sns",
    settings=(
        Setting(
            "X_BEARER_TOKEN",
            "app-only bearer token (https://developer.x.com)",
            required=True,
            secret=True,
        ),
        Setting(
            "X_QUERIES",
            "search queries separated by `;`, e.g. #tsunagari -is:retweet",
            required=True,
        ),
        Setting("X_BASE_URL", "address of the API", default="https://api.x.com/2"),
    ),
    tables=(*TABLES, *mapped_tables("x")),
    resources=resources,
    probe=probe,
    requests_per_second=1.0,
    request_budget=100,
    inbox_folder="x",
)
