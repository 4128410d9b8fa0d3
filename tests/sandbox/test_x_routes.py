"""What X promises, after its contract: no recording needed."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from sources._sandbox.community import Community
from sources._sandbox.tweet_query import BadQuery, Text, parse
from sources._sandbox.view import utc_ms
from tests.sandbox.conftest import Client


def walk_x(client: Client, size: int, **params: Any) -> list[Any]:
    rows: list[Any] = []
    token: dict[str, str] = {}
    while True:
        answer = client.x("/tweets/search/recent", max_results=size, **params, **token)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        rows += body.get("data", [])
        assert body["meta"]["result_count"] == len(body.get("data", []))
        if "next_token" not in body["meta"]:
            return rows
        token = {"next_token": body["meta"]["next_token"]}


def test_pages_of_x_go_back_in_time_and_end(busy: Client) -> None:
    query = "#tsunagari OR ツナガリ会"
    ten = walk_x(busy, 10, query=query)
    hundred = walk_x(busy, 100, query=query)
    assert len(hundred) > 200
    assert [row["id"] for row in ten] == [row["id"] for row in hundred]
    ids = [int(row["id"]) for row in hundred]
    assert ids == sorted(set(ids), reverse=True)


def test_x_searches_seven_days_and_no_more(busy: Client) -> None:
    now = busy.server.community.now
    rows = walk_x(
        busy, 100, query="ツナガリ会 OR #tsunagari", tweet__fields="created_at"
    )
    since = utc_ms(now - timedelta(days=7))
    assert since <= min(row["created_at"] for row in rows)
    assert max(row["created_at"] for row in rows) <= utc_ms(now)
    before = utc_ms(now - timedelta(days=8))
    answer = busy.x("/tweets/search/recent", query="a", start_time=before)
    assert answer.status_code == 400
    assert "start_time" in answer.json()["errors"][0]["parameters"]


def test_x_takes_up_after_since_id_unless_it_is_too_old(busy: Client) -> None:
    rows = walk_x(busy, 100, query="#tsunagari")
    middle = rows[len(rows) // 2]["id"]
    later = walk_x(busy, 100, query="#tsunagari", since_id=middle)
    assert [row["id"] for row in later] == [row["id"] for row in rows[: len(rows) // 2]]
    old = next(iter(busy.server.community.posts)).id
    answer = busy.x("/tweets/search/recent", query="#tsunagari", since_id=old)
    assert answer.status_code == 400
    assert answer.json()["title"] == "Invalid Request"
    newest = walk_x(busy, 10, query="#tsunagari", since_id=rows[0]["id"])
    assert newest == []


def test_x_gives_only_the_fields_asked_for(client: Client) -> None:
    bare = client.x("/tweets/search/recent", query="#tsunagari").json()
    assert set(bare) == {"data", "meta"}
    assert set(bare["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    with_users = client.x(
        "/tweets/search/recent", query="#tsunagari", expansions="author_id"
    ).json()
    assert set(with_users["includes"]["users"][0]) == {"id", "name", "username"}
    assert "author_id" in with_users["data"][0]


def test_x_leaves_out_reposts_when_told_to(busy: Client) -> None:
    fields = {"tweet__fields": "referenced_tweets"}
    everything = walk_x(busy, 100, query="#tsunagari", **fields)
    without = walk_x(busy, 100, query="#tsunagari -is:retweet", **fields)
    kinds = [row.get("referenced_tweets", [{"type": ""}])[0]["type"] for row in without]
    assert "retweeted" not in kinds
    assert len(without) < len(everything)


def test_x_includes_the_posts_referred_to(busy: Client) -> None:
    body = busy.x(
        "/tweets/search/recent", query="#tsunagari", max_results=100,
        expansions="author_id,referenced_tweets.id",
    ).json()  # fmt: skip
    wanted = {
        ref["id"] for row in body["data"] for ref in row.get("referenced_tweets", [])
    }  # fmt: skip
    included = {row["id"] for row in body["includes"]["tweets"]}
    gone = {error["value"] for error in body.get("errors", [])}
    assert wanted == included | gone


def test_x_names_posts_that_are_gone_among_the_errors(
    client: Client, community: Community
) -> None:
    gone = next(
        post for post in community.posts
        if post.deleted_on and post.deleted_on <= community.today
    )  # fmt: skip
    there = next(post for post in reversed(community.posts) if post.deleted_on is None)
    body = client.x("/tweets", ids=f"{gone.id},{there.id}").json()
    assert [row["id"] for row in body["data"]] == [there.id]
    assert [error["value"] for error in body["errors"]] == [gone.id]
    assert body["errors"][0]["title"] == "Not Found Error"


def test_x_finds_users_by_id_and_name(client: Client, community: Community) -> None:
    person = next(person for person in community.known_people() if person.x_username)
    by_id = client.x("/users", ids=person.x_id).json()["data"]
    by_name = client.x("/users/by", usernames=person.x_username).json()["data"]
    assert by_id == by_name == [
        {"id": person.x_id, "name": person.x_name, "username": person.x_username}
    ]  # fmt: skip
    assert "errors" in client.x("/users/by", usernames="nobody_at_all").json()


def test_counts_of_x_add_up(busy: Client) -> None:
    body = busy.x("/tweets/counts/recent", query="#tsunagari", granularity="day").json()
    assert len(body["data"]) == 7
    assert (
        sum(row["tweet_count"] for row in body["data"])
        == body["meta"]["total_tweet_count"]
    )
    assert body["meta"]["total_tweet_count"] == len(
        walk_x(busy, 100, query="#tsunagari")
    )


def test_x_tells_its_limits_in_epoch_seconds(client: Client) -> None:
    headers = client.x("/tweets/search/recent", query="#tsunagari").headers
    assert headers["x-rate-limit-limit"] == "450"
    assert int(headers["x-rate-limit-remaining"]) < 450
    assert int(headers["x-rate-limit-reset"]) > 1_700_000_000


@pytest.mark.parametrize(
    "params",
    [{"query": ""}, {"query": "("}, {"query": "a", "max_results": 9},
     {"query": "a", "max_results": 101}, {"query": "a", "next_token": "made-up"},
     {"query": "a", "tweet__fields": "public_metircs"},
     {"query": "a", "user__fields": "email"}, {"query": "a", "expansions": "author"},
     {"query": "a", "since_id": "x"}, {"query": "a", "start_time": "soon"}],
)  # fmt: skip
def test_x_refuses_bad_parameters_with_a_problem(
    client: Client, params: dict[str, Any]
) -> None:
    answer = client.x("/tweets/search/recent", **params)
    assert answer.status_code == 400
    assert {"errors", "title", "detail", "type"} == set(answer.json())


def test_x_answers_401_to_a_wrong_token(client: Client) -> None:
    url = client.settings["X_BASE_URL"] + "/tweets?ids=1"
    answer = requests.get(url, headers={"Authorization": "Bearer no"}, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["title"] == "Unauthorized"


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("#tsunagari", True), ("#tsuna", False), ("朝会", True), ("-朝会", False),
        ("夜会 OR 朝会", True), ("#tsunagari -is:retweet", False), ("is:retweet", True),
        ("(夜会 OR 朝会) #tsunagari", True), ("-(夜会 OR 朝会)", False),
        ('"今日の 朝会"', True), ("from:taro", True), ("from:jiro", False),
        ("has:links", False), ("lang:ja has:hashtags", True),
        ("夜会 OR (朝会 -#x)", True),
    ],
)  # fmt: skip
def test_queries_mean_what_x_says(query: str, fits: bool) -> None:
    post = Text(
        text="今日の 朝会 #tsunagari", tags=frozenset({"tsunagari"}), author="taro",
        kinds=frozenset({"retweet"}), has=frozenset({"hashtags"}), lang="ja",
    )  # fmt: skip
    assert parse(query)(post) is fits


@pytest.mark.parametrize("query", ["", "OR", "a OR", "(a", "a)"])
def test_broken_queries_are_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        parse(query)


def test_links_are_shortened_and_the_entities_say_what_they_stand_for(
    busy: Client,
) -> None:
    body = busy.x(
        "/tweets/search/recent", query="has:links -is:retweet", max_results=100,
        tweet__fields="entities", expansions="author_id",
        user__fields="url,description,entities",
    ).json()  # fmt: skip
    assert body["data"]
    for row in body["data"]:
        url = row["entities"]["urls"][0]
        assert row["text"][url["start"] : url["end"]] == url["url"]
        assert url["url"].startswith("https://t.co/")
        assert url["expanded_url"] not in row["text"]
        for tag in row["entities"]["hashtags"]:
            assert row["text"][tag["start"] : tag["end"]] == f"#{tag['tag']}"
    users = body["includes"]["users"]
    linked = [user for user in users if "url" in user]
    assert linked
    for user in linked:
        url = user["entities"]["url"]["urls"][0]
        assert user["url"] == url["url"] != url["expanded_url"]
    told = [user for user in users if "description" in user.get("entities", {})]
    for user in told:
        url = user["entities"]["description"]["urls"][0]
        assert user["description"][url["start"] : url["end"]] == url["url"]
