"""The register's rows of companies we know: from files, by number, by change.

State (saved only when the load completes):
    files       {digest of a file: the wish it was read with}
    numbers     corporate numbers that were looked up
    changed_to  the local day up to which changes were read
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Any

from sources._base.companies import company_key, is_corporate_number, known_companies
from sources._base.errors import BudgetSpent, Rejected
from sources._base.source import Run
from sources.houjin_bangou.api import Api
from sources.houjin_bangou.files import read_files
from sources.houjin_bangou.tables import (
    CORPORATIONS,
    NAME,
    NUMBER,
    problem_of,
    row_of,
)

log = logging.getLogger(__name__)

REGISTERS = frozenset({"houjin_bangou", "gbizinfo"})
NUMBERS_A_REQUEST = 10
DAYS_A_REQUEST = 50
OVERLAP = timedelta(days=3)  # changes of a day may be published after it
LOCAL = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class Wish:
    """Which companies to keep: all, or those with a number or name we know."""

    is_all: bool
    numbers: frozenset[str]
    names: frozenset[str]

    def wants(self, fields: Sequence[str]) -> bool:
        """Whether a line is of one of them; a line too short to tell is looked at."""
        if self.is_all or len(fields) <= NAME:
            return True
        return fields[NUMBER] in self.numbers or company_key(fields[NAME]) in self.names

    @property
    def version(self) -> str:
        """Changes whenever other companies are wished for."""
        text = (
            "all" if self.is_all else repr((sorted(self.numbers), sorted(self.names)))
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def resources(run: Run) -> Iterable[Any]:
    """Yields the one table; files are read without a connection too."""
    yield run.table(CORPORATIONS, lambda: _corporations(run), needs_connection=False)


def probe(run: Run) -> str:
    """Asks for one number: is the application id accepted?"""
    return (
        f"the register of corporations answers; its data is of {Api(run).updated_on()}"
    )


def _corporations(run: Run) -> Iterator[list[dict[str, Any]]]:
    wish = _wish(run)
    seen: set[int] = set()
    for rows in _all_rows(run, wish):
        fresh = []
        for row in rows:
            own = hash(tuple(row[name] for name in CORPORATIONS.columns))
            if own not in seen:  # in a file and in an answer, or in two answers
                seen.add(own)
                fresh.append(row)
        yield fresh


def _all_rows(run: Run, wish: Wish) -> Iterator[list[dict[str, Any]]]:
    yield from read_files(run, wish.wants, wish.version)
    if not run.is_connected:
        return
    api = Api(run)
    is_empty = True
    try:
        for rows in _from_platform(run, api, wish):
            yield rows
            is_empty = False
    except BudgetSpent as error:
        # What was read lands and is not asked for again; the rest comes tomorrow.
        if is_empty or run.window:
            raise
        log.warning("houjin_bangou: the rest is left for the next run: %s", error)


def _wish(run: Run) -> Wish:
    known = known_companies(run.raw, registers=REGISTERS)
    given = run.settings.get("HOUJIN_BANGOU_NUMBERS", "").replace(",", " ").split()
    wrong = [number for number in given if not is_corporate_number(number)]
    if wrong:
        raise Rejected(
            f"HOUJIN_BANGOU_NUMBERS holds {', '.join(wrong)}, which is no corporate"
            " number (13 digits with a check digit): correct it"
        )
    return Wish(
        is_all=run.settings.get("HOUJIN_BANGOU_ALL", "").strip().lower() == "true",
        numbers=known.numbers | {*given},
        names=frozenset(known.names),
    )


def _from_platform(run: Run, api: Api, wish: Wish) -> Iterator[list[dict[str, Any]]]:
    today = run.clock.astimezone(LOCAL).date()
    if run.window:
        yield from _changes(run, api, wish, *run.window)
        return
    asked: list[str] = [] if run.full else run.state.setdefault("numbers", [])
    for numbers in _tens(wish.numbers - {*asked}):
        yield _looked_up(run, api, numbers)
        asked = run.state["numbers"] = sorted({*asked, *numbers})
    # Numbers are told with their history: changes matter from the first run on.
    changed_to = run.state.get("changed_to")
    since = date.fromisoformat(changed_to) - OVERLAP if changed_to else today
    while changed_to and since <= today:
        until = min(since + timedelta(days=DAYS_A_REQUEST - 1), today)
        yield from _changes(run, api, wish, since, until)
        run.state["changed_to"] = until.isoformat()
        since = until + timedelta(days=1)
    run.state["changed_to"] = today.isoformat()


def _changes(
    run: Run, api: Api, wish: Wish, first: date, last: date
) -> Iterator[list[dict[str, Any]]]:
    """What changed on these days, and the history of the companies it happened to."""
    changed: set[str] = set()
    while first <= last:
        until = min(first + timedelta(days=DAYS_A_REQUEST - 1), last)
        lines = api.lines("/diff", **{"from": f"{first}", "to": f"{until}"})
        rows = _rows(run, [line for line in lines if wish.wants(line)])
        changed |= {str(row["corporate_number"]) for row in rows}
        yield rows
        first = until + timedelta(days=1)
    if not wish.is_all:
        # A change says nothing of the row before it, which is the latest no more.
        for numbers in _tens(changed):
            yield _looked_up(run, api, numbers)


def _looked_up(run: Run, api: Api, numbers: list[str]) -> list[dict[str, Any]]:
    return _rows(run, api.lines("/num", number=",".join(numbers), history="1"))


def _tens(numbers: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(numbers)
    for start in range(0, len(ordered), NUMBERS_A_REQUEST):
        yield ordered[start : start + NUMBERS_A_REQUEST]


def _rows(run: Run, lines: list[list[str]]) -> list[dict[str, Any]]:
    rows = []
    for fields in lines:
        problem = problem_of(fields)
        if problem:
            run.quarantine(CORPORATIONS.name, problem, fields)
        else:
            rows.append(row_of(fields))
    return rows
