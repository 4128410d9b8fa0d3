"""The text of a message: what, since when, what readers see, where, and what to do.

tsunagari: connpass: GET https://... failed 6 times, last with 500; try later
since: 2026-11-25 05:00 JST
readers see: release 20261124-..., data through 2026-11-24
data folder: /opt/tsunagari/data
log: /opt/tsunagari/data/logs/refresh-20261124T200000Z.log
next: make probe SOURCE=connpass
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

NAME = "tsunagari"
MAX_CHARACTERS = 3_000  # of one Slack block; longer ones are cut by the receiver
CUT = "... (truncated: the rest is in the report and in the log)"


@dataclass(frozen=True)
class Event:
    """Something that is wrong now: `key` names it, so that it is told once.

    key: e.g. `source:connpass`, `gate`, `run:build`. text: one sentence.
    details: lines below it. since: when it began, where that is not the run's clock.
    next_steps: what to do, commands where there are some.
    """

    key: str
    text: str
    details: tuple[str, ...] = ()
    since: datetime | None = None
    next_steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Situation:
    """What every message of a run says besides the event.

    clock: of the run. readers: what they have now. log, report: "" where is none.
    """

    clock: datetime
    timezone: str
    data: Path
    readers: str
    log: str = ""
    report: str = ""


@dataclass(frozen=True)
class Message:
    """head: what happened, cut when too long. tail: what to do about it, whole."""

    head: str
    tail: str = ""

    @property
    def first(self) -> str:
        """The first line, without our name."""
        return self.head.removeprefix(f"{NAME}: ").splitlines()[0]

    def plain(self) -> str:
        """Returns the text of a mail."""
        return _fitted(self.head, self.tail)

    def for_slack(self) -> str:
        """Returns the text of a webhook; nothing in it is a link or a mention.

        Names of sources' things stand in messages: `<!channel>` in one is six
        characters, as Slack wants them written.
        """
        return _fitted(
            html.escape(self.head, quote=False), html.escape(self.tail, quote=False)
        )


def told(event: Event, situation: Situation | None) -> Message:
    """Returns the message that something is wrong."""
    head = "\n".join((f"{NAME}: {event.text}", *event.details))
    if situation is None:
        return Message(head)
    since = _moment(event.since or situation.clock, situation)
    lines = (f"since: {since}", *_where(situation))
    steps = event.next_steps or ("read the log",)
    return Message(head, "\n".join((*lines, *(f"next: {step}" for step in steps))))


def over(text: str, since: datetime | None, situation: Situation | None) -> Message:
    """Returns the message that it is over."""
    head = f"{NAME}: recovered: {text.splitlines()[0]}"
    if situation is None:
        return Message(head)
    began = f"since {_moment(since, situation)}, " if since else ""
    lines = (f"it was so {began}until {_moment(situation.clock, situation)}",)
    return Message(head, "\n".join((*lines, *_where(situation), "next: nothing to do")))


def _where(situation: Situation) -> tuple[str, ...]:
    lines = [f"readers see: {situation.readers}", f"data folder: {situation.data}"]
    lines += [f"report: {situation.report}"] if situation.report else []
    return (*lines, *([f"log: {situation.log}"] if situation.log else []))


def _moment(moment: datetime, situation: Situation) -> str:
    return f"{moment.astimezone(ZoneInfo(situation.timezone)):%Y-%m-%d %H:%M %Z}"


def _fitted(head: str, tail: str) -> str:
    tail = f"\n{tail}" if tail else ""
    room = MAX_CHARACTERS - len(tail)
    if len(head) > room:
        head = f"{head[: max(room - len(CUT), 0)]}{CUT}"
    return f"{head}{tail}"[:MAX_CHARACTERS]
