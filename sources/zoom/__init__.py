"""Zoom: finished meetings and webinars, who was there when, and who registered.

Data flow:
    POST {oauth}/token                                 an hour's access token
    GET /report/users/{user}/meetings (from, to)   ->  raw_zoom/meetings
    GET /report/{meetings,webinars}/{uuid}/participants
                                                   ->  raw_zoom/participants
    GET /{meetings,webinars}/{id}/registrants      ->  raw_zoom/registrants
    inbox/zoom/** by maps/*.yaml                   ->  raw_zoom/file_*
Failure:
    wrong credentials fail the source, what landed before stays; a meeting whose report
    the platform no longer has is set aside with its reason; a spent budget ends the
    reports, the next run goes on where this one ended.
Run alone:
    python -m sources._base.landing zoom --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Setting, Source
from sources._files.mapped import mapped_tables
from sources.zoom.resources import probe, resources
from sources.zoom.tables import TABLES

SOURCE = Source(
    name="zoom",
    title="Zoom",
    kind="event",
    settings=(
        Setting(
            "ZOOM_ACCOUNT_ID",
            "account id of the server-to-server OAuth app",
            required=True,
        ),
        Setting(
            "ZOOM_CLIENT_ID",
            "client id of the server-to-server OAuth app",
            required=True,
        ),
        Setting(
            "ZOOM_CLIENT_SECRET",
            "client secret of the server-to-server OAuth app",
            required=True,
            secret=True,
        ),
        Setting(
            "ZOOM_USERS",
            "hosts whose meetings are read, by e-mail or id, separated by commas",
            required=True,
        ),
        Setting(
            "ZOOM_TOPICS",
            "only meetings whose topic holds one of these words, separated by `;`",
        ),
        Setting(
            "ZOOM_MONTHS",
            "how many months back the account's reports reach",
            default="6",
        ),
        Setting(
            "ZOOM_TIMEZONE",
            "time zone of the account, for the times in exported files",
            default="Asia/Tokyo",
        ),
        Setting(
            "ZOOM_BASE_URL",
            "address of the API",
            default="https://api.zoom.us/v2",
        ),
        Setting(
            "ZOOM_OAUTH_URL",
            "address that gives out access tokens",
            default="https://zoom.us/oauth",
        ),
    ),
    tables=(*TABLES, *mapped_tables("zoom")),
    resources=resources,
    probe=probe,
    requests_per_second=2.0,
    request_budget=1_000,
    inbox_folder="zoom",
)
