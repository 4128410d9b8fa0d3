"""Every recording of feeds and HubSpot lands, reaches staging, and loses no row.

The recordings lie outside the project (licences differ, people are in them).
"""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest

from sources import feeds, hubspot
from sources._base.errors import Rejected
from tests.conftest import SHARED, needs_recordings
from tests.sources.staging import build_staging, land_into

RECORDINGS = SHARED / "recordings"
pytestmark = needs_recordings
START = datetime(2026, 11, 20, 20, tzinfo=UTC)

# file -> (table it reaches, rows in it), or why it reaches none
FEED_FILES: dict[str, tuple[str, int]] = {
    "hatena/blog_atom_2020.xml": ("https://ema-hiro.hatenablog.com/feed", 1),
    "hatena/hatebu_hotentry_it.rdf": ("https://b.hatena.ne.jp/hotentry/it.rss", 30),
    "note/creator_rss_2022_excerpt.xml": ("https://note.com/coffeegyunyu/rss", 2),
    "note/api_v2_v3_documented_example_2026.json": (
        "https://note.com/api/v2/creators/hasyamo/contents",
        1,
    ),
    "rss/perceval_rss_entries.xml": ("https://blog.couchbase.com/feed", 30),
    "rss/techno_edge.xml": ("https://www.techno-edge.net/rss20/index.rdf", 50),
    "zenn/zenn_trend_feed.xml": ("https://zenn.dev/feed", 20),
    "zenn/api_articles_by_username_excerpt.json": (
        "https://zenn.dev/api/articles?username=da1chi",
        3,
    ),
}
HUBSPOT_FILES: dict[str, tuple[str, int]] = {
    "amp_associations_v4_batch_read_207.json": ("associations", 2),
    "amp_contacts_search_p1.json": ("contacts", 1),
    "amp_contacts_search_p2_last.json": ("contacts", 1),
    "nango_companies_list.json": ("companies", 57),
    "nango_companies_search.json": ("companies", 55),
    "nango_contact_get.json": ("contacts", 1),
    "nango_contacts_list.json": ("contacts", 26),
    "nango_deals_list_associations.json": ("deals", 21),
    "nango_deals_search.json": ("deals", 5),
    "nango_pipelines.json": ("pipelines", 7),
    # The next are extracts of a warehouse in another layout (one column per property,
    # times without zone); the test puts them into API shape, which tries what they
    # hold: merged contacts, links of several types, deals without a stage.
    "fivetran_company_data.csv": ("companies", 24),
    "fivetran_contact_data.csv": ("contacts", 22),
    "fivetran_contact_merge_audit.csv": ("merges", 4),
    "fivetran_deal_contact_data.csv": ("associations", 11),
    "fivetran_deal_data.csv": ("deals", 44),
}
HUBSPOT_FILES_OF_NO_TABLE = {
    "amp_batch_create_conflict.json": "an error body: see the test of refusals",
    "amp_search_error_invalid_object.json": "an error body: see the test of refusals",
    "amp_marketing_events_2026.json": "marketing events are not read",
    "nango_association_batch.json": "the answer to writing links; nothing is written",
    "nango_contact_delete.json": "204 without a body; deletions come by archived lists",
    "fivetran_contact_property_history.csv": "property history is not read",
}


