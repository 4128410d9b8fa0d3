"""Qiita API v2 as the sandbox plays it: the search of items.

Its authors are people of the community who write on no other platform.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sources._sandbox.articles import own_entries
from sources._sandbox.community import Community
from sources._sandbox.habits import link_to_x
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter, json_reply
from sources._sandbox.identities import Account
from sources._sandbox.model import JST, Entry, Person, grown
from sources._sandbox.view import jst, nickname_on

TOKEN = "sandbox-qiita-token"  # noqa: S105  opens nothing but this server
COMPARISONS: Mapping[str, Callable[[date, date], bool]] = {
    ">=": date.__ge__, "<=": date.__le__, ">": date.__gt__, "<": date.__lt__,
}  # fmt: skip


class BadParameter(ValueError):
    """A parameter out of its range."""


@dataclass(frozen=True, slots=True)
class Item:
    """An article and its author."""

    entry: Entry
    author: Person

    @property
    def item_id(self) -> str:
        """Twenty hexadecimal digits."""
        return f"{self.entry.number:08x}{self.entry.key}"[-20:].rjust(20, "0")


class QiitaRoutes:
    """GET /items?query=..."""

    prefix = "/qiita/api/v2"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._wall = limits.wall
        self._now = community.now
        self._companies = community.companies
        self._items = sorted(
            articles(community),
            key=lambda item: (item.entry.published_at, item.item_id),
            reverse=True,
        )
        self._by_author: dict[int, int] = {}
        for item in self._items:
            index = item.author.index
            self._by_author[index] = self._by_author.get(index, 0) + 1

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment: a tag, and the author known longest."""
        authors = [item.author.blog_handle for item in self._items[-1:]]
        queries = ["tag:tsunagari", *(f"user:{author}" for author in authors)]
        return {
            "QIITA_TOKEN": TOKEN,
            "QIITA_BASE_URL": base_url,
            "QIITA_QUERIES": "; ".join(queries),
        }

    def unauthorized(self) -> Reply:
        """The answer to a bad or expired token."""
        return json_reply(401, {"message": "Unauthorized", "type": "unauthorized"})

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """Over the hour's limit: a 403."""
        body = {"message": "Rate limit exceeded", "type": "rate_limit_exceeded"}
        return json_reply(403, body, headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer; reading needs no token, a wrong one is refused."""
        if request.headers.get("authorization", f"Bearer {TOKEN}") != f"Bearer {TOKEN}":
            return self.unauthorized()
        rate = {"Rate-Limit": "1000", "Rate-Reset": str(int(self._wall()) + 3600)}
        if not self._limiter.allows():
            return self.too_many({})
        try:
            if request.path == "/items":
                return self._search(request, {**rate, "Rate-Remaining": "999"})
        except BadParameter as error:
            return json_reply(400, {"message": str(error), "type": "bad_request"})
        return json_reply(404, {"message": "Not found", "type": "not_found"})

    def _search(self, request: Request, rate: Mapping[str, str]) -> Reply:
        page = _number(request, "page", 1)
        per_page = _number(request, "per_page", 20)
        tests = [self._test(word) for word in request.one("query").split()]
        found = [item for item in self._items if all(test(item) for test in tests)]
        shown = found[(page - 1) * per_page : page * per_page]
        last = max(1, -(-len(found) // per_page))
        numbers = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
        links = ", ".join(
            f'<{request.base_url}/items?page={number}&per_page={per_page}>; rel="{rel}"'
            for rel, number in numbers.items()
            if 1 <= number <= last
        )
        headers = {**rate, "Total-Count": str(len(found)), "Link": links}
        return json_reply(200, [self._shape(item) for item in shown], headers)

    def _test(self, word: str) -> Callable[[Item], bool]:
        name, _, value = word.partition(":")
        if name == "tag":
            return lambda item: value in item.entry.tags
        if name == "user":
            return lambda item: item.author.blog_handle == value
        if name not in ("created", "updated"):
            return lambda item: word.lower() in item.entry.title.lower()
        sign = value.rstrip("0123456789-")
        if sign not in COMPARISONS:
            raise BadParameter("Bad request")
        day = date.fromisoformat(value.removeprefix(sign))
        compare = COMPARISONS[sign]
        return lambda item: compare(self._moment(item, name).date(), day)

    def _moment(self, item: Item, name: str) -> datetime:
        """When the item was created or last revised, as known by now."""
        is_revised = item.entry.updated_at < self._now and name == "updated"
        moment = item.entry.updated_at if is_revised else item.entry.published_at
        return moment.astimezone(JST)

    def _shape(self, item: Item) -> dict[str, Any]:
        entry = item.entry
        likes = grown(entry.likes, entry.published_at, self._now)
        return {
            "rendered_body": f"<p>{entry.summary}</p>",
            "body": entry.summary,
            "coediting": False,
            "comments_count": likes // 9,
            "created_at": jst(self._moment(item, "created")),
            "group": None,
            "id": item.item_id,
            "likes_count": likes,
            "private": False,
            "reactions_count": 0,
            "stocks_count": likes // 2,
            "tags": [{"name": tag, "versions": []} for tag in entry.tags],
            "title": entry.title,
            "updated_at": jst(self._moment(item, "updated")),
            "url": f"https://qiita.com/{item.author.blog_handle}/items/{item.item_id}",
            "user": self._shape_user(item.author),
            "page_views_count": None,
            "team_membership": None,
            "organization_url_name": None,
            "slide": False,
        }

    def _shape_user(self, person: Person) -> dict[str, Any]:
        empty = "" if person.index % 2 else None  # the platform sends both
        nickname = nickname_on(person, self._now.date())
        page = f"https://connpass.com/user/{nickname}/"
        company = self._companies[person.job_on(self._now.date()).company].name
        return {
            "description": empty,
            "facebook_id": empty,
            "followees_count": person.index % 40,
            "followers_count": person.index % 90,
            "github_login_name": person.blog_handle if person.index % 4 else empty,
            "id": person.blog_handle,
            "items_count": self._by_author[person.index],
            "linkedin_id": empty,
            "location": person.prefecture if person.index % 3 else empty,
            "name": person.display_name if person.index % 5 else "",
            "organization": company if person.index % 7 == 0 else empty,
            "permanent_id": permanent_id(person),
            "profile_image_url": f"https://qiita-image-store.example/{person.index}",
            "team_only": False,
            "twitter_screen_name": link_to_x(person, "qiita", None) or empty,
            "website_url": page if nickname and person.index % 3 else empty,
        }


def _writes_here(person: Person) -> bool:
    return person.blog is None and person.kind == "event" and person.index % 2 == 0


def _number(request: Request, name: str, default: int) -> int:
    text = request.one(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise BadParameter("Bad request")
    return int(text)


def articles(community: Community) -> Iterable[Item]:
    """What has been published by now, author by author."""
    for person in community.known_people():
        if _writes_here(person):
            for entry in own_entries(community.seed, person, community.now):
                if entry.published_at < community.now:
                    yield Item(entry, person)


def permanent_id(person: Person) -> int:
    """The id that stays when the author takes another name."""
    return 200_000 + person.index * 7


def accounts(community: Community) -> Iterable[Account]:
    """Whoever has written an article."""
    for item in articles(community):
        yield Account("qiita", str(permanent_id(item.author)), item.author)


ROUTES = QiitaRoutes
