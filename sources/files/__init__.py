"""Universal import: any of many kinds of rows, as CSV, Excel, JSON or Parquet.

Data flow:
    inbox/files/**  ->  raw_files/<kind>, one table per kind of sources/_files/kinds.py
Failure:
    a row that breaks the contract is quarantined with file, line and reason, and so is
    a file that cannot be read or is of no known kind; the others land.
Run alone:
    python -m sources._base.landing files --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Source
from sources._files.kinds import TABLES
from sources.files.resources import resources

SOURCE = Source(
    name="files",
    title="Universal import (CSV, Excel, JSON, Parquet, zip)",
    kind="files",
    tables=TABLES,
    resources=resources,
    inbox_folder="files",
)
