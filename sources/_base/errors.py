"""What can go wrong with a source, sorted by what the reader of the message should do.

SourceError
 +- Retriable      network, 429, 5xx, cut-off answer: wait; the next run tries again
 +- Rejected       other 4xx, a file nobody can read: fix credentials or request
 +- SchemaChanged  the platform answers in another shape: fix the code
 +- BudgetSpent    this run's requests, or the plan's, are used up: the rest comes later
"""

from __future__ import annotations

from typing import Any


class SourceError(Exception):
    """One sentence: what we were doing, what happened, what to do. Facts are fields.

    Facts: status (HTTP), method, url (no secrets in it), attempt (1 = first try),
    body (parsed answer or its first 500 characters; never part of the message).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        method: str | None = None,
        url: str | None = None,
        attempt: int | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.method = method
        self.url = url
        self.attempt = attempt
        self.body = body


class Retriable(SourceError):
    """The platform or the network failed for longer than we were willing to wait."""


class Rejected(SourceError):
    """The platform refuses the request itself; trying again cannot help."""


class SchemaChanged(SourceError):
    """The answer is not what the contract in README.md of the source says."""


class BudgetSpent(SourceError):
    """No request is left in this run's budget or in the plan of the account."""
