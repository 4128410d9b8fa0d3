"""Portals (commmune, OSIRO, coorum, any other): members and what they do there.

Data flow:
    inbox/portal/**  ->  raw_portal/file_<kind>
Failure:
    a row a map cannot read, or a file no map knows, is quarantined with file, line
    and reason; the others land.
Run alone:
    python -m sources._base.landing portal --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Source
from sources._files.mapped import mapped_resources, mapped_tables

SOURCE = Source(
    name="portal",
    title="Community portals",
    kind="community",
    # Links and labels: for maps that users write.
    tables=mapped_tables("portal", ("links", "labels")),
    resources=mapped_resources,
    inbox_folder="portal",
)
