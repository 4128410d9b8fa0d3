"""How fast we ask: one slot after the other, over all threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Limiter:
    """Spaces requests evenly over all threads that share it; can be told to pause."""

    def __init__(
        self,
        per_second: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gap = 1.0 / per_second
        self._sleep = sleep
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._next = monotonic()

    def wait(self) -> None:
        """Takes the next free slot and sleeps until it has come."""
        with self._lock:
            now = self._monotonic()
            slot = max(now, self._next)
            self._next = slot + self._gap
        if slot > now:
            self._sleep(slot - now)

    def pause(self, seconds: float) -> None:
        """Moves the next slot of every thread at least this far away."""
        with self._lock:
            self._next = max(self._next, self._monotonic() + seconds)
