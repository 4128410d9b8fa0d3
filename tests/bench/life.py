"""A community whose last days are told one by one into an inbox.

Every day the inbox gets what the community's platforms tell on it: new rows, late ones,
changed ones; once a week an export of events and registrations takes the place of the
week's before. With a calendar the days are not all alike: a conference, a holiday, a
platform that joins, and two connectors beside the files (tests/bench/life_beside.py).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np

from tests.bench.life_beside import Conference, Group, SignIns
from tests.bench.scored_arrow import FIRST_DAY
from tests.bench.scored_community import Scored, days_between, scored_community

LAST_DAY = date(2026, 11, 20)
EXPORTED = ("events", "registrations")  # whole, once a week
EXPORT_EVERY = 7
HOLIDAY_SHARE = 10  # one in so many does on holiday what all do on other days
# When who did what, the number that says whether it is done on holiday, and the event.
WHEN = {
    "activities": ("occurred_at", "activity_id"),
    "registrations": ("registered_at", "account_id"),
    "events": ("started_at", None),
}


@dataclass(frozen=True)
class Calendar:
    """What is not as usual. joins: the day on which a platform is exported at first."""

    conference: tuple[date, ...]
    holiday: tuple[date, ...]
    joins: date


@dataclass(frozen=True)
class Life:
    """A community whose last days are told one by one into an inbox."""

    community: Scored
    first: date  # its files hold everything until then
    last: date
    calendar: Calendar | None = None

    def tell(self, inbox: Path, day: date) -> None:
        """Puts into the inbox what a day adds; the same day twice changes nothing."""
        files = inbox / "files"
        is_first = day == self.first
        if is_first:
            self._whole(files / "0", day)
        else:
            self.community.write_new(files / day.isoformat(), day)
            self._without_holidays(files / day.isoformat())
            if (day - self.first).days % EXPORT_EVERY == 0:
                self._export(files, day)
        if self.calendar:
            self._beside(inbox, day, self.calendar)

    def _beside(self, inbox: Path, day: date, calendar: Calendar) -> None:
        everybody, seed = self.community.people, self.community.seed
        is_first = day == self.first
        if len(calendar.conference):
            Conference(calendar.conference, everybody, seed).tell(
                inbox / "files" / "conference", day, is_first=is_first
            )
        quiet, busy = calendar.holiday, calendar.conference
        SignIns(everybody, seed, quiet, busy).tell(inbox, day, is_first=is_first)
        if day >= calendar.joins:
            Group(everybody, seed, quiet, busy).tell(
                inbox, day, is_first=day == calendar.joins
            )

    def _whole(self, folder: Path, day: date) -> None:
        self.community.write(folder, day)
        self._without_holidays(folder)

    def _export(self, files: Path, day: date) -> None:
        """Replaces the last export by one of that day."""
        whole = files.parent / "exporting"
        self._whole(whole, day)
        (files / "export").mkdir(exist_ok=True)
        for name in EXPORTED:
            (whole / f"{name}.parquet").replace(files / "export" / f"{name}.parquet")
        shutil.rmtree(whole)

    def _without_holidays(self, folder: Path) -> None:
        """Takes out of the files of a folder what nobody does on a holiday."""
        if not self.calendar:
            return
        quiet = ", ".join(f"DATE '{day}'" for day in self.calendar.holiday)
        for name, (when, number) in WHEN.items():
            file = folder / f"{name}.parquet"
            if not file.exists():
                continue
            done = f"cast(timezone('Asia/Tokyo', {when}) AS date) IN ({quiet})"
            if number:
                done += f" AND cast(substr({number}, 2) AS int) % {HOLIDAY_SHARE} != 0"
            kept = duckdb.sql(
                f"""
                FROM '{file}'
                WHERE NOT coalesce({done}, false)
                    AND coalesce(event_id NOT IN {self._cancelled()}, true)
                """
            ).to_arrow_table()
            file.unlink()
            if kept.num_rows:
                duckdb.from_arrow(kept).write_parquet(str(file))

    def _cancelled(self) -> str:
        """The events of holidays: they are not held, and nobody registers for them."""
        assert self.calendar
        held = np.isin(
            FIRST_DAY + self.community.events.day.astype("timedelta64[D]"),
            np.array(self.calendar.holiday, dtype="datetime64[D]"),
        )
        # There is no event -1: a list needs one.
        return str(tuple(f"e{row}" for row in [-1, -1, *np.flatnonzero(held)]))

    def days(self) -> list[date]:
        """Every day from the first to the last."""
        return list(days_between(self.first, self.last))


def life(
    days: int,
    *,
    members: int,
    activities: int,
    seed: int = 1,
    calendar: Calendar | None = None,
) -> Life:
    """A community that is told whole on one day and daily on so many after it."""
    community = scored_community(members, activities, LAST_DAY, seed=seed)
    return Life(community, LAST_DAY - timedelta(days=days), LAST_DAY, calendar)
