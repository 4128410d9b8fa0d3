"""X API v2 as the sandbox plays it: recent search, look-ups and counts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sources._sandbox import tweet_query
from sources._sandbox.community import Community
from sources._sandbox.http import (
    Limits,
    Reply,
    Request,
    SecondLimiter,
    WindowLimiter,
    json_reply,
)
from sources._sandbox.identities import Account
from sources._sandbox.model import Person, Post
from sources._sandbox.tweets import shape_post, shape_user
from sources._sandbox.view import utc_ms
from sources._sandbox.x_values import (
    BadParameter,
    check_names,
    id_at,
    invalid,
    moment_of,
    not_found,
    number_of,
    opened,
    sealed,
)

TOKEN = "sandbox-x-token"  # noqa: S105  opens nothing but this server
QUERIES = "#tsunagari -is:retweet;ツナガリ会 -is:retweet"
STEPS = {"minute": 60, "hour": 3_600, "day": 86_400}


class XRoutes:
    """/tweets/search/recent, /tweets/counts/recent, /tweets, /users, /users/by."""

    prefix = "/x/2"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._window_limit = limits.window_limit
        self._wall = limits.wall
        self._windows: dict[str, WindowLimiter] = {}
        self._now = community.now
        self._since = community.now - timedelta(days=7)
        self._people = community.people
        self._known = {
            person.x_id: person
            for person in community.known_people()
            if person.x_username
        }
        self._usernames = {
            (person.x_username or "").lower(): person for person in self._known.values()
        }
        self._posts = {
            post.id: post
            for post in community.posts
            if post.deleted_on is None or post.deleted_on > community.today
        }
        self._gone = {post.id for post in community.posts} - set(self._posts)
        # Only a week can be searched: newest last, with the ids to cut windows by.
        self._recent = [
            post for post in self._posts.values() if post.created_at >= self._since
        ]
        self._recent_ids = [int(post.id) for post in self._recent]
        self._texts = {post.id: self._searchable(post) for post in self._recent}
        self._found: dict[str, list[Post]] = {}

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment."""
        return {"X_BEARER_TOKEN": TOKEN, "X_BASE_URL": base_url, "X_QUERIES": QUERIES}

    def unauthorized(self) -> Reply:
        """The answer to a bad or expired token."""
        body = {
            "title": "Unauthorized",
            "type": "about:blank",
            "status": 401,
            "detail": "Unauthorized",
        }
        return json_reply(401, body)

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """Over the window's limit."""
        title = "Too Many Requests"
        body = {"title": title, "detail": title, "type": "about:blank", "status": 429}
        return json_reply(429, body, headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer to one request, with its rate limit headers."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.unauthorized()
        if not self._limiter.allows():
            return self.too_many({})
        window = self._windows.setdefault(
            request.path, WindowLimiter(self._window_limit, wall=self._wall)
        )
        allowed, headers = window.take()
        if not allowed:
            return self.too_many(headers)
        headers["api-version"] = "2.163"
        handlers = {
            "/tweets/search/recent": self._search,
            "/tweets/counts/recent": self._count,
            "/tweets": self._look_up_posts,
            "/users": self._look_up_users,
            "/users/by": self._look_up_users,
        }
        handler = handlers.get(request.path)
        if handler is None or request.method != "GET":
            return json_reply(
                404,
                {
                    "title": "Not Found",
                    "type": "about:blank",
                    "status": 404,
                    "detail": "Not Found",
                },
                headers,
            )
        try:
            check_names(request)
            return json_reply(200, handler(request), headers)
        except BadParameter as error:
            return json_reply(400, invalid(error), headers)

    def _searchable(self, post: Post) -> tweet_query.Text:
        kinds = {"retweeted": "retweet", "quoted": "quote", "replied_to": "reply"}
        author = self._people[post.person].x_username or ""
        has = {"links"} if post.link else set()
        has |= {"hashtags"} if post.tags else set()
        return tweet_query.Text(
            text=post.text.lower(),
            tags=frozenset(tag.lower() for tag in post.tags),
            author=author.lower(),
            kinds=frozenset({kinds[post.kind]} if post.kind in kinds else ()),
            has=frozenset(has),
            lang="ja",
        )

    def _matching(self, request: Request) -> list[Post]:
        """The week's posts that match, oldest first, within the asked bounds."""
        query = request.one("query")
        if query not in self._found:
            try:
                test = tweet_query.parse(query)
            except tweet_query.BadQuery as error:
                raise BadParameter("query", query, str(error)) from error
            self._found[query] = [
                post for post in self._recent if test(self._texts[post.id])
            ]
        low, high = self._bounds(request)
        return [post for post in self._found[query] if low <= int(post.id) < high]

    def _bounds(self, request: Request) -> tuple[int, int]:
        """The ids asked for: [low, high)."""
        low, high = id_at(self._since), id_at(self._now)
        if text := request.one("since_id"):
            since_id = number_of("since_id", text)
            if since_id < low:
                raise BadParameter(
                    "since_id",
                    text,
                    "'since_id' must be a tweet id created after "
                    f"[{utc_ms(self._since)}]. Please use a 'since_id' that is larger "
                    f"than {low}",
                )
            low = since_id + 1
        if text := request.one("start_time"):
            start = moment_of("start_time", text)
            if start < self._since:
                raise BadParameter(
                    "start_time",
                    text,
                    f"Invalid 'start_time':'{text}'. 'start_time' must be on or after "
                    f"{utc_ms(self._since)}",
                )
            low = max(low, id_at(start))
        if text := request.one("until_id"):
            high = min(high, number_of("until_id", text))
        if text := request.one("end_time"):
            high = min(high, id_at(moment_of("end_time", text)))
        return low, high

    def _search(self, request: Request) -> dict[str, Any]:
        size = number_of("max_results", request.one("max_results", "10"))
        if not 10 <= size <= 100:
            raise BadParameter(
                "max_results",
                str(size),
                f"The `max_results` query parameter value [{size}] is not between 10 "
                "and 100",
            )
        posts = self._matching(request)
        posts.reverse()
        if token := request.one("next_token"):
            before = opened(token)
            position = bisect_left([-int(post.id) for post in posts], -before + 1)
            posts = posts[position:]
        shown, more = posts[:size], len(posts) > size
        if not shown:
            return {"meta": {"result_count": 0}}
        meta: dict[str, Any] = {
            "newest_id": shown[0].id,
            "oldest_id": shown[-1].id,
            "result_count": len(shown),
        }
        if more:
            meta["next_token"] = sealed(int(shown[-1].id))
        answer = self._answer(request, shown)
        answer["meta"] = meta
        return answer

    def _answer(self, request: Request, posts: list[Post]) -> dict[str, Any]:
        """`data`, and `includes` for the expansions asked for."""
        fields = set(request.many("tweet.fields"))
        user_fields = set(request.many("user.fields"))
        expansions = set(request.many("expansions"))
        if "author_id" in expansions:
            fields.add("author_id")
        if "referenced_tweets.id" in expansions:
            fields.add("referenced_tweets")
        answer: dict[str, Any] = {"data": [self._shape(post, fields) for post in posts]}
        includes: dict[str, Any] = {}
        missing: list[dict[str, Any]] = []
        authors = (
            [self._people[post.person] for post in posts]
            if "author_id" in expansions
            else []
        )
        if expansions & {"referenced_tweets.id", "referenced_tweets.id.author_id"}:
            parents = list(dict.fromkeys(post.parent for post in posts if post.parent))
            included = [
                self._posts[parent] for parent in parents if parent in self._posts
            ]
            if included:
                includes["tweets"] = [self._shape(post, fields) for post in included]
            missing = [
                not_found("tweet", "referenced_tweets.id", parent)
                for parent in parents
                if parent not in self._posts
            ]
            if "referenced_tweets.id.author_id" in expansions:
                authors += [self._people[post.person] for post in included]
        if authors:
            unique = {person.index: person for person in authors}
            includes["users"] = [
                self._shape_user(person, user_fields) for person in unique.values()
            ]
        if includes:
            answer["includes"] = includes
        if missing:
            answer["errors"] = missing
        return answer

    def _shape(self, post: Post, fields: set[str]) -> dict[str, Any]:
        parent = self._posts.get(post.parent) if post.parent else None
        return shape_post(post, parent, self._people, fields, self._now)

    def _shape_user(self, person: Person, fields: set[str]) -> dict[str, Any]:
        return shape_user(person, fields, self._now)

    def _look_up_posts(self, request: Request) -> dict[str, Any]:
        ids = request.many("ids")
        if not 1 <= len(ids) <= 100:
            raise BadParameter("ids", ",".join(ids), "size must be between 1 and 100")
        posts = [self._posts[number] for number in ids if number in self._posts]
        errors = [
            not_found("tweet", "ids", number)
            for number in ids
            if number not in self._posts
        ]
        answer = self._answer(request, posts) if posts else {}
        if errors:
            answer["errors"] = answer.get("errors", []) + errors
        return answer

    def _look_up_users(self, request: Request) -> dict[str, Any]:
        name = "usernames" if request.path.endswith("/by") else "ids"
        wanted = request.many(name)
        if not 1 <= len(wanted) <= 100:
            raise BadParameter(name, ",".join(wanted), "size must be between 1 and 100")
        table = self._usernames if name == "usernames" else self._known
        found = [table.get(value.lower()) for value in wanted]
        fields = set(request.many("user.fields"))
        answer: dict[str, Any] = {}
        if any(found):
            answer["data"] = [
                self._shape_user(person, fields) for person in found if person
            ]
        if not all(found):
            answer["errors"] = [
                not_found("user", name, value)
                for value, person in zip(wanted, found, strict=True)
                if not person
            ]
        return answer

    def _count(self, request: Request) -> dict[str, Any]:
        """Posts by minute, hour or day."""
        granularity = request.one("granularity", "hour")
        if granularity not in STEPS:
            raise BadParameter(
                "granularity", granularity, "must be minute, hour or day"
            )
        posts = self._matching(request)
        start = moment_of(
            "start_time", request.one("start_time") or utc_ms(self._since)
        )
        end = moment_of("end_time", request.one("end_time") or utc_ms(self._now))
        ids = [int(post.id) for post in posts]
        rows, total = [], 0
        while start < end:
            later = min(end, start + timedelta(seconds=STEPS[granularity]))
            found = bisect_left(ids, id_at(later)) - bisect_left(ids, id_at(start))
            rows.append(
                {"end": utc_ms(later), "start": utc_ms(start), "tweet_count": found}
            )
            total, start = total + found, later
        return {"data": rows, "meta": {"total_tweet_count": total}}

    def recent_count(self, start: datetime, end: datetime) -> int:
        """How many posts of the week lie in [start, end): for tests."""
        return bisect_right(self._recent_ids, id_at(end)) - bisect_left(
            self._recent_ids, id_at(start)
        )


def accounts(community: Community) -> Iterable[Account]:
    """Whoever has an account; searches show those who posted in the last week."""
    for person in community.known_people():
        if person.x_username:
            yield Account("x", person.x_id, person)


ROUTES = XRoutes
