"""EventHub: events and registered users by API v1.

Data flow:
    GET  /events/{event key}                            ->  raw_eventhub/events
    POST /users/{event key} (createdOnOrAfter, offset)  ->  raw_eventhub/users
    inbox/eventhub/** by maps/*.yaml                    ->  raw_eventhub/file_*
Failure:
    a wrong key or an unknown event fails the source, what landed before stays; when the
    requests of a run are used up what was read lands, and the next run goes on; fields
    under other names are a line in a YAML file (fields.yaml), not a change of code.
Run alone:
    python -m sources._base.landing eventhub --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Setting, Source
from sources._files.mapped import mapped_tables
from sources.eventhub.resources import probe, resources
from sources.eventhub.tables import TABLES

SOURCE = Source(
    name="eventhub",
    title="EventHub",
    kind="event",
    settings=(
        Setting(
            "EVENTHUB_API_KEY",
            "API key of EventHub (admin screen of the event; shown only once)",
            required=True,
            secret=True,
        ),
        Setting(
            "EVENTHUB_EVENTS",
            "keys of the events to read, separated by commas",
            required=True,
        ),
        Setting(
            "EVENTHUB_FIELDS",
            "YAML file with other paths and names of fields, see fields.yaml",
        ),
        Setting(
            "EVENTHUB_BASE_URL",
            "address of the API",
            default="https://api.eventhub.jp/v1",
        ),
    ),
    tables=(*TABLES, *mapped_tables("eventhub")),
    resources=resources,
    probe=probe,
    requests_per_second=1.0,
    request_budget=1_000,
    inbox_folder="eventhub",
)
