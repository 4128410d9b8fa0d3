"""Signing in and asking: a session that is renewed, errors in Salesforce's words.

Salesforce tells errors as arrays: [{"errorCode": "INVALID_FIELD", "message": "..."}].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sources._base.errors import (
    BudgetSpent,
    Rejected,
    Retriable,
    SchemaChanged,
    SourceError,
)
from sources._base.http import Answer, HttpSession
from sources._base.redact import redact, remember
from sources._base.source import Run

# Of the requests that the org may send in 24 hours we leave a tenth to others.
DAY_SHARE = 0.9
NO_SUCH_OBJECT = (
    "let the user of the app read the object, or take its table out of"
    " SALESFORCE_OBJECTS"
)
ADVICE = {
    "INVALID_FIELD": "a field is not there any more: run again, or correct the setting",
    "INVALID_TYPE": NO_SUCH_OBJECT,
    "NOT_FOUND": NO_SUCH_OBJECT,
    "API_DISABLED_FOR_ORG": "the edition of the org or the user has no API: enable it",
    "UNSUPPORTED_API_VERSION": "correct SALESFORCE_API_VERSION",
}


class Client:
    """Every request of a run to one org.

    A session that has ended (401) is renewed once per request. Raises the errors of
    sources/_base/errors.py, each as one short sentence.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._settings = run.settings
        self._session: HttpSession | None = None
        self._day = (0, 0)  # requests of the last 24 hours: used, allowed

    def path(self, rest: str) -> str:
        """Returns the address of a resource of the configured version."""
        return f"/services/data/v{self._settings['SALESFORCE_API_VERSION']}/{rest}"

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GETs JSON."""
        return self._ask(lambda session: session.get_json(path, params), path)

    def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """POSTs JSON; only for what may be repeated."""
        return self._ask(lambda session: session.post_json(path, body), path)

    def get_csv(self, path: str) -> Answer:
        """GETs a page of CSV as bytes."""
        accepted = {"Accept": "text/csv"}
        return self._ask(lambda session: session.get(path, accepted), path)

    def pause(self, seconds: float) -> None:
        """Keeps the next request at least this far away."""
        if self._session:
            self._session.pause(seconds)

    def _ask(self, send: Callable[[HttpSession], Answer], path: str) -> Answer:
        self._spare_the_day()
        session = self._session or self._sign_in(self._given_token())
        try:
            answer = self._told(send, session, path)
        except Rejected as ended:
            if ended.status != 401 or not self._settings.get("SALESFORCE_CLIENT_ID"):
                raise
            answer = self._told(send, self._sign_in(""), path)
        used = re.search(
            r"api-usage=(\d+)/(\d+)", answer.headers.get("Sforce-Limit-Info", "")
        )
        if used:
            self._day = (int(used[1]), int(used[2]))
        return answer

    def _told(
        self, send: Callable[[HttpSession], Answer], session: HttpSession, path: str
    ) -> Answer:
        try:
            return send(session)
        except SourceError as error:
            raise _explained(error, path) from error

    def _spare_the_day(self) -> None:
        used, allowed = self._day
        if allowed and used >= allowed * DAY_SHARE:
            raise BudgetSpent(
                f"salesforce: {used} of the {allowed} requests that the org may send"
                " in 24 hours are used; the rest is left to others, the next run reads"
                " on"
            )

    def _given_token(self) -> str:
        return self._settings.get("SALESFORCE_ACCESS_TOKEN", "")

    def _sign_in(self, token: str) -> HttpSession:
        """Starts a session with a token, or with a new one when none is given."""
        instance = self._settings["SALESFORCE_DOMAIN"].rstrip("/")
        if not token:
            token, instance = self._new_token(instance)
        session = self._run.http(instance)
        session.send_always({"Authorization": f"Bearer {token}"})
        self._session = session
        return session

    def _new_token(self, domain: str) -> tuple[str, str]:
        """Returns an access token and the address it is good for."""
        form = {"grant_type": "client_credentials"}
        for field in ("client_id", "client_secret"):
            form[field] = self._settings.get(f"SALESFORCE_{field.upper()}", "")
        if not all(form.values()):
            raise Rejected(
                "salesforce: no way to sign in: set SALESFORCE_CLIENT_ID and"
                " SALESFORCE_CLIENT_SECRET, or SALESFORCE_ACCESS_TOKEN"
            )
        try:
            body = self._run.http(f"{domain}/services/oauth2").post_form("/token", form)
        except Rejected as error:
            told = error.body.get("error") if isinstance(error.body, dict) else None
            raise Rejected(
                f"salesforce does not let us in ({error.status} {told or ''}): check"
                " SALESFORCE_DOMAIN, SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET"
                " and that the app has a user to run as",
                status=error.status,
                url=error.url,
            ) from None
        return _token_of(body.body, domain)


def error_codes(error: SourceError) -> set[str]:
    """Returns Salesforce's codes in an error, e.g. INVALID_QUERY_LOCATOR."""
    return {code for code, _ in _told_errors(error.body)}


def _token_of(body: Any, domain: str) -> tuple[str, str]:
    told = body if isinstance(body, dict) else {}
    token, instance = told.get("access_token"), told.get("instance_url") or domain
    if not isinstance(token, str) or not token:
        raise SchemaChanged(
            "salesforce: the answer to signing in has no access_token; check"
            " SALESFORCE_DOMAIN"
        )
    remember([token])
    if not isinstance(instance, str) or not instance.startswith("http"):
        raise SchemaChanged(
            "salesforce: the answer to signing in has no instance_url that is an"
            " address; the connector needs a change"
        )
    return token, instance.rstrip("/")


def _told_errors(body: Any) -> list[tuple[str, str]]:
    errors = body if isinstance(body, list) else []
    return [
        (str(error.get("errorCode") or ""), str(error.get("message") or ""))
        for error in errors
        if isinstance(error, dict)
    ]


def _explained(error: SourceError, path: str) -> SourceError:
    """The same error as a short sentence: without the query that the address holds."""
    told = _told_errors(error.body)
    code, words = told[0] if told else ("", "")
    words = redact(" ".join(words.split()))[:200]
    facts = {
        "status": error.status,
        "method": error.method,
        "url": re.sub(r"\?.*", "", error.url or "") or None,
        "attempt": error.attempt,
        "body": error.body,
    }
    if code == "REQUEST_LIMIT_EXCEEDED":
        if "Concurrent" in words:
            return Retriable(
                f"salesforce: too many long requests at once ({words}); try later",
                **facts,
            )
        return BudgetSpent(
            f"salesforce: {words} The org's requests of 24 hours are used up; the next"
            " run reads again",
            **facts,
        )
    if error.status == 401:
        return Rejected(
            f"salesforce: the session is not accepted (401 {code}): check"
            " SALESFORCE_ACCESS_TOKEN, or SALESFORCE_CLIENT_ID and"
            " SALESFORCE_CLIENT_SECRET, which make a new one",
            **facts,
        )
    if code and isinstance(error, Rejected):
        advice = ADVICE.get(code, "check what the user of the app may read")
        return Rejected(
            f"salesforce refuses {path} ({error.status} {code}): {words}: {advice}",
            **facts,
        )
    return type(error)(re.sub(r"\?\S*", "", error.message), **facts)
