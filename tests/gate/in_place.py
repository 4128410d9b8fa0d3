"""Puts something of a test in the place of a module's or a class's own, for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock


@contextmanager
def in_place_of(*put: tuple[Any, str, Any]) -> Iterator[None]:
    """Replaces (owner, name, ours) one by one; puts all back, whatever happens."""
    with ExitStack() as stack:
        for owner, name, ours in put:
            stack.enter_context(mock.patch.object(owner, name, ours))
        yield
