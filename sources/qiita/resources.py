"""Qiita resources: what is new of every query, what is still unread, then likes again.

State (saved only when the load completes):
    queries   {query: {"since", "until", "reread_at"}}; since: the local day up to which
              updates are read; until: while older items are unread, the day reached
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sources._base.errors import BudgetSpent, Rejected, Retriable
from sources._base.http import Answer, HttpSession
from sources._base.source import Run
from sources._base.values import count_of, moment_of
from sources.qiita.items import ITEMS, USERS, item_row, items_of, user_row

PER_PAGE = 100
LAST_PAGE = 100  # no search shows more than 10,000 items
OVERLAP = timedelta(days=1)  # searches know days, not moments
GROWING = timedelta(days=30)  # likes of older items are read no more
REREAD_AFTER = timedelta(hours=20)  # a like updates nothing: looked for once a day
LOCAL = timezone(timedelta(hours=9))  # days of searches and of a backfill window


@dataclass(frozen=True)
class Page:
    """One answer. oldest: the local day of its oldest item, "" when it is empty."""

    items: list[dict[str, Any]]
    users: list[dict[str, Any]]
    oldest: str
    has_next: bool


def resources(run: Run) -> Iterable[Any]:
    """Yields items, then the users that came inside them."""
    users: dict[str | None, dict[str, Any]] = {}
    yield run.table(ITEMS, lambda: _items(run, users))
    yield run.table(USERS, users.values)


def probe(run: Run) -> str:
    """Asks for one item of the first query: are token and query accepted?"""
    total = _total(_session(run), queries(run)[0])
    return f"Qiita answers; items of the first query: {total}"


def queries(run: Run) -> list[str]:
    """The configured queries, each once, in the order given."""
    parts = (part.strip() for part in run.settings["QIITA_QUERIES"].split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def _session(run: Run) -> HttpSession:
    token = run.settings.get("QIITA_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return run.http(run.settings["QIITA_BASE_URL"], headers)


def _items(
    run: Run, users: dict[str | None, dict[str, Any]]
) -> Iterator[list[dict[str, Any]]]:
    http = _session(run)
    seen: set[str] = set()

    def unseen(page: Page) -> list[dict[str, Any]]:
        users.update((user["permanent_id"], user) for user in page.users)
        found = [item for item in page.items if item["id"] not in seen]
        seen.update(item["id"] for item in found)
        return found

    if run.window:
        first, last = run.window
        for query in queries(run):
            for page in _pages(http, f"{query} created:>={first} created:<={last}"):
                yield unseen(page)
        return
    for query in queries(run):
        for page in _newer(run, http, query):
            yield unseen(page)
    try:
        for query in queries(run):
            for page in _older(run, http, query):
                yield unseen(page)
        for query in queries(run):
            for page in _growing(run, http, query):
                yield unseen(page)
    except BudgetSpent:
        # The first reading of a large query takes several runs; a run that was
        # refused everything is an error all the same.
        if not seen:
            raise


def _known(run: Run, query: str) -> dict[str, str]:
    known: dict[str, str] = run.state.setdefault("queries", {}).setdefault(query, {})
    return known


def _newer(run: Run, http: HttpSession, query: str) -> Iterator[Page]:
    """What was written or edited since the last run; a new query leaves it to older."""
    known = _known(run, query)
    today = run.clock.astimezone(LOCAL).date()
    total = _total(http, query)
    if total is not None:
        run.report(ITEMS.name, total, period=f"query:{query}")
    if run.full or "since" not in known:
        known |= {"until": "", "reread_at": run.clock.isoformat()}
    else:
        since = date.fromisoformat(known["since"]) - OVERLAP
        yield from _pages(http, f"{query} updated:>={since}")
    known["since"] = today.isoformat()


def _older(run: Run, http: HttpSession, query: str) -> Iterator[Page]:
    """What no run has reached yet, newest first."""
    known = _known(run, query)
    if "until" not in known:
        return
    for page in _pages(http, query, until=known["until"]):
        yield page
        known["until"] = page.oldest or known["until"]
    del known["until"]


def _growing(run: Run, http: HttpSession, query: str) -> Iterator[Page]:
    """The last month's items, for likes that grew, on half of the requests left."""
    known = _known(run, query)
    reread_at = moment_of(known.get("reread_at"))
    if reread_at and run.clock - reread_at < REREAD_AFTER:
        return
    floor = http.left // 2
    since = (run.clock - GROWING).astimezone(LOCAL).date()
    for page in _pages(http, f"{query} created:>={since}"):
        yield page
        if http.left <= floor:
            break
    known["reread_at"] = run.clock.isoformat()


def _pages(http: HttpSession, query: str, until: str = "") -> Iterator[Page]:
    """Yields the pages of a search, newest item first; beyond page 100 by day."""
    number, oldest = 1, until
    while True:
        words = f"{query} created:<={until}" if until else query
        page = _page(_ask(http, words, number, PER_PAGE), number)
        yield page
        oldest = min(filter(None, (oldest, page.oldest)), default="")
        number += 1
        if not page.has_next:
            return
        if number > LAST_PAGE:
            if oldest == until:
                raise Rejected(
                    f"Qiita shows 10,000 items of a search and {words!r} has more on"
                    " one day: narrow QIITA_QUERIES"
                )
            number, until = 1, oldest


def _total(http: HttpSession, query: str) -> int | None:
    return _total_of(_ask(http, query, 1, 1))


def _total_of(answer: Answer) -> int | None:
    return count_of(answer.headers.get("Total-Count"), "Total-Count")


def _ask(http: HttpSession, query: str, page: int, per_page: int) -> Answer:
    return http.get_json("/items", {"query": query, "page": page, "per_page": per_page})


def _page(answer: Answer, number: int) -> Page:
    # Nobody says whether the last page that can be asked for names a next one.
    is_cut = (_total_of(answer) or 0) > number * PER_PAGE
    items = items_of(answer.body)
    if not items and (_total_of(answer) or 0) > (number - 1) * PER_PAGE:
        raise Retriable(
            f"Qiita sends page {number} empty though it tells of {_total_of(answer)}"
            " items; try later"
        )
    moments = [moment_of(item.get("created_at")) for item in items]
    return Page(
        items=[item_row(item) for item in items],
        users=[user_row(item) for item in items],
        oldest=min((_local_day(moment) for moment in moments if moment), default=""),
        has_next=is_cut or 'rel="next"' in answer.headers.get("Link", ""),
    )


def _local_day(moment: datetime) -> str:
    return moment.astimezone(LOCAL).date().isoformat()
