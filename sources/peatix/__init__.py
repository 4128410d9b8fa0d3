"""Peatix: attendees and buyers, from the lists organisers download.

Data flow:
    inbox/peatix/**  ->  raw_peatix/file_accounts, file_registrations
Failure:
    a row a map cannot read, or a file no map knows, is quarantined with file, line
    and reason; the others land.
Run alone:
    python -m sources._base.landing peatix --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Source
from sources._files.mapped import mapped_resources, mapped_tables

SOURCE = Source(
    name="peatix",
    title="Peatix",
    kind="event",
    tables=mapped_tables("peatix"),
    resources=mapped_resources,
    inbox_folder="peatix",
)
