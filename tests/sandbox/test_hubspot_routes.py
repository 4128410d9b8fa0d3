"""What HubSpot promises, after its contract: no recording needed."""

from datetime import datetime
from typing import Any

import pytest
import requests

from sources._sandbox.community import Community
from sources._sandbox.view import utc_ms
from tests.sandbox.conftest import Client

BATCH = "/crm/v4/associations/{}/{}/batch/read"


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


@pytest.mark.parametrize(
    ("name", "operator", "bound"),
    [("amount", "GT", 1_000_000), ("amount", "LT", 1_000_000),
     ("hs_object_id", "LT", 479_476_000_000), ("hs_object_id", "LTE", 99_999_999_999)],
)  # fmt: skip
def test_hubspot_compares_numbers_as_numbers(
    client: Client, name: str, operator: str, bound: int
) -> None:
    rows = [row["properties"] for row in walk_hubspot(client, "deals", 100)]
    values = [int(row[name]) for row in rows if row[name] is not None]
    wanted = {
        "GT": [value for value in values if value > bound],
        "LT": [value for value in values if value < bound],
        "LTE": [value for value in values if value <= bound],
    }[operator]
    groups = filtered((name, operator, str(bound)))
    assert search(client, "deals", filterGroups=groups)["total"] == len(wanted)


def test_hubspot_finds_by_presence_list_range_and_word(client: Client) -> None:
    rows = walk_hubspot(client, "contacts", 100, properties="email,company")
    mails = [row["properties"]["email"] for row in rows if row["properties"]["email"]]
    has = [{"filters": [{"propertyName": "email", "operator": "HAS_PROPERTY"}]}]
    assert search(client, "contacts", filterGroups=has)["total"] == len(mails)
    two = [
        {
            "filters": [
                {"propertyName": "email", "operator": "IN", "values": mails[:2]},
            ]
        }
    ]
    assert search(client, "contacts", filterGroups=two)["total"] == 2
    ids = sorted(int(row["id"]) for row in rows)
    between = {
        "propertyName": "hs_object_id", "operator": "BETWEEN",
        "value": str(ids[2]), "highValue": str(ids[6]),
    }  # fmt: skip
    found = search(client, "contacts", filterGroups=[{"filters": [between]}])
    assert found["total"] == 5
    either = filtered(("email", "EQ", mails[0])) + filtered(("email", "EQ", mails[1]))
    assert search(client, "contacts", filterGroups=either)["total"] == 2
