"""The sandbox answers as the platforms do: the same keys and JSON types."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from sources._sandbox.community import Community
from sources._sandbox.inbox import write_inbox
from tests.sandbox.conftest import Client
from tests.sandbox.shapes import against_schema, differences, missing_keys

# Null by the contract's table, though the few samples show a value.
NULLABLE_EVENT = {
    f".events[].{key}"
    for key in (
        "limit",
        "address",
        "place",
        "lat",
        "lon",
        "image_url",
        "catch",
        "hash_tag",
        "description",
        "started_at",
        "ended_at",
        "group",
    )  # fmt: skip
}
NULLABLE_USER = {".users[].description", ".users[].image_url"}
NULLABLE_GROUP = {".groups[].facebook_url", ".groups[].owner_text"}


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def recorded_bodies(path: Path) -> list[Any]:
    """The bodies of a recording: bare JSON, or a list of recorded exchanges."""
    recording = load(path)
    if not isinstance(recording, list):
        return [recording]
    answers = [exchange["response"] for exchange in recording]
    return [
        answer["body_json"] if "body_json" in answer else json.loads(answer["body"])
        for answer in answers
    ]


@pytest.mark.parametrize(
    ("path", "samples", "nullable", "optional"),
    [
        (
            "/events/",
            ["recordings/connpass/v2_events.json", "get_events.json"],
            NULLABLE_EVENT,
            {".events[].published_at"},
        ),
        (
            "/groups/",
            ["recordings/connpass/v2_groups.json", "get_groups.json"],
            NULLABLE_GROUP,
            set(),
        ),
        (
            "/users/",
            ["recordings/connpass/v2_users.json", "get_users.json"],
            NULLABLE_USER,
            set(),
        ),
    ],
)
def test_connpass_lists_have_the_keys_and_types_of_spec_and_recording(
    client: Client, shared: Path, path: str, samples: list[str], nullable: set[str],
    optional: set[str],
) -> None:  # fmt: skip
    theirs = [load(_connpass_sample(shared, name)) for name in samples]
    ours = client.connpass(path, count=100).json()
    assert differences(ours, theirs, nullable=nullable, optional=optional) == []
    key = next(name for name in theirs[0] if isinstance(theirs[0][name], list))
    in_all = set.intersection(*(set(row) for body in theirs for row in body[key]))
    assert missing_keys(ours[key], in_all) == set()


@pytest.mark.parametrize(
    ("what", "key", "sample", "nullable"),
    [
        ("groups", "groups", "get_user_groups.json", NULLABLE_GROUP),
        ("attended_events", "events", "get_user_attended_events.json", NULLABLE_EVENT),
        (
            "presenter_events",
            "events",
            "get_user_presenter_events.json",
            NULLABLE_EVENT,
        ),
    ],
)
def test_what_hangs_below_a_connpass_user_looks_as_specified(
    client: Client, community: Community, shared: Path, what: str, key: str,
    sample: str, nullable: set[str],
) -> None:  # fmt: skip
    theirs = [load(_connpass_sample(shared, sample))]
    if key == "groups":  # a count is text in the example, a number in the recording
        theirs.append(load(shared / "recordings/connpass/v2_user-groups.json"))
    speaker = community.people[community.presentations[-1].by].nickname
    ours = client.connpass(f"/users/{speaker}/{what}/").json()
    assert ours[key]
    problems = differences(
        ours, theirs, nullable=nullable, optional={".events[].published_at"}
    )
    assert problems == []


def test_connpass_presentations_look_as_specified(
    client: Client, community: Community, shared: Path
) -> None:
    theirs = [load(_connpass_sample(shared, "get_event_presentations.json"))]
    rows = []
    for number in sorted({item.event for item in community.presentations}):
        ours = client.connpass(f"/events/{number}/presentations/", count=100).json()
        nullable = {".presentations[].presenter"}
        assert differences(ours, theirs, nullable=nullable) == []
        rows += ours["presentations"]
    assert missing_keys(rows, set(theirs[0]["presentations"][0])) == set()
    assert {row["presentation_type"] for row in rows} >= {"slide", "blog"}


def _connpass_sample(shared: Path, name: str) -> Path:
    if name.startswith("recordings/"):
        return shared / name
    return shared / "apis/specs/connpass/examples" / name


def test_participants_files_have_the_headers_of_both_generations(
    community: Community, shared: Path, tmp_path: Path
) -> None:
    recorded = (
        shared / "recordings/connpass/participants_sjis2004_2019_fictional_names.csv"
    )
    layouts = shared / "recordings/_layouts_invented_people"
    newer = layouts / "connpass_participants_2024_utf8.csv"
    old_head = next(csv.reader(io.StringIO(recorded.read_text("shift_jis_2004"))))
    new_head = next(csv.reader(io.StringIO(newer.read_text("utf-8-sig"))))
    heads = set()
    for path in write_inbox(community, tmp_path):
        if path.parent.name == "connpass":
            content = path.read_bytes()
            encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp932"
            head = next(csv.reader(io.StringIO(content.decode(encoding))))
            fixed = 6 if encoding == "cp932" else 8
            heads.add((encoding, *head[:fixed], *head[-2:]))
    assert heads == {
        ("cp932", *old_head[:6], *old_head[-2:]),
        ("utf-8-sig", *new_head[:8], *new_head[-2:]),
    }


X_FIELDS = (
    "created_at,author_id,conversation_id,in_reply_to_user_id,public_metrics,lang,"
    "entities,referenced_tweets,possibly_sensitive"
)
X_USER_FIELDS = (
    "created_at,description,entities,location,profile_image_url,protected,public_metrics,url,"
    "verified,verified_type,subscription_type"
)


def test_posts_of_x_have_the_keys_and_types_of_the_recordings(
    client: Client, shared: Path
) -> None:
    ours = client.x(
        "/tweets/search/recent",
        query="#tsunagari OR ツナガリ会",
        max_results=100,
        tweet__fields=X_FIELDS,
        user__fields=X_USER_FIELDS,
        expansions="author_id,referenced_tweets.id",
    ).json()
    names = (
        "tweepy_search_recent", "pytwitter_search_query_expansions",
        "nango_mentions_paged_2026", "nango_user_tweets_2026", "pytwitter_users",
    )  # fmt: skip
    theirs = [
        body
        for name in names
        for body in recorded_bodies(shared / f"recordings/x/{name}.json")
    ]
    me = recorded_bodies(shared / "recordings/x/nango_users_me_2026.json")[0]["data"]
    lists = [body["data"] for body in theirs if isinstance(body.get("data"), list)]
    lists += [rows for body in theirs for rows in body.get("includes", {}).values()]
    tweets = [row for rows in lists for row in rows if "text" in row]
    users = [row for rows in lists for row in rows if "username" in row]
    samples = [
        {"data": tweets, "includes": {"tweets": tweets, "users": [*users, me]}},
        *({"meta": body["meta"]} for body in theirs if "meta" in body),
    ]
    # Documented; in the recordings descriptions hold tags and no links.
    links = ".includes.users[].entities.description.urls"
    assert differences(ours, samples, optional={".errors", links}) == []
    assert missing_keys(ours["data"], {"id", "text", "edit_history_tweet_ids"}) == set()
    metrics = set(_with_six_metrics(tweets))
    assert all(set(row["public_metrics"]) == metrics for row in ours["data"])


def _with_six_metrics(tweets: list[dict[str, Any]]) -> dict[str, int]:
    """The newest kind of public_metrics in the recordings."""
    found = [row["public_metrics"] for row in tweets if "public_metrics" in row]
    return max(found, key=len)


def test_nothing_found_on_x_is_an_answer_without_data(
    client: Client, shared: Path
) -> None:
    recorded = recorded_bodies(shared / "recordings/x/nango_mentions_paged_2026.json")[
        -1
    ]
    ours = client.x("/tweets/search/recent", query="そんな言葉はない").json()
    assert ours == {"meta": {"result_count": 0}}
    assert "data" not in recorded
    assert ours["meta"]["result_count"] == recorded["meta"]["result_count"]


def test_counts_of_x_look_as_recorded(client: Client, shared: Path) -> None:
    theirs = recorded_bodies(shared / "recordings/x/pytwitter_counts_recent.json")
    ours = client.x("/tweets/counts/recent", query="#tsunagari").json()
    assert differences(ours, theirs) == []
    # A full window of hours, the two ends of which are cut: 168 or 169 steps.
    assert abs(len(ours["data"]) - len(theirs[0]["data"])) <= 1


@pytest.mark.parametrize(
    ("path", "recording", "optional"),
    [
        ("/crm/v3/objects/contacts", "nango_contacts_list.json", {".paging"}),
        ("/crm/v3/objects/companies", "nango_companies_list.json", {".paging"}),
        ("/crm/v3/objects/deals", "nango_deals_list_associations.json",
         {".paging", ".results[].associations"}),
        ("/crm/v3/pipelines/deals", "nango_pipelines.json", set()),
    ],
)  # fmt: skip
def test_lists_of_hubspot_look_as_recorded(
    client: Client, shared: Path, path: str, recording: str, optional: set[str]
) -> None:
    exchange = load(shared / "recordings/hubspot" / recording)[0]
    theirs = [exchange["response"]["body_json"]]
    params = {**exchange["request"].get("params", {}), "limit": "50"}
    ours = client.hubspot(path, **params)
    records = [
        row["properties"] for row in ours.json()["results"] if "properties" in row
    ]
    nullable = {
        f".results[].properties.{key}" for record in records for key in record
        if key not in ("hs_object_id", "createdate")
    }  # fmt: skip
    problems = differences(ours.json(), theirs, nullable=nullable, optional=optional)
    # Properties that are null in every recorded row, and text here.
    problems = [
        text for text in problems if not text.endswith("string, theirs ['null']")
    ]
    assert problems == []
    for record in records:
        assert set(record) == set(theirs[0]["results"][0]["properties"])


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals"])
def test_lists_searches_and_archives_of_hubspot_keep_the_official_schema(
    client: Client, shared: Path, kind: str
) -> None:
    spec = load(shared / f"apis/specs/hubspot/{kind}_v3.json")["components"]["schemas"]
    listed = client.hubspot(
        f"/crm/v3/objects/{kind}", limit=20, associations="companies"
    )
    found = client.hubspot(f"/crm/v3/objects/{kind}/search", {"limit": 20})
    archived = client.hubspot(f"/crm/v3/objects/{kind}", archived="true")
    forward = "CollectionResponseSimplePublicObjectWithAssociationsForwardPaging"
    for answer, schema in (
        (listed, spec[forward]),
        (archived, spec[forward]),
        (found, spec["CollectionResponseWithTotalSimplePublicObject"]),
    ):
        assert against_schema(answer.json(), schema, spec) == []


def test_owners_of_hubspot_keep_the_official_schema(
    client: Client, shared: Path
) -> None:
    spec = load(shared / "apis/specs/hubspot/owners_v3.json")["components"]["schemas"]
    answer = client.hubspot("/crm/v3/owners").json()
    schema = spec["CollectionResponsePublicOwnerForwardPaging"]
    assert against_schema(answer, schema, spec) == []


def test_associations_answer_207_as_recorded(client: Client, shared: Path) -> None:
    theirs = [
        load(shared / "recordings/hubspot/amp_associations_v4_batch_read_207.json")
    ]
    contacts = client.hubspot("/crm/v3/objects/contacts", limit=100).json()["results"]
    body = {"inputs": [{"id": row["id"]} for row in contacts] + [{"id": "9"}]}
    path = "/crm/v4/associations/contacts/companies/batch/read"
    ours = client.hubspot(path, body)
    assert ours.status_code == 207
    assert differences(ours.json(), theirs) == []
    assert ours.json()["numErrors"] == len(ours.json()["errors"]) >= 1


def test_errors_of_hubspot_look_as_recorded(client: Client, shared: Path) -> None:
    recorded = load(shared / "recordings/hubspot/amp_search_error_invalid_object.json")
    ours = client.hubspot("/crm/v3/objects/butterflies/search", {"limit": 1})
    assert ours.status_code == 400
    assert set(ours.json()) == set(recorded)
    assert ours.json()["message"] == recorded["message"]


@pytest.mark.parametrize(
    ("kind", "recording", "item"),
    [
        ("note", "note/creator_rss_2022_excerpt.xml", "item"),
        ("zenn", "zenn/zenn_trend_feed.xml", "item"),
        ("hatena", "hatena/blog_atom_2020.xml", "{http://www.w3.org/2005/Atom}entry"),
        ("hatena/q", "hatena/hatebu_hotentry_it.rdf", "{http://purl.org/rss/1.0/}item"),
    ],
)
def test_items_of_feeds_have_the_elements_of_the_recordings(
    client: Client, shared: Path, kind: str, recording: str, item: str
) -> None:
    theirs = ElementTree.fromstring((shared / "recordings" / recording).read_bytes())
    path = next(
        path
        for path in client.settings["FEEDS_URLS"].split()
        if path.startswith(f"/{kind}/") and b"</" + item.split("}")[-1].encode()
        in client.feed(path).content
    )  # fmt: skip
    ours = ElementTree.fromstring(client.feed(path).content)
    assert ours.tag == theirs.tag
    known = {_signature(child) for row in theirs.iter(item) for child in row}
    always = set.intersection(
        *({child.tag for child in row} for row in theirs.iter(item))
    )
    rows = list(ours.iter(item))
    for row in rows:
        assert {_signature(child) for child in row} <= known
        # Hatena Bookmark's picture, its comment page and its HTML are not played.
        unplayed = {tag for tag in always if "hatena" in tag or "content" in tag}
        assert always - unplayed <= {child.tag for child in row}
    assert rows


def _signature(element: ElementTree.Element) -> tuple[str, ...]:
    return (element.tag, *sorted(element.attrib))
