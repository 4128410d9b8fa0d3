"""Facebook groups: posts and members, from lists; the Groups API is closed.

Data flow:
    inbox/facebook/**  ->  raw_facebook/file_accounts, file_activities
Failure:
    a row a map cannot read, or a file no map knows, is quarantined with file, line
    and reason; the others land.
Run alone:
    python -m sources._base.landing facebook --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Source
from sources._files.mapped import mapped_resources, mapped_tables

SOURCE = Source(
    name="facebook",
    title="Facebook group",
    kind="sns",
    tables=mapped_tables("facebook"),
    resources=mapped_resources,
    inbox_folder="facebook",
)
