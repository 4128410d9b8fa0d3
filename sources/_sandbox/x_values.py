"""Values of X's API: ids made of time, opaque tokens, problems as it words them."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from sources._sandbox.http import Request
from sources._sandbox.posts import SNOWFLAKE_EPOCH_MS
from sources._sandbox.tweets import EXPANSIONS, TWEET_FIELDS, USER_FIELDS

PROBLEM = "https://api.twitter.com/2/problems/"
TOKEN_START = "b26v89c19zqg8o3f"  # noqa: S105  a page, not a secret


class BadParameter(ValueError):
    """A parameter X refuses: its name, its value and the message."""

    def __init__(self, name: str, value: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.value = value


def id_at(moment: datetime) -> int:
    """The smallest id a post of that moment can have."""
    return (round(moment.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22


def number_of(name: str, text: str) -> int:
    """The number, or X's complaint."""
    if not text.isdigit():
        raise BadParameter(
            name, text, f"The `{name}` query parameter value [{text}] is not valid"
        )
    return int(text)


def moment_of(name: str, text: str) -> datetime:
    """The moment, or X's complaint."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise BadParameter(name, text, f"Invalid '{name}':'{text}'") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def sealed(number: int) -> str:
    """An opaque token; nobody should be able to make one up."""
    check = hashlib.sha256(str(number).encode()).hexdigest()[:8]
    return f"{TOKEN_START}{number:x}{check}"


def opened(token: str) -> int:
    """The id within a token of ours."""
    body = token.removeprefix(TOKEN_START)[:-8]
    try:
        number = int(body, 16)
    except ValueError:
        number = -1
    if sealed(number) != token:
        raise BadParameter(
            "next_token",
            token,
            f"The `next_token` query parameter value [{token}] is not valid",
        )
    return number


def not_found(kind: str, parameter: str, value: str) -> dict[str, Any]:
    """The error that stands beside an answer for an id that is gone."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{PROBLEM}resource-not-found",
    }


def invalid(error: BadParameter) -> dict[str, Any]:
    """The body of a 400."""
    return {
        "errors": [{"parameters": {error.name: [error.value]}, "message": str(error)}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{PROBLEM}invalid-request",
    }


def check_names(request: Request) -> None:
    """X knows every field and expansion by name and refuses others."""
    for name, known in (
        ("tweet.fields", TWEET_FIELDS),
        ("user.fields", USER_FIELDS),
        ("expansions", EXPANSIONS),
    ):
        for value in request.many(name):
            if value not in known:
                message = f"[{value}] is not one of [{','.join(sorted(known))}]"
                raise BadParameter(
                    name, value, f"The `{name}` query parameter value {message}"
                )
