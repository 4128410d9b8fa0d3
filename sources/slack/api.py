"""Slack's Web API: one call, pages of a call, and what its errors amount to.

Errors arrive as HTTP 200 with {"ok": false, "error": "..."}:
    the token or its scopes   Rejected, the source fails
    one channel or thread     ChannelRefused, the caller passes it over
    the platform itself       asked again, then Retriable
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sources._base.errors import (
    BudgetSpent,
    Rejected,
    Retriable,
    SchemaChanged,
    SourceError,
)
from sources._base.http import HttpSession
from sources._base.source import Run
from sources._base.values import object_of, text_of

TRIES = 3  # of a call that the platform says failed on its side
SAME_CURSOR = 3  # times in a row before we stop believing in a next page
ON_ITS_SIDE = frozenset(
    {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
)
# What to do about errors of one channel or thread.
OF_A_CHANNEL: Mapping[str, str] = {
    "channel_not_found": "there is no such public channel, or it became private",
    "not_in_channel": "invite the app into it (/invite @app)",
    "thread_not_found": "the thread was deleted",
}
# What to do about errors of the token.
OF_THE_TOKEN: Mapping[str, str] = {
    "not_authed": "SLACK_TOKEN is empty: give the app's bot token (xoxb-...)",
    "invalid_auth": "SLACK_TOKEN is wrong: copy the app's bot token (xoxb-...) again",
    "token_expired": "SLACK_TOKEN has expired: give a new one, or switch token"
    " rotation off for the app",
    "token_revoked": "SLACK_TOKEN was revoked: install the app again and give the new"
    " token",
    "account_inactive": "the token's user or workspace is gone: install the app again",
    "access_denied": "the workspace does not let the app read this: ask its admin",
    "not_allowed_token_type": "give the app's bot token (xoxb-...)",
}


class ChannelRefused(Rejected):
    """One channel or thread cannot be read. error: Slack's word for it."""

    def __init__(self, message: str, *, error: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True)
class Page:
    """One page. has_more: more follows, be there a cursor or not (old answers)."""

    records: list[Mapping[str, Any]]
    cursor: str
    has_more: bool


def session(run: Run) -> HttpSession:
    """The session of the run, with the token."""
    headers = {"Authorization": f"Bearer {run.settings['SLACK_TOKEN']}"}
    return run.http(run.settings["SLACK_BASE_URL"], headers)


def call(
    http: HttpSession, method: str, params: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """Calls a method and returns its answer.

    Raises: Rejected, ChannelRefused, Retriable, BudgetSpent, SchemaChanged.
    """
    error = ""
    for _ in range(TRIES):
        body = http.get_json(f"/{method}", params).body
        if not isinstance(body, dict) or not isinstance(body.get("ok"), bool):
            raise SchemaChanged(
                f"{method} answers without saying ok: check SLACK_BASE_URL, else"
                " compare with sources/slack/README.md and change sources/slack/api.py"
            )
        if body["ok"]:
            return body
        error = text_of(body.get("error"), "error") or "an error without a name"
        if error not in ON_ITS_SIDE:
            raise _refusal(method, error, body, params or {})
    raise Retriable(f"{method} failed {TRIES} times, last with {error}; try later")


def pages(
    http: HttpSession,
    method: str,
    params: Mapping[str, Any],
    key: str,
    *,
    is_never_empty: bool = False,
) -> Iterator[Page]:
    """Yields the pages of a method until the cursor is ''.

    A page that comes twice is yielded twice: the caller drops what it has seen. A page
    that is empty where there should be something is asked for once more.
    """
    cursor, repeats, is_asked_again = "", 0, False
    while True:
        body = call(http, method, {**params, "cursor": cursor or None})
        page = _page(body, method, key)
        should_hold = is_never_empty or cursor or page.cursor or page.has_more
        if not page.records and should_hold and not is_asked_again:
            is_asked_again = True
            continue
        is_asked_again = False
        yield page
        if not page.cursor:
            return
        repeats = repeats + 1 if page.cursor == cursor else 0
        if repeats >= SAME_CURSOR:
            raise Retriable(f"{method} keeps naming the same next page; try later")
        cursor = page.cursor


def _page(body: Mapping[str, Any], method: str, key: str) -> Page:
    records = body.get(key)
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise SchemaChanged(
            f"{method} answers with no list of {key}: compare with"
            " sources/slack/README.md and change sources/slack/api.py"
        )
    told = object_of(body.get("response_metadata"), "response_metadata")
    cursor = text_of(told.get("next_cursor"), "next_cursor") or ""
    return Page(records, cursor, bool(cursor) or body.get("has_more") is True)


def _refusal(
    method: str, error: str, body: Mapping[str, Any], params: Mapping[str, Any]
) -> SourceError:
    if error == "ratelimited":
        return BudgetSpent(
            f"{method} is refused (ratelimited): the next run goes on from here"
        )
    if error == "missing_scope":
        needed = text_of(body.get("needed"), "needed") or "one more scope"
        return Rejected(
            f"{method} is refused (missing_scope): give the app {needed} and install"
            " it again"
        )
    if error in OF_A_CHANNEL:
        where = params.get("channel", "")
        return ChannelRefused(
            f"{method} of channel {where} is refused ({error}): {OF_A_CHANNEL[error]}",
            error=error,
        )
    advice = OF_THE_TOKEN.get(error, "see sources/slack/README.md")
    return Rejected(f"{method} is refused ({error}): {advice}")
