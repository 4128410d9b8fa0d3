"""Doorkeeper: events and groups by API.

Data flow:
    GET /groups/{group}/events (sort, since)  ->  raw_doorkeeper/events
    GET /groups/{group}                       ->  raw_doorkeeper/groups
    inbox/doorkeeper/** by maps/*.yaml        ->  raw_doorkeeper/file_*
Failure:
    a wrong token or an unknown group fails the source, what landed before stays; pages
    that shift are read again, and fail the source when they do not settle.
Run alone:
    python -m sources._base.landing doorkeeper --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Setting, Source
from sources._files.mapped import mapped_tables
from sources.doorkeeper.resources import probe, resources
from sources.doorkeeper.tables import TABLES

SOURCE = Source(
    name="doorkeeper",
    title="Doorkeeper",
    kind="event",
    settings=(
        Setting(
            "DOORKEEPER_TOKEN",
            "Public API token of Doorkeeper (account settings -> API)",
            required=True,
            secret=True,
        ),
        Setting(
            "DOORKEEPER_GROUPS",
            "groups to read, by subdomain or id, separated by commas",
            required=True,
        ),
        Setting(
            "DOORKEEPER_BASE_URL",
            "address of the API",
            default="https://api.doorkeeper.jp",
        ),
    ),
    tables=(*TABLES, *mapped_tables("doorkeeper")),
    resources=resources,
    probe=probe,
    requests_per_second=1.0,
    request_budget=1_000,
    inbox_folder="doorkeeper",
)
