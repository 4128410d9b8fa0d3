"""The one way connectors talk HTTP: pace, retries, budget and errors in one place.

Data flow:
    get_json / post_json / get -> Limiter -> requests -> Answer or SourceError

When things go wrong:
    429 (or a 403 that means it), 408, 5xx, time-outs, resets and cut-off bodies are
    tried again after the wait the platform asks for (waits.py), else 1, 2, 4 ...
    seconds; other 4xx are Rejected at once; a used-up plan is BudgetSpent. An answer
    that says nothing is left of its window (X-Ratelimit) holds the next request back
    until the window ends. A body is read up to MAX_BYTES (body.py), whatever it
    unpacks to.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from sources._base.body import (
    MAX_BYTES,
    TooLargeError,
    is_cut_off,
    json_of,
    read_body,
)
from sources._base.errors import (
    BudgetSpent,
    Rejected,
    Retriable,
    SchemaChanged,
    SourceError,
)
from sources._base.pace import Limiter
from sources._base.redact import (
    RedactingFilter,
    is_secret_name,
    redact,
    remember_headers,
)
from sources._base.waits import LONGEST_WAIT, asked_wait, until_next_window

log = logging.getLogger(__name__)
# Its debug lines hold whole addresses, keys in queries included.
logging.getLogger("urllib3.connectionpool").addFilter(RedactingFilter())

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
# Words in the body of a 429 or 403 that mean "not in this run": a monthly or daily cap.
CAPS = ("UsageCapExceeded", "DAILY", "quotaExceeded", "dailyLimitExceeded")
# Words in the body of a 403 that mean "too fast": what others say with 429.
THROTTLES = ("rate_limit", "rateLimit", "RateLimitExceeded")
ADVICE = {
    400: "check the request: the platform does not understand it",
    401: "check the credentials: the key or token is wrong or has expired",
    402: "check the plan of the account: it does not include this request",
    403: "check what the key or token is allowed to read",
    404: "check the configured name or id: the platform does not know it",
    410: "the platform has removed this address",
}
_NETWORK = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


@dataclass(frozen=True)
class Answer:
    """One answer of a platform. body: parsed JSON, None from get(); url: no secrets."""

    status: int
    headers: Mapping[str, str]  # names in any case
    content: bytes
    url: str
    body: Any = None


class _LedAwayError(requests.RequestException):
    """A redirect that takes what we POST, credentials perhaps, to another host."""


class _Client(requests.Session):
    """requests, but no credential survives a redirect to another host."""

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        before, after = response.request.url or "", prepared_request.url or ""
        if self.should_strip_auth(before, after):  # type: ignore[no-untyped-call]
            for name in [n for n in prepared_request.headers if is_secret_name(n)]:
                del prepared_request.headers[name]
            if prepared_request.body:
                raise _LedAwayError


class HttpSession:
    """Requests to one platform within its pace and this run's budget.

    requests_per_second and budget hold for all threads together; every try counts.
    retries: tries after the first. backoff: first wait in seconds when the platform
    names none, doubled each time. wall: unix seconds, for headers that name a moment.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        *,
        requests_per_second: float = 1.0,
        budget: int = 500,
        timeout: tuple[float, float] = (5, 30),
        retries: int = 5,
        backoff: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._retries = retries
        self._backoff = backoff
        self._wall = wall
        self._limiter = Limiter(requests_per_second, sleep=sleep, monotonic=monotonic)
        self._lock = threading.Lock()
        self._budget = budget
        self._sent = 0
        self._client = _Client()
        self._client.auth = _keep  # else a .netrc entry replaces our Authorization
        self._client.headers["User-Agent"] = user_agent()
        self._client.headers.update(headers or {})
        remember_headers(headers or {})
        if (urlsplit(base_url).hostname or "") in {"127.0.0.1", "localhost", "::1"}:
            self._client.trust_env = False  # a proxy cannot reach this machine's server

    @property
    def sent(self) -> int:
        """Requests sent so far, retries included."""
        return self._sent

    @property
    def left(self) -> int:
        """Requests left in this run's budget; rotations stop before it is 0."""
        return self._budget - self._sent

    def get_json(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """GETs a path and parses the JSON answer; None parameters are left out.

        Raises: Retriable, Rejected, BudgetSpent; SchemaChanged if it is not JSON.
        """
        return self._request("GET", path, params=params, is_json=True)

    def post_json(self, path: str, body: Any) -> Answer:
        """POSTs a JSON body, as searches and batch reads want it. Raises as get_json.

        Only for requests that change nothing: they are repeated after a failure.
        """
        return self._request("POST", path, json_body=body, is_json=True)

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """POSTs a form, as token addresses want it: see post_json."""
        return self._request("POST", path, form=fields, is_json=True)

    def send_always(self, headers: Mapping[str, str]) -> None:
        """Sends these headers from now on: a token that was renewed half way."""
        self._client.headers.update(headers)
        remember_headers(headers)

    def pause(self, seconds: float) -> None:
        """Keeps the next request at least this far away: asking again if it is done."""
        self._limiter.pause(seconds)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GETs a path or a whole address as bytes; 304 is an answer like 200."""
        return self._request("GET", url, headers=headers)

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        is_json: bool = False,
    ) -> Answer:
        whole = path.startswith(("http://", "https://"))
        url = path if whole else f"{self._base_url}/{path.lstrip('/')}"
        request = requests.Request(
            method, url, params=params, json=json_body, data=form, headers=headers
        )
        for attempt in range(1, self._retries + 2):
            self._spend(method, url)
            self._limiter.wait()
            result, wait = self._try(request, attempt, is_json=is_json)
            if isinstance(result, Answer):
                self._limiter.pause(until_next_window(result.headers, self._wall))
                return result
            if isinstance(result, Rejected | BudgetSpent) or attempt > self._retries:
                raise result
            wait = wait or self._backoff * 2 ** (attempt - 1)
            if wait > LONGEST_WAIT:
                raise BudgetSpent(
                    f"{method} {redact(url)}: the platform asks to wait "
                    f"{wait:.0f} s; the next run goes on from here",
                    status=result.status,
                    method=method,
                    url=redact(url),
                    attempt=attempt,
                )
            log.warning(
                "%s %s: %s, next try in %.1f s (%d of %d)",
                method,
                redact(url),
                result.status or "no answer",
                wait,
                attempt + 1,
                self._retries + 1,
            )
            self._limiter.pause(wait)
        raise AssertionError("unreachable: the last try returns or raises")

    def _try(
        self, request: requests.Request, attempt: int, *, is_json: bool
    ) -> tuple[Answer | SourceError, float]:
        """One try: the answer or what it amounts to, and the wait it asks for."""
        url = redact(request.url)
        facts: dict[str, Any] = {"method": request.method, "url": url}
        try:
            prepared = self._client.prepare_request(request)
            settings = self._client.merge_environment_settings(
                prepared.url, {}, True, None, None
            )
            response = self._client.send(prepared, timeout=self._timeout, **settings)
            content = read_body(response, MAX_BYTES)
        except _NETWORK as error:
            message = (
                f"{request.method} {url} got no answer ({type(error).__name__}) in "
                f"{attempt} tries: check the network, or wait for the platform"
            )
            return Retriable(message, attempt=attempt, **facts), 0.0
        except TooLargeError:
            message = (
                f"{request.method} {url} sends more than {MAX_BYTES // 2**20} MiB:"
                " check the configured address, or ask for less at once"
            )
            return Rejected(message, attempt=attempt, **facts), 0.0
        except (requests.RequestException, ValueError) as error:
            message = (
                f"{request.method} {url} cannot be sent ({type(error).__name__}): "
                "check the configured address and key"
            )
            return Rejected(message, attempt=attempt, **facts), 0.0
        result = _judge(response, content, request.method, attempt, is_json=is_json)
        return result, asked_wait(response.status_code, response.headers, self._wall)

    def _spend(self, method: str, url: str) -> None:
        with self._lock:
            if self._sent >= self._budget:
                raise BudgetSpent(
                    f"{method} {redact(url)} was not sent: the {self._budget} requests "
                    "of this run are used up; the next run goes on from here",
                    method=method,
                    url=redact(url),
                )
            self._sent += 1


def user_agent() -> str:
    """The name we always give: platforms turn away the library's default one."""
    try:
        number = version("tsunagari")
    except PackageNotFoundError:  # run from a checkout that was never installed
        number = "0"
    return f"tsunagari/{number} (+self-hosted community analytics)"


def _keep(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _judge(
    response: requests.Response,
    content: bytes,
    method: str,
    attempt: int,
    *,
    is_json: bool,
) -> Answer | SourceError:
    """The answer, or the error it amounts to if it is not what we asked for."""
    status, url = response.status_code, redact(response.url or "")
    facts: dict[str, Any] = {
        "status": status,
        "method": method,
        "url": url,
        "attempt": attempt,
    }
    parsed, parses = _parse(content)
    answer = Answer(
        status=status,
        headers=CaseInsensitiveDict(response.headers),
        content=content,
        url=url,
        body=parsed if is_json else None,
    )
    if status < 400:
        if not is_json or parses:
            return answer
        if is_cut_off(content):
            message = f"{method} {url} keeps sending JSON that is cut off; try later"
            return Retriable(message, **facts)
        message = (
            f"{method} {url} sends no JSON in UTF-8 but "
            f"{response.headers.get('Content-Type', 'something else')}: "
            "check the configured address; else the connector needs a change"
        )
        return SchemaChanged(message, **facts)
    facts["body"] = (
        parsed if parses else redact(content[:500].decode("utf-8", "replace"))
    )
    if status in (403, 429) and _names_one_of(CAPS, parsed):
        message = (
            f"{method} {url} is refused ({status}): the plan of this account is used "
            "up; wait for its renewal or raise the plan"
        )
        return BudgetSpent(message, **facts)
    is_throttled = status == 403 and _names_one_of(THROTTLES, parsed)
    if status in RETRIED or status >= 500 or is_throttled:
        message = (
            f"{method} {url} failed {attempt} times, last with {status}; try later"
        )
        return Retriable(message, **facts)
    advice = ADVICE.get(status, "check the request and the credentials")
    return Rejected(f"{method} {url} is refused ({status}): {advice}", **facts)


def _parse(content: bytes) -> tuple[Any, bool]:
    try:
        return json_of(content), True
    except ValueError:
        return None, False


def _names_one_of(words: tuple[str, ...], body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    named = [body.get(key) for key in ("title", "type", "reason", "policyName")]
    named += google_reasons(body)
    return any(word in str(value) for value in named for word in words if value)


def google_reasons(body: Any) -> list[str]:
    """The reasons in an error of Google's: {"error": {"errors": [{"reason"}]}}."""
    error = body.get("error") if isinstance(body, dict) else None
    errors = error.get("errors") if isinstance(error, dict) else None
    if not isinstance(errors, list):
        return []
    return [str(one.get("reason")) for one in errors if isinstance(one, dict)]
