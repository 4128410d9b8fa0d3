"""connpass: events, presentations, groups and people by API; participants by CSV.

Data flow:
    GET /events/ (order=1, ymd, ym)              ->  raw_connpass/events
    GET /events/{id}/presentations/              ->  raw_connpass/presentations
    GET /groups/                                 ->  raw_connpass/groups
    GET /users/ (100 nicknames a request)        ->  raw_connpass/users
    GET /users/{nickname}/attended_events/, presenter_events/
                                                 ->  raw_connpass/user_events
    inbox/connpass/**/event_<id>_participants*.csv, inbox/connpass/<id>/*.csv
                                                 ->  raw_connpass/participants
Failure:
    a wrong key fails the source, what landed before stays; a file or row that cannot be
    read is quarantined; a spent budget ends the rotations (presentations, profiles,
    timelines), the next run goes on where this one ended.
Run alone:
    python -m sources._base.landing connpass --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Setting, Source
from sources.connpass.resources import probe, resources
from sources.connpass.tables import TABLES

SOURCE = Source(
    name="connpass",
    title="connpass",
    kind="event",
    settings=(
        Setting(
            "CONNPASS_API_KEY",
            "API key of connpass (https://connpass.com/about/api/)",
            required=True,
            secret=True,
        ),
        Setting(
            "CONNPASS_GROUPS",
            "groups to read, by subdomain, separated by commas",
            required=True,
        ),
        Setting(
            "CONNPASS_BASE_URL",
            "address of the API",
            default="https://connpass.com/api/v2",
        ),
    ),
    tables=TABLES,
    resources=resources,
    probe=probe,
    requests_per_second=1.0,
    request_budget=500,
    inbox_folder="connpass",
)
