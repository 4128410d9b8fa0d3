"""EventRegist: orders and attendees, from the lists organisers download.

Data flow:
    inbox/eventregist/**  ->  raw_eventregist/file_accounts, file_registrations
Failure:
    a row a map cannot read, or a file no map knows, is quarantined with file, line
    and reason; the others land.
Run alone:
    python -m sources._base.landing eventregist --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Source
from sources._files.mapped import mapped_resources, mapped_tables

SOURCE = Source(
    name="eventregist",
    title="EventRegist",
    kind="event",
    tables=mapped_tables("eventregist"),
    resources=mapped_resources,
    inbox_folder="eventregist",
)
