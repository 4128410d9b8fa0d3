"""X resources: one search per query, newest first, then the week's counters again.

State (saved only when the load completes):
    queries   {query: {"since_id", "since_at", "reread_at"}}
    errors    {"user 123": run}: posts and users X could not show, already reported
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

from sources._base.errors import BudgetSpent, Rejected
from sources._base.http import HttpSession
from sources._base.source import Run
from sources._base.values import moment_of
from sources._files.mapped import mapped_resources
from sources.x.answers import Page, page_of
from sources.x.counts import posts_by_day
from sources.x.tables import POSTS, USERS

PATH = "/tweets/search/recent"
FIELDS: Mapping[str, Any] = {
    "max_results": 100,
    "tweet.fields": "author_id,conversation_id,created_at,edit_history_tweet_ids,"
    "entities,in_reply_to_user_id,lang,public_metrics,referenced_tweets,source",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
    "user.fields": "created_at,description,entities,location,protected,public_metrics,"
    "url,verified",
}
# Recent search reaches 7 days back; asking for the very edge is refused.
REACH = timedelta(days=7) - timedelta(minutes=5)
OVERLAP = timedelta(minutes=10)  # ids are only roughly in order of time
REREAD_AFTER = timedelta(hours=20)  # reading is paid: counters once a day
LOCAL = timezone(timedelta(hours=9))  # days of a backfill window


def resources(run: Run) -> Iterable[Any]:
    """Yields posts, the users that came with them, and what lists of posts tell."""
    users: dict[str, dict[str, Any]] = {}
    yield run.table(POSTS, lambda: _posts(run, users))
    yield run.table(USERS, users.values)
    yield from mapped_resources(run)


def probe(run: Run) -> str:
    """Asks for ten posts of the first query: are token and query accepted?"""
    body = (
        _session(run).get_json(PATH, {"query": queries(run)[0], "max_results": 10}).body
    )
    return f"X answers; posts of the first query: {len(page_of(body).posts)} or more"


def queries(run: Run) -> list[str]:
    """The configured queries, each once, in the order given."""
    parts = (part.strip() for part in run.settings["X_QUERIES"].split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def _session(run: Run) -> HttpSession:
    return run.http(
        run.settings["X_BASE_URL"],
        {"Authorization": f"Bearer {run.settings['X_BEARER_TOKEN']}"},
    )


def _posts(run: Run, users: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    emitted: set[str] = set()
    referenced: dict[str, dict[str, Any]] = {}
    for query in queries(run):
        for page in _pages(run, query):
            _set_aside(run, page)
            users.update((user["id"], user) for user in page.users)
            referenced.update((post["id"], post) for post in page.referenced)
            for post in page.posts:
                if post["id"] not in emitted:
                    emitted.add(post["id"])
                    yield post
    # A post that matches a query itself is not only a referenced one.
    yield from (post for name, post in referenced.items() if name not in emitted)
    if not run.window:
        days = posts_by_day(
            _session(run), queries(run), since=run.clock - REACH, until=run.clock
        )
        for day, count in days:
            run.report(POSTS.name, count, period=f"day:{day}")


def _pages(run: Run, query: str) -> Iterator[Page]:
    http = _session(run)
    reach = run.clock - REACH
    if run.window:
        first, last = run.window
        end = datetime.combine(last + timedelta(days=1), time(), LOCAL)
        start = max(datetime.combine(first, time(), LOCAL), reach)
        if end <= reach:
            raise Rejected(
                f"X shows posts of the last 7 days only, {first} to {last} is older:"
                " export the posts and put the file into inbox/files"
            )
        end = min(end, run.clock - timedelta(seconds=30))
        yield from _search(http, query, start_time=_z(start), end_time=_z(end))
        return
    known: dict[str, str] = run.state.setdefault("queries", {}).setdefault(query, {})
    since_at = moment_of(known.get("since_at"))
    has_cursor = since_at is not None and since_at > reach and not run.full
    read_from = {"since_id": known["since_id"]} if has_cursor else {}
    posts: list[dict[str, Any]] = []
    for page in _newest(http, query, read_from):
        posts += page.posts
        yield page
    reread_at = moment_of(known.get("reread_at"))
    is_due = reread_at is None or run.clock - reread_at >= REREAD_AFTER
    if not has_cursor:
        known["reread_at"] = run.clock.isoformat()
    elif since_at is not None and is_due:
        yield from _reread(http, query, end=since_at)
        known["reread_at"] = run.clock.isoformat()
    _move_cursor(known, posts)


def _newest(
    http: HttpSession, query: str, read_from: Mapping[str, str]
) -> Iterator[Page]:
    # Nothing says where the window begins: X knows, and refuses what it finds too old,
    # as a clock that runs behind would have us ask.
    try:
        yield from _search(http, query, **read_from)
    except Rejected as refusal:
        # A since_id that X finds too old is a 400; the whole window is read instead.
        if refusal.status != 400 or "since_id" not in read_from:
            raise
        yield from _search(http, query)


def _reread(http: HttpSession, query: str, *, end: datetime) -> Iterator[Page]:
    """Older posts of the window, for reactions that grew, on half of what is left."""
    floor = http.left // 2
    pages = _search(http, query, end_time=_z(end, seconds=1))
    while http.left > floor:
        try:
            page = next(pages, None)
        except BudgetSpent:
            return
        if page is None:
            return
        yield page


def _search(http: HttpSession, query: str, **limits: str) -> Iterator[Page]:
    """Yields the pages of one search; a page may be empty, the last has no token."""
    token: str | None = None
    while True:
        params = {"query": query, **FIELDS, **limits, "next_token": token}
        page = page_of(http.get_json(PATH, params).body)
        yield page
        token = page.next_token
        if token is None:
            return


def _move_cursor(known: MutableMapping[str, str], posts: list[dict[str, Any]]) -> None:
    """Remembers the newest post that is at least the overlap older than the newest."""
    timed = [
        (moment, int(post["id"]))
        for post in posts
        if (moment := moment_of(post["created_at"]))
    ]
    if not timed:
        return
    limit = max(moment for moment, _ in timed) - OVERLAP
    old_enough = [(number, moment) for moment, number in timed if moment <= limit]
    if not old_enough:
        return
    number, moment = max(old_enough)
    if number > int(known.get("since_id", "0")):
        known["since_id"] = str(number)
        known["since_at"] = moment.isoformat()


def _set_aside(run: Run, page: Page) -> None:
    """Quarantines what X says it cannot show (deleted, suspended, protected), once."""
    reported: dict[str, str] = run.state.setdefault("errors", {})
    for name in [n for n, at in reported.items() if _is_forgotten(at, run.clock)]:
        del reported[name]
    for error in page.errors:
        kind = str(error.get("resource_type", "tweet"))
        name = f"{kind} {error.get('resource_id') or error.get('value')}"
        if name not in reported:
            run.quarantine(
                USERS.name if kind == "user" else POSTS.name,
                f"X does not show it: {error.get('title') or error.get('message')}",
                error,
            )
        reported[name] = run.clock.isoformat()


def _is_forgotten(reported_at: str, clock: datetime) -> bool:
    moment = moment_of(reported_at)
    return moment is None or clock - moment > 2 * REACH


def _z(moment: datetime, *, seconds: int = 0) -> str:
    """RFC 3339 in UTC to the second, as X wants times."""
    return f"{(moment + timedelta(seconds=seconds)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
