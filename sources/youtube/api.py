"""Requests to the YouTube Data API: the key, Google's errors, pages that end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sources._base.errors import BudgetSpent, Rejected, SchemaChanged, SourceError
from sources._base.http import HttpSession, google_reasons
from sources._base.source import Run

ASKED_AGAIN = 2  # times, for a page that names itself as the next one
# Reasons that mean "nothing to be had": comments switched off, a video or comment gone
# meanwhile, a channel that has never uploaded anything.
NOTHING = frozenset(
    {"commentsDisabled", "videoNotFound", "commentNotFound", "playlistNotFound"}
)
# Reasons that concern the comments of one video: it is for paying members only, or
# YouTube fails over it.
OF_ONE_VIDEO = frozenset({"forbidden", "processingFailure", "commentThreadNotFound"})


class Api:
    """The API with the key of this run; every request costs one unit of quota."""

    def __init__(self, run: Run) -> None:
        self._http: HttpSession = run.http(run.settings["YOUTUBE_BASE_URL"])
        self._key = run.settings["YOUTUBE_API_KEY"]

    def get(self, path: str, **params: Any) -> Mapping[str, Any]:
        """GETs an object.

        Raises: BudgetSpent when the day's quota is used up, Rejected, SchemaChanged.
        """
        try:
            answer = self._http.get_json(path, {**params, "key": self._key})
        except BudgetSpent as error:
            if not google_reasons(error.body):
                raise
            raise BudgetSpent(
                f"GET {path}: YouTube's quota of this day is used up; it is full again"
                " at midnight Pacific time and the next run goes on",
                **_facts(error),
            ) from error
        except Rejected as error:
            if not _is_about_the_key(error):
                raise
            raise Rejected(
                f"GET {path} is refused ({error.status}): the key is not valid, check"
                " YOUTUBE_API_KEY",
                **_facts(error),
            ) from error
        if not isinstance(answer.body, dict):
            raise _changed(path)
        return answer.body

    def pages(self, path: str, **params: Any) -> Iterator[list[Mapping[str, Any]]]:
        """Yields the items of every page; an empty one in the middle is no end."""
        token: str | None = None
        followed: set[str] = set()
        repeats = 0
        while True:
            body = self.get(path, **params, pageToken=token)
            following = body.get("nextPageToken")
            if following in followed:
                # The page before came again: the one we asked for is still unread.
                repeats += 1
                if repeats > ASKED_AGAIN:
                    raise SchemaChanged(
                        f"GET {path} keeps repeating a page: try later; else"
                        " sources/youtube/api.py needs a change"
                    )
                continue
            yield _items(body, path)
            if not following:
                return
            followed.add(following)
            token, repeats = following, 0

    def items(self, path: str, **params: Any) -> list[Mapping[str, Any]]:
        """The items of a request by ids, which has no pages."""
        return _items(self.get(path, **params), path)


def says_there_is_none(error: Rejected) -> bool:
    """Whether a refusal means that there is nothing to be had."""
    return bool(NOTHING & {*google_reasons(error.body)})


def is_of_one_video(error: Rejected) -> bool:
    """Whether a refusal of comments says nothing of other videos."""
    return bool(OF_ONE_VIDEO & {*google_reasons(error.body)})


def _facts(error: SourceError) -> dict[str, Any]:
    names = ("status", "method", "url", "attempt", "body")
    return {name: getattr(error, name) for name in names}


def _is_about_the_key(error: Rejected) -> bool:
    reasons = google_reasons(error.body)
    return "keyInvalid" in reasons or "API_KEY_INVALID" in str(error.body)


def _items(body: Mapping[str, Any], path: str) -> list[Mapping[str, Any]]:
    items = body.get("items") or []
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise _changed(path)
    return items


def _changed(path: str) -> SchemaChanged:
    return SchemaChanged(
        f"GET {path} answers with no list of items: compare with"
        " sources/youtube/README.md and change sources/youtube/api.py"
    )
