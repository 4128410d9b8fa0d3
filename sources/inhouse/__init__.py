"""Lists a company keeps: certificates, hires, costs, mentions, targets, contracts.

Data flow:
    inbox/inhouse/**  ->  raw_inhouse/file_<kind>
Failure:
    a row a map cannot read, or a file no map knows, is quarantined with file, line
    and reason; the others land.
Run alone:
    python -m sources._base.landing inhouse --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Source
from sources._files.mapped import mapped_resources, mapped_tables

SOURCE = Source(
    name="inhouse",
    title="In-house lists",
    kind="in-house",
    tables=mapped_tables("inhouse"),
    resources=mapped_resources,
    inbox_folder="inhouse",
)
