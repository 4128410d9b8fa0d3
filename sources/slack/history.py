"""Messages of channels and their threads: what is new, and what may have changed.

State of a channel (`run.state["channels"][id]`), every moment a `ts` text:
    since     up to here its history has been asked for
    pending   [[oldest, latest], ...] of that, not read yet; read from latest to oldest
    unread    threads (ts of their first message) whose replies are to be read
    watched   {thread: its latest reply} for threads that are still alive
    archived  true when it has been read since it was archived

Slack tells of no edit, reaction or reply by itself. So every run asks again for the
last days of history, and for the threads that were answered in them; of a thread that
is older and silent nothing is asked.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from sources._base.errors import BudgetSpent, Rejected
from sources._base.http import HttpSession
from sources._base.source import Run
from sources._base.values import text_of
from sources.slack import api
from sources.slack.channels import Row, refuse
from sources.slack.tables import MESSAGES, message_row

log = logging.getLogger(__name__)
PER_PAGE = 200  # messages; what Slack recommends
BEGINNING = "0"
LOCAL = timezone(timedelta(hours=9))  # days of a backfill window


def messages(run: Run, channels: list[Row]) -> Iterator[list[Row]]:
    """Yields the messages of these channels, the longest unread channel first.

    Raises: BudgetSpent only when nothing at all could be read.
    """
    if not channels:
        return
    http = api.session(run)
    known: dict[str, Any] = run.state.setdefault("channels", {})
    found = False
    for channel in sorted(channels, key=lambda row: _since(known, row)):
        before = copy.deepcopy(known.get(channel["id"], {}))
        reader = _Reader(run, http, channel, known.setdefault(channel["id"], {}))
        try:
            for rows in reader.rows():
                found = found or bool(rows)
                yield rows
            run.state.get("refused", {}).pop(channel["id"], None)
        except api.ChannelRefused as error:
            known[channel["id"]] = before
            refuse(run, channel["id"], str(error))
        except BudgetSpent as error:
            # A first reading of a large workspace takes several runs; a run that was
            # refused everything is an error all the same.
            if run.window:
                raise BudgetSpent(
                    "Slack: these days hold more than the requests of one run can read:"
                    f" give WINDOW fewer days ({error})"
                ) from error
            if not found:
                raise
            log.warning("Slack: %s", error)
            return


def ts_of(moment: datetime) -> str:
    """A moment (aware) as Slack writes it."""
    return f"{moment.timestamp():.6f}"


def _since(known: Mapping[str, Any], channel: Row) -> Decimal:
    return _order(known.get(channel["id"], {}).get("since", BEGINNING))


def _order(ts: str | None) -> Decimal:
    """What a ts sorts by: exact, unlike a float."""
    try:
        return Decimal(ts or BEGINNING)
    except InvalidOperation:
        return Decimal(BEGINNING)


def _some_days_before(ts: str, run: Run) -> str:
    """SLACK_REREAD_DAYS before a moment."""
    try:
        days = timedelta(days=float(run.settings["SLACK_REREAD_DAYS"]))
        if days < timedelta(0):
            raise ValueError
    except (ValueError, OverflowError):
        raise Rejected(
            f"SLACK_REREAD_DAYS is {run.settings['SLACK_REREAD_DAYS']!r}:"
            " write a number of days"
        ) from None
    return str(max(_order(ts) - Decimal(days.total_seconds()), Decimal(0)))


@dataclass
class _Reader:
    """Reads one channel. known: its state, changed as far as the reading got."""

    run: Run
    http: HttpSession
    channel: Row
    known: dict[str, Any]
    _seen: set[str] = field(default_factory=set)
    _queued: set[str] = field(default_factory=set)  # threads, be they read by now

    def rows(self) -> Iterator[list[Row]]:
        """Yields pages of messages, of the history first and then of threads."""
        if self.run.window:
            first, last = self.run.window
            start = datetime.combine(first, time(0), LOCAL)
            end = datetime.combine(last + timedelta(days=1), time(0), LOCAL)
            self.known = {"pending": [[ts_of(start), ts_of(end)]]}
            yield from self._history()
            yield from self._threads()
            return
        if self._is_closed():
            return
        self._plan()
        yield from self._history()
        yield from self._threads()
        self.known["archived"] = bool(self.channel["is_archived"])

    def _is_closed(self) -> bool:
        """Whether nothing can have come since we read it."""
        known = self.known
        is_open = known.get("pending") or known.get("unread") or self.run.full
        return bool(self.channel["is_archived"] and known.get("archived")) and (
            not is_open
        )

    def _plan(self) -> None:
        """Adds to what is pending what this run has to ask for."""
        now = ts_of(self.run.clock)
        since = self.known.get("since")
        if since is None or self.run.full:
            self.known["pending"] = [[BEGINNING, now]]
        elif self.known.get("pending") or self._has_threads_never_read():
            # Not caught up yet: looking for late changes as well might take all of it.
            self.known["pending"] = [*self.known.get("pending", []), [since, now]]
        else:
            self.known["pending"] = [[_some_days_before(since, self.run), now]]
        self.known["since"] = now

    def _has_threads_never_read(self) -> bool:
        watched = self.known.get("watched", {})
        return any(ts not in watched for ts in self.known.get("unread", []))

    def _history(self) -> Iterator[list[Row]]:
        pending = self.known["pending"]
        self._queued.update(self.known.setdefault("unread", []))
        while pending:
            oldest, latest = pending[-1]
            is_first = oldest == BEGINNING and len(pending) == 1
            saw_any = False
            for page in self._pages(oldest, latest):
                saw_any = saw_any or bool(page)
                yield self._rows(page)
                pending[-1][1] = min(
                    (text_of(m.get("ts"), "message.ts") or latest for m in page),
                    key=_order,
                    default=pending[-1][1],
                )
            pending.pop()
            if is_first and not saw_any:
                # Nobody can tell an empty channel from a bad day of Slack's: it costs
                # one request to read it from the beginning again.
                self.known.pop("since", None)

    def _pages(self, oldest: str, latest: str) -> Iterator[list[Mapping[str, Any]]]:
        while True:
            params = {
                "channel": self.channel["id"],
                "oldest": oldest,
                "latest": latest,
                "limit": PER_PAGE,
            }
            page = None
            for page in api.pages(
                self.http, "conversations.history", params, "messages"
            ):
                yield page.records
            # Answers without cursors go on below the oldest message shown.
            if page is None or not page.has_more or not page.records:
                return
            latest = min(
                (text_of(m.get("ts"), "message.ts") or latest for m in page.records),
                key=_order,
            )

    def _rows(self, sent: list[Mapping[str, Any]]) -> list[Row]:
        """The rows not seen before in this run; remembers the threads among them."""
        rows = []
        for message in sent:
            row = message_row(self.channel["id"], message)
            ts = row["ts"]
            if ts is None:
                self.run.quarantine(MESSAGES.name, "the message has no ts", message)
                continue
            if ts in self._seen:
                continue
            self._seen.add(ts)
            rows.append(row)
            is_reply = row["thread_ts"] not in (None, ts)
            if (row["reply_count"] or row["latest_reply"]) and not is_reply:
                self._queue([ts])
        return rows

    def _queue(self, threads: Iterable[str]) -> list[str]:
        """Adds threads to those to be read, each once a run; returns all of them."""
        unread: list[str] = self.known["unread"]
        fresh = [ts for ts in threads if ts not in self._queued]
        self._queued.update(fresh)
        unread += fresh
        return unread

    def _threads(self) -> Iterator[list[Row]]:
        """Reads threads in turn; one that has been silent for long is left alone.

        What a run does not come to stands first in the next one.
        """
        watched: dict[str, str] = self.known.setdefault("watched", {})
        alive = _order(_some_days_before(ts_of(self.run.clock), self.run))
        unread = self._queue(watched)
        while unread:
            ts = unread[0]
            try:
                for page in self._replies(ts):
                    replies = [text_of(m.get("ts"), "message.ts") for m in page]
                    watched[ts] = max(
                        (watched.get(ts, ts), *filter(None, replies)), key=_order
                    )
                    yield self._rows(page)
            except api.ChannelRefused as error:
                if error.error != "thread_not_found":
                    raise
                watched.pop(ts, None)
            del unread[0]
            if _order(watched.get(ts)) < alive:
                watched.pop(ts, None)

    def _replies(self, ts: str) -> Iterator[list[Mapping[str, Any]]]:
        params = {"channel": self.channel["id"], "ts": ts, "limit": PER_PAGE}
        for page in api.pages(
            self.http,
            "conversations.replies",
            params,
            "messages",
            is_never_empty=True,
        ):
            yield page.records
