"""Serves recorded answers by path, for tests that have recordings to read."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sources._sandbox.http import Reply, Request
from sources._sandbox.server import HttpService, _Handler

Recorded = Reply | Path | bytes | str | dict[str, Any]


class ReplayServer(HttpService):
    """Answers with what was recorded, whatever the query; 404 for other paths.

    A mapping gives path -> answer, or a list of answers served in turn (the last one
    stays). A folder gives every file under its relative path, with and without suffix.
    """

    def __init__(
        self,
        recorded: Mapping[str, Recorded | Sequence[Recorded]] | Path,
        port: int = 0,
    ) -> None:
        super().__init__(port)
        if isinstance(recorded, Path):
            recorded = _of_folder(recorded)
        self._answers = {path: _in_turn(answer) for path, answer in recorded.items()}
        self._served: dict[str, int] = {}

    def respond(self, handler: _Handler, request: Request, target: str) -> None:
        """Sends the next recorded answer of that path."""
        answers = self._answers.get(request.path)
        if not answers:
            handler.send(Reply(404, b'{"message":"not recorded"}'))
            return
        turn = self._served.get(request.path, 0)
        self._served[request.path] = turn + 1
        handler.send(_reply(answers[min(turn, len(answers) - 1)]))


def _of_folder(folder: Path) -> dict[str, Recorded]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found: dict[str, Recorded] = {}
    for path in files:
        relative = path.relative_to(folder)
        found[f"/{relative.as_posix()}"] = path
        found.setdefault(f"/{relative.with_suffix('').as_posix()}", path)
    return found


def _in_turn(answer: Recorded | Sequence[Recorded]) -> list[Recorded]:
    if isinstance(answer, Reply | Path | bytes | str | dict):
        return [answer]
    return list(answer)


def _reply(recorded: Recorded) -> Reply:
    if isinstance(recorded, Reply):
        return recorded
    if isinstance(recorded, Path):
        kind = "application/json" if recorded.suffix == ".json" else "application/xml"
        return Reply(200, recorded.read_bytes(), f"{kind}; charset=utf-8")
    if isinstance(recorded, dict):
        return Reply(200, json.dumps(recorded, ensure_ascii=False).encode())
    body = recorded.encode() if isinstance(recorded, str) else recorded
    kind = "application/xml" if body.lstrip()[:1] == b"<" else "application/json"
    return Reply(200, body, f"{kind}; charset=utf-8")
