"""`make figures`: how members rise to star, and points over time, each one HTML file.

    python -m pipelines.stars.figures [--data D] [--inbox I] [--out O] [--member M]
        [--shareable]

Reads the published file only. From the shareable one (--shareable) no name is shown.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines import exit_codes
from pipelines.refresh import where
from pipelines.settings import SettingError, read_environment
from pipelines.stars import figure_funnel, figure_look
from pipelines.stars.figure_history import Member, history, top_members

FUNNEL, HISTORY = "star_funnel.html", "score_history.html"

# With fewer people a flow is a list of persons.
LEAST_ACTIVE = 5


class CannotDraw(Exception):
    """No figure can be made of this; the message says why and what to do."""


@dataclass(frozen=True)
class Release:
    """What a figure says of the release it is made of."""

    as_of: date
    is_synthetic: bool
    names: dict[str, str]

    @property
    def below(self) -> str:
        words = f"{self.as_of:%Y-%m-%d} 時点 / as of {self.as_of:%Y-%m-%d}"
        if self.is_synthetic:
            words += " · <b>架空のデータ / SYNTHETIC DATA</b>"
        return words


def main() -> None:
    """Draws both figures from the published file and prints where they are."""
    parser = argparse.ArgumentParser(prog="figures", description=main.__doc__)
    parser.add_argument("--data", default="", help="data folder (default data/)")
    parser.add_argument("--inbox", default="", help="folder of exported files")
    parser.add_argument("--out", default="", help="folder (default <data>/figures)")
    parser.add_argument(
        "--member",
        default="",
        help="whose history: ids or names, separated by commas (default: most points)",
    )
    parser.add_argument(
        "--shareable", action="store_true", help="read the file without personal data"
    )
    given = parser.parse_args()
    try:
        workspace, _ = where(given, read_environment(os.environ))
    except SettingError as error:
        print(f"figures: {error}", file=sys.stderr)
        sys.exit(exit_codes.USAGE)
    name = "community_shareable.duckdb" if given.shareable else "community.duckdb"
    out = Path(given.out) if given.out else workspace.data / "figures"
    chosen = [part.strip() for part in given.member.split(",") if part.strip()]
    try:
        files = draw(workspace.published / name, out, chosen)
    except (CannotDraw, OSError) as error:
        print(f"figures: {error}", file=sys.stderr)
        sys.exit(exit_codes.FAILED)
    for file in files:
        print(file)


def draw(published: Path, out: Path, chosen: list[str]) -> list[Path]:
    """Writes both figures of a published file and returns where they are.

    chosen: ids or names of the members whose history is drawn; empty: most points.
    Raises: CannotDraw, OSError.
    """
    if not published.exists():
        raise CannotDraw(
            f"there is no release at {published}: run `make refresh` first"
        )
    with duckdb.connect(str(published), read_only=True) as connection:
        release = _release(connection)
        active = figure_funnel.flows(connection).active
        if active < LEAST_ACTIVE:
            raise CannotDraw(
                f"{active} members were ever active: with fewer than {LEAST_ACTIVE} a"
                " figure shows persons, not a community"
            )
        members = _members(connection, release, chosen)
        drawn = {
            FUNNEL: figure_funnel.funnel(connection, release.below),
            HISTORY: history(connection, members, release.as_of, release.below),
        }
    out.mkdir(parents=True, exist_ok=True)
    for name, figure in drawn.items():
        figure_look.write(figure, out / name)
    return [out / name for name in drawn]


def _release(connection: duckdb.DuckDBPyConnection) -> Release:
    found = connection.execute(
        "SELECT data_through, is_synthetic FROM marts.publications"
        " ORDER BY published_at DESC LIMIT 1"
    ).fetchall()
    if not found:
        raise CannotDraw("the published file holds no release")
    as_of, is_synthetic = found[0]
    has_names = connection.execute(
        "SELECT count(*) FROM duckdb_tables()"
        " WHERE schema_name = 'marts' AND table_name = 'dim_members'"
    ).fetchall()[0][0]
    names = (
        dict(
            connection.execute(
                "SELECT member_id, display_name FROM marts.dim_members"
                " WHERE display_name IS NOT NULL"
            ).fetchall()
        )
        if has_names
        else {}
    )
    return Release(as_of, is_synthetic, names)


def _members(
    connection: duckdb.DuckDBPyConnection, release: Release, chosen: list[str]
) -> list[Member]:
    known = {
        row[0]
        for row in connection.execute(
            "SELECT member_id FROM marts.member_scores"
        ).fetchall()
    }
    by_name: dict[str, list[str]] = {}
    for member_id, name in sorted(release.names.items()):
        by_name.setdefault(name, []).append(member_id)
    ids: list[str] = []
    for wanted in chosen:
        found = [wanted] if wanted in known else by_name.get(wanted, [])
        if not found:
            raise CannotDraw(f"no member of the published file is {wanted}")
        ids += found
    ids = list(dict.fromkeys(ids)) or top_members(connection)
    return [Member(one, release.names.get(one, one)) for one in ids]


if __name__ == "__main__":
    main()
