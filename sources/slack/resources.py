"""Slack resources: channels, users, messages of the API, messages of exports.

State (saved only when the load completes):
    channels   {channel id: ...}, see history.py
    refused    {channel: why it is not read}: told once, not in every run
    exports    {digest: {"name", "rows"}}, see exports.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sources._base.source import Run
from sources.slack import api
from sources.slack.channels import PER_PAGE, Row, channels
from sources.slack.exports import Exports
from sources.slack.history import messages
from sources.slack.tables import (
    CHANNELS,
    EXPORT_MESSAGES,
    MESSAGES,
    USERS,
    user_row,
)


def resources(run: Run) -> Iterable[Any]:
    """Yields one resource per table; channels first, they say what there is to read."""
    exports = Exports(run)
    to_read: list[Row] = []
    yield run.table(
        CHANNELS, lambda: channels(run, exports, to_read), needs_connection=False
    )
    yield run.table(USERS, lambda: _users(run, exports), needs_connection=False)
    yield run.table(MESSAGES, lambda: messages(run, to_read))
    yield run.table(EXPORT_MESSAGES, exports.messages, needs_connection=False)


def probe(run: Run) -> str:
    """Asks whose token it is."""
    body = api.call(api.session(run), "auth.test")
    return f"Slack answers: the token is of {body.get('user')} in {body.get('team')}"


def _users(run: Run, exports: Exports) -> Iterator[Row]:
    told: set[str] = set()
    if run.is_connected:
        params: Mapping[str, Any] = {"limit": PER_PAGE}
        for page in api.pages(api.session(run), "users.list", params, "members"):
            for user in page.records:
                row = user_row(user)
                if row["id"] and row["id"] not in told:
                    told.add(row["id"])
                    yield row
    yield from exports.users(besides=told)