@dataclass
class Replay:
    """A server that answers what `answer(method, path, query, body)` returns."""

    answer: Callable[[str, str, dict[str, str], bytes], tuple[int, bytes]]
    base_url: str = field(default="")

    def __enter__(self) -> Replay:
        replay = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                parts = urlsplit(self.path)
                query = {k: v[0] for k, v in parse_qs(parts.query).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, sent = replay.answer(self.command, parts.path, query, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            do_GET = do_POST = _serve

            def log_message(self, *_: object) -> None:
                """Keeps the test output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True)
class Staged:
    """The warehouse after staging. ids: of each HubSpot recording, by file."""

    warehouse: Path
    ids: dict[str, set[Any]]

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """Every recording landed by its connector, and staging built on it."""
    data = tmp_path_factory.mktemp("recordings")
    land_feeds(data)
    ids = land_hubspot(data)
    build_staging(data, "staging.feeds", "staging.hubspot", clock=START)
    yield Staged(data / "warehouse.duckdb", ids)


def land_feeds(data: Path) -> None:
    pages = {}
    for name, (url, _) in FEED_FILES.items():
        content = (RECORDINGS / name).read_bytes()
        if name.startswith("note/api"):  # an example of two answers: the articles' one
            answers = json.loads(content)
            content = json.dumps(
                next(v for k, v in answers.items() if "v2" in k)
            ).encode()
        pages["/" + url.partition("?")[0].removeprefix("https://")] = content
    with Replay(lambda method, path, query, body: (200, pages[path])) as server:
        urls = " ".join(url for url, _ in FEED_FILES.values())
        environment = {"FEEDS_BASE_URL": server.base_url, "FEEDS_URLS": urls}
        land_into(data, feeds.SOURCE, environment, clock=START)


def body_of(name: str) -> Any:
    """The answer in a recording, without what the recorder wrote around it."""
    recorded = json.loads((RECORDINGS / "hubspot" / name).read_text())
    return (
        recorded[0]["response"]["body_json"] if isinstance(recorded, list) else recorded
    )


def rows_of(name: str) -> list[dict[str, str]]:
    with (RECORDINGS / "hubspot" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_id(body: dict[str, Any]) -> dict[str, Any]:
    # recorded without our order; the connector asks for it, so HubSpot would sort
    return {
        **body,
        "results": sorted(body["results"], key=lambda found: int(found["id"])),
    }


def land_hubspot(data: Path) -> dict[str, set[Any]]:
    """Lands the recordings in three runs: lists, searches, the warehouse extracts."""
    runs = (hubspot_lists(), hubspot_searches(), hubspot_extracts())
    for number, answers in enumerate(runs):
        with Replay(hubspot_answer(answers)) as server:
            environment = {
                "HUBSPOT_TOKEN": "pat-1",
                "HUBSPOT_BASE_URL": server.base_url,
            }
            clock = START + timedelta(days=number)
            full = number != 1
            land_into(data, hubspot.SOURCE, environment, clock=clock, full=full)
    ids: dict[str, set[Any]] = {
        name: {found["id"] for found in body_of(name)["results"]}
        for name, (table, _) in HUBSPOT_FILES.items()
        if name.endswith("_search.json")
        or "_list" in name
        or "_contacts_search" in name
    }
    ids["nango_contact_get.json"] = {body_of("nango_contact_get.json")["id"]}
    for name, key in (
        ("fivetran_company_data.csv", "id"),
        ("fivetran_contact_data.csv", "id"),
        ("fivetran_deal_data.csv", "deal_id"),
    ):
        ids[name] = {row[key] for row in rows_of(name)}
    return ids


def hubspot_answer(answers: dict[str, Any]) -> Any:
    """A HubSpot that holds `answers`, named contacts, contacts/search, deal/contact."""

    def answer(method: str, path: str, query: dict[str, str], body: bytes) -> Any:
        asked = json.loads(body) if body else {}
        if "/associations/" in path:
            told = answers.get("/".join(path.split("/")[4:6]), {"results": []})
            return (207 if "errors" in told else 200), json.dumps(told).encode()
        kind = path.removeprefix("/crm/v3/").removeprefix("objects/")
        if asked.get("limit") == 1:
            sent: Any = {"total": 0, "results": []}
        elif query.get("archived") == "true":
            sent = {"results": []}
        else:
            sent = answers.get(kind, {"results": []})
        if callable(sent):
            sent = sent(asked["filterGroups"][0]["filters"][-1]["value"])
        return 200, json.dumps(sent).encode()

    return answer


def hubspot_lists() -> dict[str, Any]:
    return {
        "contacts": body_of("nango_contacts_list.json"),
        "companies": body_of("nango_companies_list.json"),
        "deals": body_of("nango_deals_list_associations.json"),
        "pipelines/deals": body_of("nango_pipelines.json"),
        "contact/company": body_of("amp_associations_v4_batch_read_207.json"),
    }


def hubspot_searches() -> dict[str, Any]:
    get = {"results": [body_of("nango_contact_get.json")]}
    pages = {
        "0": body_of("amp_contacts_search_p1.json"),
        "501": {
            **body_of("amp_contacts_search_p2_last.json"),
            "paging": {"next": {"after": "1"}},
        },
        "103107104018": get,
    }
    deals = by_id(body_of("nango_deals_search.json"))
    no_more = {"total": 21, "results": []}
    return {
        "contacts/search": lambda last: pages[last],
        "companies/search": by_id(body_of("nango_companies_search.json")),
        "deals/search": lambda last: deals if last == "0" else no_more,
        "contact/company": body_of("amp_associations_v4_batch_read_207.json"),
    }


def hubspot_extracts() -> dict[str, Any]:
    links = [
        {
            "from": {"id": row["deal_id"]},
            "to": [
                {
                    "toObjectId": int(row["contact_id"]),
                    "associationTypes": [
                        {"category": row["category"], "typeId": int(row["type_id"])}
                    ],
                }
            ],
        }
        for row in rows_of("fivetran_deal_contact_data.csv")
    ]
    contacts = [api_object(row) for row in rows_of("fivetran_contact_data.csv")]
    for row in rows_of("fivetran_contact_merge_audit.csv"):
        merged = {"hs_merged_object_ids": row["vid_to_merge"]}
        contacts.append(api_object({"id": row["canonical_vid"]}, **merged))
        contacts.append(api_object({"id": row["vid_to_merge"]}))
    companies = [api_object(row) for row in rows_of("fivetran_company_data.csv")]
    deals = [
        api_object({**row, "id": row["deal_id"]})
        for row in rows_of("fivetran_deal_data.csv")
    ]
    return {
        "contacts": {"results": contacts},
        "companies": {"results": companies},
        "deals": {"results": deals},
        "deal/contact": {"results": links},
        "contact/company": body_of("amp_associations_v4_batch_read_207.json"),
    }


def api_object(row: dict[str, str], **properties: str) -> dict[str, Any]:
    """An object of the API from a row with a column per property, times in UTC."""
    sent = {
        name.removeprefix("property_"): value or None
        for name, value in row.items()
        if name.startswith("property_")
    } | properties
    for name in ("createdate", "closedate"):
        if sent.get(name):
            sent[name] = sent[name].replace(" ", "T") + "Z"
    created = sent.get("createdate") or "2020-01-01T00:00:00Z"
    return {
        "id": row["id"],
        "properties": sent,
        "createdAt": created,
        "archived": False,
    }


# --- the recordings -------------------------------------------------------------------


def test_every_recording_is_listed_here() -> None:
    folders = ("hatena", "note", "rss", "zenn")
    found = {f"{d}/{p.name}" for d in folders for p in (RECORDINGS / d).iterdir()}
    assert found == set(FEED_FILES)
    of_hubspot = {p.name for p in (RECORDINGS / "hubspot").iterdir()}
    assert of_hubspot == set(HUBSPOT_FILES) | set(HUBSPOT_FILES_OF_NO_TABLE)


@pytest.mark.parametrize("name", FEED_FILES)
def test_every_post_of_a_recorded_feed_is_staged(staged: Staged, name: str) -> None:
    url, rows = FEED_FILES[name]
    found = staged.query(
        "select count(*), count(entry_key), count(title), count(canonical_url),"
        " count(published_at) from staging.stg_feeds__entries where feed_url = ?",
        url,
    )
    assert found == [(rows,) * 5]


def test_no_recorded_post_is_set_aside_and_every_feed_is_known(staged: Staged) -> None:
    assert staged.query(
        "select count(*) filter (where _row_status <> 'staged')"
        " from staging.stg_feeds__entries_checked"
    ) == [(0,)]
    assert staged.query("select count(*) from staging.stg_feeds__feeds") == [
        (len(FEED_FILES),)
    ]


def test_recorded_times_are_the_moments_they_name(staged: Staged) -> None:
    for key, moment in (
        ("hatenablog://entry/26006613535851727", "2020-03-16 02:34:12+00"),
        ("https://note.com/coffeegyunyu/n/n7e82187afa0a", "2021-09-21 23:12:14+00"),
        (
            "https://zenn.dev/singularity/articles/stopped-reviewing-my-code",
            "2026-07-26 20:06:28+00",
        ),
    ):
        assert staged.query(
            "select count(*) > 0 from staging.stg_feeds__entries"
            " where entry_key = ? and published_at = cast(? as timestamptz)",
            key,
            moment,
        ) == [(True,)]


REQUIRED = {
    "contacts": ("contact_id", ("created_at", "updated_at", "is_archived")),
    "companies": ("company_id", ("created_at", "updated_at", "is_customer")),
    "deals": ("deal_id", ("created_at", "created_date", "is_closed", "currency")),
}


@pytest.mark.parametrize(
    "name", [n for n, (table, _) in HUBSPOT_FILES.items() if table in REQUIRED]
)
def test_every_recorded_object_is_staged_once(staged: Staged, name: str) -> None:
    table, rows = HUBSPOT_FILES[name]
    key, required = REQUIRED[table]
    ids = sorted(staged.ids[name])
    assert len(ids) == rows
    if name.startswith("fivetran"):
        required = ()  # a warehouse extract lacks some of what the API always sends
    counts = ", ".join(["count(*)", *(f"count({column})" for column in required)])
    found = staged.query(
        f"select {counts} from staging.stg_hubspot__{table}"
        f" where list_contains(cast(? as varchar[]), {key})",
        ids,
    )
    assert found == [(rows,) * (1 + len(required))]


def test_no_recorded_object_is_set_aside(staged: Staged) -> None:
    for table in ("contacts", "companies", "deals", "associations", "pipelines"):
        assert staged.query(
            "select count(*) filter (where _row_status = 'quarantined')"
            f" from staging.stg_hubspot__{table}_checked"
        ) == [(0,)]


def test_recorded_links_and_stages_are_staged(staged: Staged) -> None:
    assert staged.query(
        "select to_id, label, is_primary from staging.stg_hubspot__associations"
        " where from_id = '501' order by cast(type_id as integer)"
    ) == [("29022297485", "Primary", True), ("29022297485", None, False)]
    assert staged.query(
        "select count(*), count(distinct from_id) from"
        " staging.stg_hubspot__associations where to_type = 'contact'"
    ) == [(11, 11)]
    assert staged.query(
        "select count(*), count(*) filter (where is_closed), max(probability)"
        " from staging.stg_hubspot__pipelines"
    ) == [(7, 2, 1)]


def test_recorded_merges_name_their_winner_and_fan_nothing_out(staged: Staged) -> None:
    audited = {
        (row["vid_to_merge"], row["canonical_vid"])
        for row in rows_of("fivetran_contact_merge_audit.csv")
    }
    merged = {
        (loser, row["id"])
        for row in rows_of("fivetran_contact_data.csv")
        for loser in (row["property_hs_merged_object_ids"] or "").split(";")
        if loser
    }
    found = staged.query("select loser_id, winner_id from staging.stg_hubspot__merges")
    assert set(found) == audited | merged
    assert len(audited) == HUBSPOT_FILES["fivetran_contact_merge_audit.csv"][1]
    (rows,) = staged.query(
        "select count(*), count(distinct contact_id), count(merged_into_contact_id)"
        " from staging.stg_hubspot__contacts"
    )
    assert rows[0] == rows[1]
    assert rows[2] == len(audited | merged)


def test_landed_is_staged_and_superseded_and_quarantined(staged: Staged) -> None:
    for source, table in (
        ("feeds", "entries"),
        ("feeds", "feeds"),
        *(("hubspot", t.name) for t in hubspot.SOURCE.tables),
    ):
        landed = staged.query(
            "select coalesce(sum(landed), 0) - coalesce(sum(quarantined), 0)"
            " from read_parquet(?) where table_name = ?",
            str(staged.warehouse.parent / f"raw/raw_{source}/load_counts/*.parquet"),
            table,
        )
        judged = staged.query(
            f"select count(*) from staging.stg_{source}__{table}_checked"
        )
        assert landed == judged, table


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("amp_batch_create_conflict.json", 409),
        ("amp_search_error_invalid_object.json", 400),
    ],
)
def test_recorded_refusals_are_one_sentence_with_the_facts(
    name: str, status: int, tmp_path: Path
) -> None:
    content = (RECORDINGS / "hubspot" / name).read_bytes()
    with Replay(lambda *_: (status, content)) as server:
        environment = {"HUBSPOT_TOKEN": "pat-1", "HUBSPOT_BASE_URL": server.base_url}
        with pytest.raises(Rejected, match=f"refused \\({status}\\)") as error:
            land_into(tmp_path, hubspot.SOURCE, environment, clock=START)
    assert error.value.status == status
    assert error.value.body["correlationId"]
