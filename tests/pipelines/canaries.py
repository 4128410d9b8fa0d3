"""Canary secrets: every credential of a configured run is one, found nowhere after it.

The sandbox's platforms ask for these values, so that the run is a real one: it signs
in, reads pages, renews tokens. `leaks` decodes every file of the data folder, as the
proof of an erasure does, and looks for them as headers and URLs spell them.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from pipelines.privacy.decode import texts
from pipelines.privacy.search import files_below
from sources import discover
from sources._sandbox.http import Reply, Request
from sources._sandbox.platforms import sandbox_modules
from sources._sandbox.server import SandboxServer

MARK = "canary/7f3a+9c"  # a character each that URLs and forms spell otherwise
CONSTANTS = ("API_KEY", "TOKEN", "KEY", "SECRET", "CLIENT_SECRET")


def plant(patch: pytest.MonkeyPatch) -> None:
    """Makes every credential that a sandbox platform asks for a canary."""
    for module in sandbox_modules():
        for name in CONSTANTS:
            if isinstance(vars(module).get(name), str):
                source = module.__name__.split(".")[1]
                patch.setattr(module, name, f"{MARK}-{source}-{name.lower()}")


def secrets_of(settings: dict[str, str]) -> dict[str, str]:
    """The settings that the cards of the sources call secret."""
    secret = {s.name for one in discover().values() for s in one.settings if s.secret}
    return {name: value for name, value in settings.items() if name in secret}


def spellings(canary: str = MARK) -> set[str]:
    """What a canary looks like in a text, a URL, a form, JSON, a Basic header."""
    whole = {canary, quote(canary), quote(canary, safe=""), json.dumps(canary)[1:-1]}
    # In base64 a text has three forms, by where in a group of three it begins.
    shifted = (
        base64.b64encode(b"x" * at + canary.encode()).decode() for at in range(3)
    )
    return whole | {text[4:-4] for text in shifted}


def leaks(data: Path, wanted: set[str]) -> Iterator[str]:
    """Yields where in a data folder one of the texts stands; links are not followed."""
    for path in files_below(data, set()):
        name = str(path.relative_to(data))
        yield from (f"{name}: its name" for text in wanted if text in name)
        for where, value in texts(path):
            if any(text in value for text in wanted):
                yield f"{name}: {where}"


class Blabbing(SandboxServer):
    """Platforms that fail and repeat what they were sent, as debug pages do."""

    def respond(self, handler, request: Request, target: str) -> None:
        answer = self.blabbed(request, target)
        if answer is None:
            super().respond(handler, request, target)
        else:
            handler.send(answer)

    def blabbed(self, request: Request, target: str) -> Reply | None:
        sent = json.dumps({"message": "sent", "headers": dict(request.headers)})
        platform = request.path.split("/")[1]
        if platform == "doorkeeper":
            return Reply(500, sent.encode())
        if platform == "hubspot":
            return Reply(401, sent.encode())
        if platform == "eventhub":  # a page, not JSON: quoted whole by many clients
            page = f"<html>{sent} {target}</html>"
            return Reply(400, page.encode(), "text/html")
        if platform == "qiita" and "again" not in target:
            token = quote(request.headers.get("authorization", ""))
            to = f"{self.base_url}/qiita/api/v2/again?access_token={token}"
            return Reply(302, b"", headers={"Location": to})
        return None
