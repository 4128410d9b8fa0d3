"""Which channels there are, which of them are read, and which were refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from sources._base.errors import Rejected
from sources._base.source import Run
from sources._base.values import text_of
from sources.slack import api
from sources.slack.exports import Exports
from sources.slack.tables import CHANNELS, channel_row

log = logging.getLogger(__name__)
PER_PAGE = 500  # channels and users; "no more than 1,000"
Row = dict[str, Any]


def channels(run: Run, exports: Exports, to_read: list[Row]) -> Iterator[Row]:
    """Yields every public channel; fills `to_read` with those whose messages we want.

    Raises: Rejected when there is none to read.
    """
    told: set[str] = set()
    if run.is_connected:
        rows = _public_channels(run)
        told.update(row["id"] for row in rows)
        yield from rows
        to_read += _chosen(run, rows)
    yield from exports.channels(besides=told)


def _public_channels(run: Run) -> list[Row]:
    http = api.session(run)
    workspace = api.call(http, "auth.test")
    team = {
        "team_id": text_of(workspace.get("team_id"), "team_id"),
        "team_url": text_of(workspace.get("url"), "url"),
    }
    params = {"types": "public_channel", "exclude_archived": "false", "limit": PER_PAGE}
    found: dict[str, Row] = {}
    for page in api.pages(http, "conversations.list", params, "channels"):
        for channel in page.records:
            row = channel_row(channel)
            # Asked for public ones only; a private one must not slip in.
            if row["id"] and not channel.get("is_private"):
                found[row["id"]] = {**row, **team}
    return list(found.values())


def _chosen(run: Run, rows: list[Row]) -> list[Row]:
    """The channels to read: those of SLACK_CHANNELS, else those the app is in."""
    names = [
        name.removeprefix("#")
        for name in re.split(r"[,\s]+", run.settings.get("SLACK_CHANNELS", ""))
        if name
    ]
    if not names:
        chosen = [row for row in rows if row["is_member"]]
        advice = "invite it into those to read (/invite @app), or name SLACK_CHANNELS"
        if not chosen:
            raise Rejected(f"Slack: the app is in no public channel: {advice}")
        return chosen
    by_name = {row["name"]: row for row in rows} | {row["id"]: row for row in rows}
    for name in names:
        if name not in by_name:
            refuse(run, name, "SLACK_CHANNELS names it and no public channel has it")
    chosen = [by_name[name] for name in dict.fromkeys(names) if name in by_name]
    if not chosen:
        raise Rejected(
            "Slack: no public channel is named as SLACK_CHANNELS says: correct it"
        )
    return chosen


def refuse(run: Run, channel: str, reason: str) -> None:
    """Sets a channel aside, once for as long as the reason stays the same."""
    refused: dict[str, str] = run.state.setdefault("refused", {})
    if refused.get(channel) != reason:
        log.warning("Slack: channel %s is not read: %s", channel, reason)
        run.quarantine(CHANNELS.name, f"not read: {reason}", {"channel": channel})
        refused[channel] = reason
