"""What the platforms promise, written after the contracts: needs no recording."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import requests

from sources._sandbox.community import Community, generate
from sources._sandbox.server import SandboxServer
from sources._sandbox.tweet_query import BadQuery, Text, parse
from sources._sandbox.view import utc_ms
from tests.sandbox.conftest import Client

BATCH = "/crm/v4/associations/{}/{}/batch/read"


def walk_connpass(client: Client, path: str, key: str, **params: Any) -> list[Any]:
    """All records, page by page, as the contract says to."""
    rows: list[Any] = []
    start = 1
    while True:
        body = client.connpass(path, start=start, **params).json()
        assert body["results_start"] == start
        assert body["results_returned"] == len(body[key])
        rows += body[key]
        start += body["results_returned"]
        if start > body["results_available"] or not body[key]:
            return rows


def test_settings_name_every_connector(client: Client) -> None:
    assert set(client.settings) >= {
        "CONNPASS_API_KEY", "CONNPASS_BASE_URL", "CONNPASS_GROUPS", "X_BEARER_TOKEN",
        "X_BASE_URL", "X_QUERIES", "FEEDS_URLS", "HUBSPOT_TOKEN", "HUBSPOT_BASE_URL",
    }  # fmt: skip
    assert all(value for value in client.settings.values())


# connpass


@pytest.mark.parametrize("size", [1, 7, 100])
def test_connpass_pages_end_after_the_last_one(
    client: Client, community: Community, size: int
) -> None:
    group = community.groups[0].subdomain
    rows = walk_connpass(client, "/events/", "events", subdomain=group, count=size)
    shown = [
        event.number for event in community.events
        if event.kind != "users" and event.group.subdomain == group
    ]  # fmt: skip
    assert sorted(row["id"] for row in rows) == sorted(shown)


def test_a_connpass_page_behind_the_end_is_empty(client: Client) -> None:
    body = client.connpass("/events/", start=100_000).json()
    assert body["events"] == []
    assert body["results_returned"] == 0
    assert body["results_available"] > 0


def test_connpass_gives_ten_records_unless_asked(client: Client) -> None:
    assert client.connpass("/users/").json()["results_returned"] == 10


@pytest.mark.parametrize(
    "params", [{"count": 101}, {"count": 0}, {"start": 0}, {"order": 4}]
)
def test_connpass_refuses_parameters_out_of_range(
    client: Client, params: dict[str, int]
) -> None:
    assert client.connpass("/events/", **params).status_code == 400


def test_connpass_orders_by_update_start_or_publication(client: Client) -> None:
    for order, field in (
        ("1", "updated_at"),
        ("2", "started_at"),
        ("3", "published_at"),
    ):
        rows = client.connpass("/events/", order=order, count=100).json()["events"]
        assert [row[field] for row in rows] == sorted(
            (row[field] for row in rows), reverse=True
        )


def test_connpass_filters_by_month_day_id_and_person(client: Client) -> None:
    rows = walk_connpass(client, "/events/", "events", count=100)
    event = rows[len(rows) // 2]
    month = event["started_at"][:7].replace("-", "")
    day = event["started_at"][:10].replace("-", "")
    for params in (
        {"ym": month},
        {"ymd": day},
        {"event_id": event["id"]},
        {"owner_nickname": event["owner_nickname"]},
        {"group_id": event["group"]["id"]},
        {"keyword": event["title"].split()[-1]},
    ):
        found = walk_connpass(client, "/events/", "events", count=100, **params)
        assert event["id"] in [row["id"] for row in found]
        assert len(found) < len(rows)
    two = client.connpass("/events/", event_id=[rows[0]["id"], rows[1]["id"]]).json()
    joined = client.connpass("/events/", event_id=f"{rows[0]['id']},{rows[1]['id']}")
    assert two["results_available"] == joined.json()["results_available"] == 2


def test_connpass_counts_who_is_in_and_who_waits(
    client: Client, community: Community
) -> None:
    rows = walk_connpass(client, "/events/", "events", count=100)
    assert any(row["waiting"] > 0 for row in rows)
    for row in rows:
        applied = sum(
            reg.event == row["id"] and reg.platform == "connpass"
            for reg in community.registrations
        )
        assert row["accepted"] + row["waiting"] <= applied
        assert row["limit"] is None or row["accepted"] <= row["limit"] + 20


def test_connpass_knows_three_states_of_events(client: Client) -> None:
    rows = walk_connpass(client, "/events/", "events", count=100)
    assert {row["open_status"] for row in rows} >= {"open", "close"}
    assert all(row["started_at"].endswith("+09:00") for row in rows)


def test_connpass_shows_what_a_person_attended_unless_hidden(
    client: Client, community: Community
) -> None:
    hiding = [
        person for person in community.known_people() if person.hides_participation
    ]
    users = walk_connpass(client, "/users/", "users", count=100)
    shown = {row["nickname"]: row for row in users}
    assert len(shown) > 100
    for person in hiding:
        if person.nickname in shown:
            answer = client.connpass(
                f"/users/{person.nickname}/attended_events/"
            ).json()
            assert answer["events"] == []
    user = max(shown.values(), key=lambda row: row["attended_event_count"])
    events = walk_connpass(
        client, f"/users/{user['nickname']}/attended_events/", "events", count=100
    )
    assert len(events) == user["attended_event_count"] > 10


def test_connpass_answers_401_without_a_right_key(client: Client) -> None:
    url = client.settings["CONNPASS_BASE_URL"] + "/events/"
    for key in ({}, {"X-API-Key": "wrong"}):
        answer = requests.get(url, headers={"User-Agent": "t", **key}, timeout=5)
        assert answer.status_code == 401


def test_connpass_answers_html_403_to_a_librarys_own_name(client: Client) -> None:
    url = client.settings["CONNPASS_BASE_URL"] + "/events/"
    key = {"X-API-Key": client.settings["CONNPASS_API_KEY"]}
    answer = requests.get(url, headers=key, timeout=5)
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "text/html"


@pytest.mark.parametrize(
    "path",
    ["/events", "/nothing/", "/users/nobody/groups/", "/events/1/presentations/"],
)
def test_connpass_answers_404_for_what_is_not_there(client: Client, path: str) -> None:
    assert client.connpass(path).status_code == 404


# X


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


@pytest.fixture(scope="module")
def busy() -> Any:
    """The week of a conference, with more than two hundred posts."""
    community = generate(4_000, 1, date(2026, 11, 22))
    with SandboxServer(community, requests_per_second=10_000) as server:
        client = Client(server)
        yield client
        client.close()


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


# feeds


def test_every_feed_of_the_settings_is_there(client: Client) -> None:
    paths = client.settings["FEEDS_URLS"].split()
    assert len(paths) > 10
    assert {path.split("/")[1] for path in paths} == {
        "note",
        "zenn",
        "hatena",
        "speakerdeck",
    }
    assert all(client.feed(path).status_code == 200 for path in paths)


def test_a_feed_that_did_not_change_is_304(client: Client) -> None:
    path = client.settings["FEEDS_URLS"].split()[0]
    first = client.feed(path)
    again = client.feed(path, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.feed(path, **{"If-None-Match": 'W/"other"'}).status_code == 200


def test_a_feed_shows_the_latest_25(busy: Client) -> None:
    text = busy.feed("/zenn/topics/tsunagari/feed").text
    assert text.count("<item>") == 25
    assert busy.feed("/note/nobody/rss").status_code == 404


# HubSpot


def walk_hubspot(client: Client, kind: str, limit: int, **params: Any) -> list[Any]:
    rows: list[Any] = []
    after: dict[str, str] = {}
    while True:
        body = client.hubspot(
            f"/crm/v3/objects/{kind}", limit=limit, **params, **after
        ).json()
        rows += body["results"]
        if "paging" not in body:
            return rows
        after = {"after": body["paging"]["next"]["after"]}


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals"])
def test_lists_of_hubspot_end_without_paging(client: Client, kind: str) -> None:
    few = walk_hubspot(client, kind, 7)
    many = walk_hubspot(client, kind, 100)
    assert few == many
    ids = [int(row["id"]) for row in many]
    assert ids == sorted(set(ids))
    assert client.hubspot(
        f"/crm/v3/objects/{kind}", after="999999999999999"
    ).json() == {"results": []}


def test_hubspot_gives_the_properties_asked_for_and_three_more(client: Client) -> None:
    answer = client.hubspot(
        "/crm/v3/objects/contacts", limit=5, properties="company,nonsense"
    )
    for row in answer.json()["results"]:
        assert set(row["properties"]) == {
            "company", "createdate", "hs_object_id", "lastmodifieddate"
        }  # fmt: skip
        assert all(
            value is None or isinstance(value, str)
            for value in row["properties"].values()
        )
        assert row["properties"]["hs_object_id"] == row["id"]


def search(client: Client, kind: str, **body: Any) -> dict[str, Any]:
    answer = client.hubspot(f"/crm/v3/objects/{kind}/search", body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def filtered(*filters: tuple[str, str, str]) -> list[dict[str, Any]]:
    keys = ("propertyName", "operator", "value")
    return [{"filters": [dict(zip(keys, row, strict=True)) for row in filters]}]


def test_hubspots_search_pages_by_offset_and_tells_the_total(client: Client) -> None:
    everything = walk_hubspot(client, "contacts", 100)
    rows: list[Any] = []
    after = "0"
    while True:
        body = search(client, "contacts", limit=10, after=after)
        assert body["total"] == len(everything)
        rows += body["results"]
        if "paging" not in body:
            break
        after = body["paging"]["next"]["after"]
        assert after == str(len(rows))
    assert {row["id"] for row in rows} == {row["id"] for row in everything}


def test_hubspots_search_walks_by_id_within_a_window_of_changes(client: Client) -> None:
    everything = walk_hubspot(client, "contacts", 100)
    changed = sorted(row["updatedAt"] for row in everything)
    since = changed[len(changed) // 2]
    ascending = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    rows: list[Any] = []
    last = "0"
    while True:
        groups = filtered(
            ("lastmodifieddate", "GTE", since), ("hs_object_id", "GT", last)
        )
        body = search(client, "contacts", limit=9, filterGroups=groups, sorts=ascending)
        if not body["results"]:
            break
        rows += body["results"]
        last = body["results"][-1]["id"]
    assert [row["id"] for row in rows] == [
        row["id"] for row in everything if row["updatedAt"] >= since
    ]


def test_hubspot_compares_dates_as_iso_or_milliseconds_and_ids_as_numbers(
    client: Client,
) -> None:
    everything = walk_hubspot(client, "deals", 100)
    moment = everything[3]["updatedAt"]
    epoch = round(datetime.fromisoformat(moment).timestamp() * 1000)
    for operator in ("GT", "GTE", "LT", "LTE", "EQ"):
        totals = {
            search(
                client, "deals",
                filterGroups=filtered(("hs_lastmodifieddate", operator, value)),
            )["total"]
            for value in (moment, str(epoch))
        }  # fmt: skip
        assert len(totals) == 1
    ids = search(
        client, "contacts", filterGroups=filtered(("hs_object_id", "GT", "9999"))
    )
    assert ids["total"] == sum(
        int(row["id"]) > 9999 for row in walk_hubspot(client, "contacts", 100)
    )


def test_hubspot_refuses_what_lies_beyond_ten_thousand(client: Client) -> None:
    path = "/crm/v3/objects/contacts/search"
    assert client.hubspot(path, {"limit": 100, "after": "9900"}).status_code == 200
    answer = client.hubspot(path, {"limit": 100, "after": "9901"})
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"


def test_hubspots_archived_contacts_are_apart(client: Client) -> None:
    live = {row["id"] for row in walk_hubspot(client, "contacts", 100)}
    archived = walk_hubspot(client, "contacts", 100, archived="true")
    assert archived
    for row in archived:
        assert row["archived"] is True
        assert row["archivedAt"] <= utc_ms(client.server.community.now)
        assert row["id"] not in live
        groups = filtered(("hs_object_id", "EQ", row["id"]))
        found = search(client, "contacts", filterGroups=groups)
        assert found["total"] == 0


def test_hubspots_merged_contacts_live_on_in_the_winner(
    client: Client, community: Community
) -> None:
    merged = [
        row for row in community.contacts
        if row.merged_at and row.merged_at <= community.now
    ]  # fmt: skip
    rows = walk_hubspot(client, "contacts", 100, properties="hs_merged_object_ids")
    archived = walk_hubspot(
        client, "contacts", 100, properties="hs_merged_object_ids", archived="true"
    )
    losers = {
        loser
        for row in rows + archived
        for loser in (row["properties"]["hs_merged_object_ids"] or "").split(";")
        if loser
    }
    assert losers == {str(row.id) for row in merged}
    assert losers.isdisjoint(row["id"] for row in rows)


def test_hubspot_links_deals_contacts_and_companies_both_ways(client: Client) -> None:
    deals = [row["id"] for row in walk_hubspot(client, "deals", 100)]
    body = {"inputs": [{"id": number} for number in deals]}
    answer = client.hubspot(BATCH.format("deals", "companies"), body)
    assert answer.status_code == 200
    target = answer.json()["results"][0]["to"][0]
    assert isinstance(target["toObjectId"], int)
    assert [kind["label"] for kind in target["associationTypes"]] == ["Primary", None]
    back = client.hubspot(
        BATCH.format("companies", "deals"),
        {"inputs": [{"id": str(target["toObjectId"])}]},
    )
    found = [str(row["toObjectId"]) for row in back.json()["results"][0]["to"]]
    assert answer.json()["results"][0]["from"]["id"] in found


def test_hubspot_reports_every_id_without_links(client: Client) -> None:
    deals = [row["id"] for row in walk_hubspot(client, "deals", 100)]
    body = {"inputs": [{"id": number} for number in deals]}
    answer = client.hubspot(BATCH.format("deals", "contacts"), body)
    assert answer.status_code == 207
    linked = {row["from"]["id"] for row in answer.json()["results"]}
    alone = {error["context"]["fromObjectId"][0] for error in answer.json()["errors"]}
    assert linked | alone == set(deals)
    assert linked.isdisjoint(alone)


def test_hubspot_reads_records_by_batch_and_by_id(client: Client) -> None:
    row = walk_hubspot(client, "companies", 100)[0]
    assert client.hubspot(f"/crm/v3/objects/companies/{row['id']}").json() == row
    body = {
        "inputs": [{"id": row["id"]}, {"id": "9"}],
        "properties": ["name", "domain"],
    }
    answer = client.hubspot("/crm/v3/objects/companies/batch/read", body)
    assert answer.status_code == 207
    assert [found["id"] for found in answer.json()["results"]] == [row["id"]]
    assert client.hubspot("/crm/v3/objects/companies/9").status_code == 404


def test_hubspot_tells_its_limits_on_lists_only(client: Client) -> None:
    listed = client.hubspot("/crm/v3/objects/deals")
    found = client.hubspot("/crm/v3/objects/deals/search", {"limit": 1})
    assert listed.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert not [name for name in found.headers if "ratelimit" in name.lower()]


def test_hubspot_answers_401_to_a_wrong_token(client: Client) -> None:
    url = client.settings["HUBSPOT_BASE_URL"] + "/crm/v3/owners"
    answer = requests.get(url, headers={"Authorization": "Bearer no"}, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["status"] == "error"


@pytest.mark.parametrize(
    "body",
    [{"limit": 201}, {"limit": "x"}, {"filterGroups": filtered(("a", "LIKE", "b"))},
     {"filterGroups": filtered(("createdate", "GT", "soon"))}, {"after": "next"}],
)  # fmt: skip
def test_hubspot_refuses_bad_searches(client: Client, body: dict[str, Any]) -> None:
    answer = client.hubspot("/crm/v3/objects/contacts/search", body)
    assert answer.status_code == 400
    assert {"status", "message", "correlationId"} <= set(answer.json())
