"""`make probe SOURCE=x`: are the credentials right, and what could be read?

    python -m pipelines.probe SOURCE [--inbox I]

Exit codes: 0 it answered (or its files are there), 1 it did not, 2 unknown source or
missing settings.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pipelines import exit_codes
from pipelines.refresh import where
from pipelines.settings import read_environment
from sources import discover
from sources._base.errors import SourceError
from sources._base.landing import PACE
from sources._base.raw import RawReader
from sources._base.redact import redact, remember
from sources._base.source import Run, Source


def main(arguments: list[str] | None = None) -> int:
    """Asks one source one cheap question and prints the answer."""
    parser = argparse.ArgumentParser(prog="probe", description=main.__doc__)
    parser.add_argument("source")
    parser.add_argument("--data", default="", help="data folder (default data/)")
    parser.add_argument("--inbox", default="", help="folder of exported files")
    given = parser.parse_args(arguments)
    source = discover().get(given.source)
    if source is None:
        known = ", ".join(discover())
        print(f"SOURCE={given.source}: there is no such source; known: {known}")
        return exit_codes.USAGE
    environment = read_environment(os.environ)
    workspace, _ = where(given, environment)
    return probe(
        source,
        environment,
        raw_url=workspace.raw_url,
        inbox=workspace.inbox,
        clock=datetime.now(UTC),  # a question of this moment: nothing is kept of it
    )


def probe(
    source: Source,
    environment: Mapping[str, str],
    *,
    raw_url: str,
    inbox: Path,
    clock: datetime,
) -> int:
    """Prints what the platform says and how many files lie there; gives the code."""
    settings = source.configured(environment)
    remember(source.secrets(settings))
    missing = source.missing(settings)
    files = _files(source, inbox)
    if source.inbox_folder:
        print(f"{source.name}: {files} files in {inbox / source.inbox_folder}")
    if source.probe is None:
        return exit_codes.OK if files else exit_codes.FAILED
    if missing:
        print(
            f"{source.name}: the API is not configured; set {', '.join(missing)} in"
            f" .env (see sources/{source.name}/README.md)"
        )
        return exit_codes.OK if files else exit_codes.USAGE
    run = Run(
        source=source,
        settings=settings,
        clock=clock,
        inbox=inbox,
        raw=RawReader(raw_url),
        requests_per_second=float(environment.get(PACE) or source.requests_per_second),
    )
    try:
        print(f"{source.name}: ok. {redact(source.probe(run))}")
    except SourceError as error:
        print(f"{source.name}: {redact(str(error))}")
        return exit_codes.FAILED
    return exit_codes.OK


def _files(source: Source, inbox: Path) -> int:
    if source.inbox_folder is None:
        return 0
    found = (inbox / source.inbox_folder).rglob("*")
    return sum(path.is_file() and path.name[0] != "." for path in found)


if __name__ == "__main__":
    sys.exit(main())
