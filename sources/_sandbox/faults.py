"""Things that go wrong on the way, on order."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sources._sandbox.http import Reply, Routes

KINDS = (
    "500", "503", "429_retry_after", "429_epoch", "429_iso", "429_left", "429_none",
    "timeout", "reset_mid_body", "truncated_json", "html_200", "error_200",
    "repeated_page", "empty_page", "changed_type", "new_field", "expired_token",
)  # fmt: skip
HTML = b"<!DOCTYPE html><html><title>Sorry</title><body>Back soon</body></html>"
# What differs between the pages of one walk.
CURSORS = re.compile(
    r"(?<=[?&])(start|after|page|cursor|offset|locator|next_token|pagination_token"
    r"|next_page_token|pageToken)=[^&]*&?"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault for requests whose path (with query) matches; `times` -1: for ever."""

    path_regex: str
    kind: str
    times: int = 1
    after: int = 0  # that many matching requests pass first
    seconds: float = 60.0  # of a timeout; of the wait a 429 asks for
    field: str = ""  # of changed_type; else the first suitable one

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known: {', '.join(KINDS)}")


@dataclass
class FaultPlan:
    """Counts requests and says which fault is due."""

    faults: list[Fault] = field(default_factory=list)
    wall: Callable[[], float] = time.time
    _seen: dict[int, int] = field(default_factory=dict)
    _last: dict[str, Reply] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def due(self, path: str) -> Fault | None:
        """The first fault that applies to this request."""
        with self._lock:
            chosen = None
            for number, fault in enumerate(self.faults):
                if not re.search(fault.path_regex, path):
                    continue
                seen = self._seen.get(number, 0)
                is_due = seen >= fault.after and (
                    fault.times < 0 or seen < fault.after + fault.times
                )
                if is_due and chosen:
                    continue  # one fault at a time; this one waits for the next request
                self._seen[number] = seen + 1
                if is_due:
                    chosen = fault
            return chosen

    def apply(
        self,
        fault: Fault | None,
        platform: Routes,
        path: str,
        answer: Callable[[], Reply],
    ) -> Reply:
        """The answer, or what the fault makes of it (sockets are the server's)."""
        early = _instead(fault, platform, self.wall)
        if early is not None:
            return early
        reply = answer()
        walk = CURSORS.sub("", path)
        with self._lock:
            previous = self._last.get(walk)
            is_repeated = (
                fault is not None and fault.kind == "repeated_page" and previous
            )
            if not is_repeated:
                self._last[walk] = reply
        if is_repeated and previous:
            return previous
        return reply if fault is None else _changed(fault, reply)


def _instead(
    fault: Fault | None, platform: Routes, wall: Callable[[], float]
) -> Reply | None:
    """Faults that need no answer of the platform's."""
    if fault is None:
        return None
    if fault.kind in ("500", "503"):
        return Reply(int(fault.kind), b"Internal Server Error", "text/plain")
    if fault.kind == "error_200":
        # Only where a platform says so: elsewhere nothing is wrong with the answer.
        says = getattr(platform, "error_in_200", None)
        return says() if says else None
    if fault.kind == "429_retry_after":
        return platform.too_many({"Retry-After": str(max(1, round(fault.seconds)))})
    if fault.kind == "429_epoch":
        # Rounded up: whoever wakes at the second told finds the window open.
        reset = int(wall() + fault.seconds) + 1
        return platform.too_many(
            {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
        )
    if fault.kind == "429_iso":
        moment = datetime.fromtimestamp(wall() + fault.seconds, UTC)
        told = moment.isoformat().replace("+00:00", "Z")
        return platform.too_many({"x-ratelimit-reset": told})
    if fault.kind == "429_left":
        return platform.too_many({"ratelimit-reset": str(round(fault.seconds))})
    if fault.kind == "429_none":
        return platform.too_many({})
    if fault.kind == "expired_token":
        return platform.unauthorized()
    if fault.kind == "html_200":
        return Reply(200, HTML, "text/html; charset=utf-8")
    return None


def _changed(fault: Fault, reply: Reply) -> Reply:
    if fault.kind == "truncated_json":
        return replace(reply, body=reply.body[: max(1, len(reply.body) * 2 // 3)])
    if fault.kind not in ("empty_page", "new_field", "changed_type"):
        return reply
    if "json" not in reply.content_type:
        return replace(reply, body=_changed_feed(fault.kind, reply.body))
    payload = json.loads(reply.body)
    if fault.kind == "empty_page":
        payload = _emptied(payload)
    elif fault.kind == "new_field":
        payload = _with_new_field(payload)
    else:
        payload = _with_changed_type(payload, fault.field)
    return replace(reply, body=json.dumps(payload, ensure_ascii=False).encode())


def _lists(payload: Any) -> Iterator[list[dict[str, Any]]]:
    """The lists of records in an answer: the answer itself, or one of its fields."""
    for rows in payload.values() if isinstance(payload, dict) else [payload]:
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            yield rows


def _records(payload: Any) -> Iterator[dict[str, Any]]:
    """The records themselves; some platforms wrap each one: {"event": {...}}."""
    for rows in _lists(payload):
        for row in rows:
            inner = next(iter(row.values())) if len(row) == 1 else None
            yield inner if isinstance(inner, dict) else row


def _emptied(payload: Any) -> Any:
    """No records, while totals and cursors still promise more."""
    for rows in _lists(payload):
        rows.clear()
    if isinstance(payload, dict):
        if "results_returned" in payload:
            payload["results_returned"] = 0
        if isinstance(payload.get("meta"), dict):  # X leaves the key out
            payload.pop("data", None)
            payload["meta"] = {**payload["meta"], "result_count": 0}
    return payload


def _with_new_field(payload: Any) -> Any:
    for record in _records(payload):
        record["brand_new_field"] = {"nested": [1, 2]}
    return payload


def _with_changed_type(payload: Any, name: str) -> Any:
    """Numbers become lists, texts become objects, objects become texts."""
    for record in _records(payload):
        numbers = [
            key for key, value in record.items() if type(value) is int and key != "id"
        ]
        rest = [key for key in ("properties", "text", "name", "url") if key in record]
        key = name or next(iter(numbers or rest), "id")
        value = record.get(key)
        if isinstance(value, dict):
            record[key] = json.dumps(value)
        else:
            record[key] = [value] if isinstance(value, int) else {"value": value}
    return payload


def _changed_feed(kind: str, body: bytes) -> bytes:
    text = body.decode()
    if kind == "empty_page":
        text = re.sub(r"<(item|entry)[ >].*</\1>", "", text, flags=re.DOTALL)
    if kind == "new_field":
        text = re.sub(r"</(item|entry)>", r"<brandNew>1</brandNew></\1>", text)
    if kind == "changed_type":
        text = re.sub(r"<(pubDate|published|dc:date)>[^<]*<", r"<\1>yesterday<", text)
    return text.encode()
