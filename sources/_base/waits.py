"""How long a platform asks us to wait, in whatever header it says so.

headers: names in any case. wall: our unix seconds, where the platform does not tell its
own (Date).
"""

from __future__ import annotations

import email.utils
import json
import math
from collections.abc import Callable, Mapping

from sources._base.values import moment_of

LONGEST_WAIT = 960.0  # seconds: X counts in windows of 15 minutes, plus a margin
# When requests are allowed again: unix time, an ISO time or seconds from now.
RESETS = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset", "rate-reset")


def asked_wait(
    status: int, headers: Mapping[str, str], wall: Callable[[], float]
) -> float:
    """Seconds the platform asks us to wait; 0 when it does not say."""
    # The platform's own clock, where it tells it, beats ours: both may be wrong.
    now = _moment(headers.get("Date")) or wall()
    if "Retry-After" in headers:
        value = headers["Retry-After"]
        return _number(value) or max(_moment(value) - now, 0.0)
    if status not in (403, 429):
        return 0.0
    for name in RESETS:
        reset = _number(headers.get(name)) or _iso_moment(headers.get(name))
        if reset:
            # Small numbers are seconds from now, large ones a moment (unix time).
            seconds = reset if reset < 1e6 else reset - now
            return max(seconds, 0.0) + 1.0
    interval = _number(headers.get("X-HubSpot-RateLimit-Interval-Milliseconds"))
    return interval / 1000 or until_next_window(headers, wall, is_used_up=True)


def until_next_window(
    headers: Mapping[str, str], wall: Callable[[], float], *, is_used_up: bool = False
) -> float:
    """Seconds to the end of a window of which nothing is left; 0 when some is.

    Told as JSON: X-Ratelimit: {"remaining": 0, "until": "2017-06-11T13:45:00Z"}.
    """
    try:
        window = json.loads(headers.get("X-Ratelimit", ""))
    except ValueError:
        return 0.0
    until = _iso_moment(str(window.get("until"))) if isinstance(window, dict) else 0.0
    if not until or not (is_used_up or window.get("remaining") == 0):
        return 0.0
    now = _moment(headers.get("Date")) or wall()
    return min(max(until - now, 0.0) + 1.0, LONGEST_WAIT)


def _moment(http_date: str | None) -> float:
    """Unix seconds of an HTTP date; 0 when it is absent or is none."""
    try:
        return email.utils.parsedate_to_datetime(http_date or "").timestamp()
    except ValueError:
        return 0.0


def _iso_moment(text: str | None) -> float:
    """Unix seconds of an ISO time with its offset; 0 when it is absent or is none."""
    moment = moment_of(text)
    return moment.timestamp() if moment else 0.0


def _number(value: str | None) -> float:
    try:
        number = float(value or 0)
    except ValueError:
        return 0.0
    return max(number, 0.0) if math.isfinite(number) else 0.0
