"""The one place that takes secrets out of text before anybody can read it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

MASK = "***"
MIN_LENGTH = 6  # shorter values would blank out ordinary words of a message

_secrets: set[str] = set()
_SECRET_NAME = re.compile(
    r"authorization|cookie|api[-_]?key|token|secret|passw|signature|^key$", re.I
)
_QUERY = re.compile(
    r"(?i)([?&](?:[\w.-]*(?:token|secret|passw|api_?key|signature)[\w.-]*|key)=)[^&\s]+"
)
_HEADER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=%-]{6,}")
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")


def remember(secrets: Iterable[str]) -> None:
    """Adds values that redact() takes out from now on, wherever they stand.

    Also as a URL, a form or JSON spells them.
    """
    for secret in secrets:
        for part in (secret, secret.split()[-1] if secret.split() else ""):
            if len(part) >= MIN_LENGTH:
                _secrets.update(
                    (part, quote(part), quote(part, safe=""), quote_plus(part)),
                    (json.dumps(part)[1:-1],),
                )


def remember_headers(headers: Mapping[str, str]) -> None:
    """Remembers the values of headers that carry credentials, by their names."""
    remember(value for name, value in headers.items() if is_secret_name(name))


def is_secret_name(name: str) -> bool:
    """Tells whether a header or parameter of this name carries a credential."""
    return _SECRET_NAME.search(name) is not None


def redact(text: str) -> str:
    """Returns the text without remembered secrets, bearer tokens and query secrets."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _QUERY.sub(rf"\1{MASK}", text)
    text = _HEADER.sub(rf"\1 {MASK}", text)
    return _USERINFO.sub(f"{MASK}@", text)


def printable(text: str) -> str:
    """Returns the text without what moves a terminal's cursor or turns its direction.

    Names that people gave themselves are printed; line ends and tabs stay.
    """
    return _UNPRINTABLE.sub("\ufffd", text)


class RedactingFilter(logging.Filter):
    """A filter for log handlers: every record leaves without secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record's message in place; keeps every record."""
        record.msg = redact(record.getMessage())
        record.args = ()
        return True
