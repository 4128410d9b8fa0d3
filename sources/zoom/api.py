"""Zoom's API: an access token for an hour, lists by page token, answers as raw rows."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from sources._base.errors import Rejected, Retriable, SchemaChanged
from sources._base.http import HttpSession
from sources._base.redact import remember
from sources._base.source import Run
from sources._base.values import count_of, flag_of, text_of

PAGE_SIZE = 300
READINGS = 4  # of a list that is not what the platform counts
EXPIRED_PAGE = "next page token"  # in the message of code 300


@dataclass
class Api:
    """Requests of one run, with the token it was given last."""

    run: Run
    has_token: bool = False

    def get(self, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """GETs an object; a token that has run out is renewed once.

        Raises: as HttpSession.get_json.
        """
        http = self.run.http(self.run.settings["ZOOM_BASE_URL"])
        was_fresh = not self.has_token
        if was_fresh:
            self._renew(http)
        try:
            body = http.get_json(path, params).body
        except Rejected as refusal:
            if refusal.status != 401 or was_fresh:
                raise
            self._renew(http)
            body = http.get_json(path, params).body
        if not isinstance(body, dict):
            raise changed(f"GET {path}", "an object")
        return body

    def _renew(self, http: HttpSession) -> None:
        settings = self.run.settings
        pair = f"{settings['ZOOM_CLIENT_ID']}:{settings['ZOOM_CLIENT_SECRET']}"
        basic = base64.b64encode(pair.encode()).decode()
        tokens = self.run.http(
            settings["ZOOM_OAUTH_URL"], {"Authorization": f"Basic {basic}"}
        )
        grant = {
            "grant_type": "account_credentials",
            "account_id": settings["ZOOM_ACCOUNT_ID"],
        }
        try:
            body = tokens.post_form(f"/token?{urlencode(grant)}", {}).body
        except Rejected as refusal:
            raise Rejected(
                f"Zoom gives no access token ({refusal.status}): check ZOOM_ACCOUNT_ID,"
                " ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET",
                status=refusal.status,
                method="POST",
                url=refusal.url,
                attempt=refusal.attempt,
            ) from refusal
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token:
            raise changed("POST /token", "an access_token")
        remember([token])
        http.send_always({"Authorization": f"Bearer {token}"})
        self.has_token = True

    def listed(
        self, path: str, key: str, params: Mapping[str, Any]
    ) -> tuple[list[dict[str, Any]], int | None]:
        """A whole list, and how many rows the platform says it has.

        Finished reports do not change: a list counts when it has as many rows as the
        platform says, all different, or when two readings in a row agree.

        Raises: Retriable if neither happens; SchemaChanged; as get.
        """
        before: list[dict[str, Any]] | None = None
        rows: list[dict[str, Any]] = []
        for _ in range(READINGS):
            try:
                rows, total = self._reading(path, key, params)
            except Rejected as refusal:
                if EXPIRED_PAGE not in said_by(refusal)[1].lower():
                    raise
                continue  # page tokens last fifteen minutes: from the start again
            different = len({repr(row) for row in rows})
            if different == len(rows) == total or rows == before:
                return rows, total
            before = rows
        raise Retriable(
            f"GET {path} shows {len(rows)} {key} one time and others the next:"
            " the next run reads them again"
        )

    def _reading(
        self, path: str, key: str, params: Mapping[str, Any]
    ) -> tuple[list[dict[str, Any]], int | None]:
        rows: list[dict[str, Any]] = []
        total = None
        page: dict[str, Any] = {}
        asked: set[str] = set()
        while str(page) not in asked:  # a page told again would never end
            asked.add(str(page))
            body = self.get(path, {"page_size": PAGE_SIZE, **params, **page})
            found = body.get(key)
            if not isinstance(found, list) or not all(
                isinstance(row, dict) for row in found
            ):
                raise changed(f"GET {path}", f"a list {key}")
            rows += found
            total = count_of(body.get("total_records"), "total_records")
            page = _next_page(body)
            if not page:
                break
        return rows, total


def _next_page(body: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the next page; none at the end. Some lists still count pages."""
    token = text_of(body.get("next_page_token"), "next_page_token")
    if token:
        return {"next_page_token": token}
    number = count_of(body.get("page_number"), "page_number")
    last = count_of(body.get("page_count"), "page_count")
    if number is not None and last is not None and number < last:
        return {"page_number": number + 1}
    return {}


def said_by(refusal: Rejected) -> tuple[int | None, str]:
    """The platform's own number and words of an error: 12702, "...too old"."""
    body = refusal.body if isinstance(refusal.body, dict) else {}
    code = body.get("code")
    return code if isinstance(code, int) else None, str(body.get("message", ""))


def in_path(uuid: str) -> str:
    """A uuid in an address; one with a slash in a bad place is encoded twice."""
    once = quote(uuid, safe="")
    return quote(once, safe="") if uuid.startswith("/") or "//" in uuid else once


def meeting_row(listed_for: str, meeting: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a finished instance of a meeting or webinar."""
    texts = ("uuid", "id", "topic", "user_name", "user_email", "start_time", "end_time")
    counts = ("type", "duration", "total_minutes", "participants_count")
    row = {
        **{name: text_of(meeting.get(name), name) for name in texts},
        **{name: count_of(meeting.get(name), name) for name in counts},
        "listed_for": listed_for,
    }
    if not row["uuid"] or not row["id"]:
        raise changed("GET /report/users/.../meetings", "uuid or id of a meeting")
    return row


def participant_row(uuid: str, participant: Mapping[str, Any]) -> dict[str, Any]:
    """Projects one join; times differ in nothing else when somebody joins twice."""
    texts = (
        "id",
        "user_id",
        "participant_user_id",
        "name",
        "user_email",
        "join_time",
        "leave_time",
        "status",
        "customer_key",
        "registrant_id",
    )
    return {
        "meeting_uuid": uuid,
        **{name: text_of(participant.get(name), name) for name in texts},
        "duration": count_of(participant.get("duration"), "duration"),
        "failover": flag_of(participant.get("failover"), "failover"),
        "internal_user": flag_of(participant.get("internal_user"), "internal_user"),
    }


def registrant_row(meeting_id: str, registrant: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a registrant, without address, telephone and the link to join."""
    texts = (
        "id",
        "email",
        "first_name",
        "last_name",
        "org",
        "job_title",
        "industry",
        "status",
        "create_time",
    )
    questions = registrant.get("custom_questions") or []
    if not isinstance(questions, list) or not all(
        isinstance(item, dict) for item in questions
    ):
        raise changed("GET .../registrants", "a list custom_questions")
    return {
        "meeting_id": meeting_id,
        **{name: text_of(registrant.get(name), name) for name in texts},
        "custom_questions": [
            {
                "question": text_of(item.get("title"), "title"),
                "answer": text_of(item.get("value"), "value"),
            }
            for item in questions
        ],
    }


def changed(request: str, expected: str) -> SchemaChanged:
    """The answer is not what the contract says."""
    return SchemaChanged(
        f"{request} answers without {expected}: compare with the contract in"
        " sources/zoom/README.md and change sources/zoom/api.py"
    )
