"""gBizINFO: numbers before names, only sure matches, recordings to staging."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest
import requests

from sources._base.errors import BudgetSpent, Rejected, SchemaChanged
from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer
from sources.gbizinfo import SOURCE
from sources.gbizinfo.companies import COMPANIES
from tests.conftest import SHARED, needs_recordings
from tests.sandbox.shapes import differences
from tests.sources.conftest import serving
from tests.sources.staging import build_staging, land_into

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 05:00 of the 21st in Tokyo
TOKEN = "gbizinfo-token-123456"
ONE, TWO, THREE = "1000011000005", "4010801014350", "4000012090001"
RECORDINGS = SHARED / "recordings" / "gbizinfo"


def info(number: str, name: str, **values: Any) -> dict[str, Any]:
    return {"corporate_number": number, "name": name, "status": "-", **values}


class FakeGbizinfo:
    """Serves companies by number and by a part of their name; `allowed` are left."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform
        self.infos: list[dict[str, Any]] = []
        self.allowed = 1_000
        platform.answer = self.answer

    @property
    def settings(self) -> dict[str, str]:
        return {
            "GBIZINFO_TOKEN": TOKEN,
            "GBIZINFO_BASE_URL": f"{self.platform.base_url}/hojin/v2",
        }

    @property
    def asked(self) -> list[str]:
        """Numbers and names asked for, each once."""
        found = []
        for request in self.platform.requests:
            (name,) = request.params.get("name", [request.path.rsplit("/", 1)[-1]])
            found.append(name)
        return list(dict.fromkeys(found))

    def answer(self, request: Any) -> Any:
        assert request.headers["X-hojinInfo-api-token"] == TOKEN
        self.allowed -= 1
        if self.allowed < 0:
            headers = {"Retry-After": "7200"}
            return self.platform.reply({}, status=429, headers=headers)
        if request.path.endswith("/hojin"):
            (name,) = request.params["name"]
            found = [one for one in self.infos if name in one["name"]]
        else:
            number = request.path.rsplit("/", 1)[-1]
            found = [one for one in self.infos if one["corporate_number"] == number]
            if not found:
                return self.platform.reply({"errors": []}, status=404)
        body = {"id": None, "errors": None, "message": "200 - OK."}
        return self.platform.reply({**body, "hojin-infos": found})


@pytest.fixture
def gbizinfo(platform) -> FakeGbizinfo:
    return FakeGbizinfo(platform)


@pytest.fixture
def run(make_run, gbizinfo):
    def make(numbers="", names="", *, days: float = 0, **options):
        settings = {
            **gbizinfo.settings,
            "GBIZINFO_NUMBERS": numbers,
            "GBIZINFO_NAMES": names,
        }
        return make_run(SOURCE, settings, clock=CLOCK + timedelta(days=days), **options)

    return make


def found(run):
    return [row["corporate_number"] for row in run.extract()["companies"]]


def test_a_row_has_what_the_table_declares_and_no_person(run, gbizinfo):
    gbizinfo.infos = [
        info(
            ONE, "青空株式会社", kana="アオゾラ", employee_number="12",
            capital_stock=10_000_000, industry=["情報通信業"],
            representative_name="山田 太郎",
        )
    ]  # fmt: skip
    (row,) = run(ONE).extract()["companies"]
    assert set(row) == set(COMPANIES.columns)
    assert (row["employee_number"], row["capital_stock"]) == (12, 10_000_000)
    assert (row["industry"], row["close_date"]) == (["情報通信業"], None)
    assert "山田 太郎" not in row.values()


def test_numbers_come_before_names_and_a_name_found_is_not_asked_for(run, gbizinfo):
    gbizinfo.infos = [info(ONE, "株式会社青空"), info(TWO, "緑色有限会社")]
    assert found(run(ONE, "緑色; ㈱青空")) == [ONE, TWO]
    assert gbizinfo.asked == [ONE, "緑色", TWO]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["株式会社青空"], [ONE]),
        (["株式会社青空", "青空商事株式会社"], [ONE]),  # a part of another name
        (["株式会社青空", "青空合同会社"], []),  # two companies: which one?
        (["青空商事株式会社"], []),
        ([], []),
    ],
)
def test_only_the_one_company_of_exactly_that_name_is_kept(
    run, gbizinfo, names, expected
):
    numbers = (ONE, TWO)
    gbizinfo.infos = [info(numbers[at], name) for at, name in enumerate(names)]
    assert found(run(names="(株)青空")) == expected


def test_latin_names_are_asked_for_in_full_width(run, gbizinfo):
    gbizinfo.infos = [info(ONE, "ＡＢＣ株式会社")]
    assert found(run(names="ABC Co., Ltd.")) == [ONE]
    assert gbizinfo.asked[0] == "ＡＢＣ"


def test_what_was_asked_is_asked_again_after_ninety_days(run, gbizinfo):
    memory: dict = {}
    gbizinfo.infos = [info(ONE, "青空株式会社")]
    assert found(run(f"{ONE},{TWO}", "緑色", memory=memory)) == [ONE]
    assert memory == {
        "numbers": {ONE: "2026-11-21", TWO: "2026-11-21"},
        "names": {"緑色": "2026-11-21"},
    }
    gbizinfo.platform.requests.clear()
    assert found(run(f"{ONE},{TWO}", "緑色", days=89, memory=memory)) == []
    assert gbizinfo.asked == []
    assert found(run(f"{ONE},{TWO},{THREE}", "緑色", days=90, memory=memory)) == [ONE]
    assert gbizinfo.asked == [THREE, ONE, TWO, "緑色"]


def test_a_company_found_by_name_is_asked_for_again_too(run, gbizinfo):
    memory: dict = {}
    gbizinfo.infos = [info(ONE, "株式会社青空")]
    landed = run(names="㈱青空", memory=memory).extract()
    gbizinfo.infos = [info(ONE, "株式会社青空", status="閉鎖")]
    later = {"memory": memory, "landed_before": landed}
    assert found(run(names="㈱青空", days=89, **later)) == []
    (row,) = run(names="㈱青空", days=90, **later).extract()["companies"]
    assert row["status"] == "閉鎖"


def test_spent_requests_end_a_run_and_the_next_one_goes_on(run, gbizinfo):
    memory: dict = {}
    gbizinfo.infos = [info(ONE, "a"), info(TWO, "b")]
    gbizinfo.allowed = 1
    assert found(run(f"{ONE},{TWO}", memory=memory)) == [ONE]
    gbizinfo.allowed = 1
    assert found(run(f"{ONE},{TWO}", days=1, memory=memory)) == [TWO]
    gbizinfo.allowed = 0
    with pytest.raises(BudgetSpent):
        run(f"{ONE},{TWO}").extract()


def test_a_number_that_is_none_is_refused_before_anything_is_asked(run, gbizinfo):
    with pytest.raises(Rejected, match="GBIZINFO_NUMBERS"):
        run("1000011000006").extract()
    assert gbizinfo.platform.requests == []


def test_errors_inside_a_200_fail_the_source(run, platform, gbizinfo):
    platform.script({"errors": [{"message": "x"}], "message": "500"})
    with pytest.raises(Rejected, match="GBIZINFO_TOKEN"):
        run(ONE).extract()


@pytest.mark.parametrize("body", [[], {}, {"hojin-infos": {}}, {"hojin-infos": [1]}])
def test_an_answer_of_another_shape_is_a_changed_schema(run, platform, gbizinfo, body):
    platform.script(body)
    with pytest.raises(SchemaChanged, match="no list hojin-infos"):
        run(ONE).extract()


def test_one_empty_answer_is_not_believed(run, platform, gbizinfo):
    gbizinfo.infos = [info(ONE, "青空株式会社")]
    platform.script({"errors": None, "hojin-infos": []})
    assert found(run(ONE)) == [ONE]


def test_a_window_reads_nothing(run, gbizinfo):
    window = (date(2026, 10, 1), date(2026, 10, 5))
    assert found(run(ONE, window=window)) == []


def test_the_sandbox_holds_the_community(make_run):
    community = generate(200, 1, date(2026, 11, 20))
    with SandboxServer(community, requests_per_second=1e6) as server:
        run = make_run(SOURCE, server.settings(), clock=CLOCK)
        rows = run.extract()["companies"]
        assert "gBizINFO answers" in SOURCE.probe(run)
    expected = {one.corporate_number for one in community.companies}
    assert {row["corporate_number"] for row in rows} == expected
    assert len(rows) == len(expected)


# --- recordings -----------------------------------------------------------------------

FILES = {
    "v1_error_400.json",
    "v1_hojin_detail.json",
    "v1_search.json",
    "v1_update_info.json",
    "v1_workplace.json",
}


def body_of(name: str) -> dict[str, Any]:
    (exchange,) = json.loads((RECORDINGS / name).read_text())
    found: dict[str, Any] = json.loads(exchange["response"]["body"])
    return found


def recorded() -> dict[str, dict[str, Any]]:
    """Every recorded company, by number."""
    infos = [
        one
        for name in ("v1_update_info.json", "v1_hojin_detail.json")
        for one in body_of(name)["hojin-infos"]
    ]
    return {one["corporate_number"]: one for one in infos}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The recorded companies landed by number, and staging built on them."""
    data = tmp_path_factory.mktemp("gbizinfo")
    companies = recorded()

    def answer(request: Any) -> dict[str, Any]:
        number = request.path.rsplit("/", 1)[-1]
        return {**body_of("v1_hojin_detail.json"), "hojin-infos": [companies[number]]}

    with serving() as platform:
        platform.answer = lambda request: platform.reply(answer(request))
        settings = {
            "GBIZINFO_TOKEN": TOKEN,
            "GBIZINFO_BASE_URL": platform.base_url,
            "GBIZINFO_NUMBERS": ",".join(companies),
        }
        land_into(data, SOURCE, settings, clock=CLOCK)
    build_staging(data, "staging.gbizinfo", clock=CLOCK)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@needs_recordings
def test_every_recording_is_listed_here() -> None:
    assert {path.name for path in RECORDINGS.iterdir()} == FILES


@needs_recordings
def test_every_recorded_company_is_staged(warehouse: Any) -> None:
    staged = warehouse.execute(
        "select corporate_number, name, name_kana, prefecture, is_closed"
        " from staging.stg_gbizinfo__companies"
    ).fetchall()
    companies = recorded()
    assert len(staged) == len(companies) == 101
    for number, name, kana, prefecture, is_closed in staged:
        one = companies[number]
        assert (name, kana) == (one["name"], one.get("kana"))
        assert one["location"].startswith(prefecture)
        assert is_closed == (one["status"] == "閉鎖") == ("close_date" in one)


@needs_recordings
def test_a_recorded_refusal_is_one_sentence(run, platform, gbizinfo) -> None:
    platform.script(body_of("v1_error_400.json"), status=400)
    with pytest.raises(Rejected, match="400"):
        run(ONE).extract()


@needs_recordings
def test_the_sandbox_answers_with_the_recorded_keys_and_types() -> None:
    community = generate(200, 1, date(2026, 11, 20))
    only_v2 = {  # known from its OpenAPI description
        f".hojin-infos[].{name}"
        for name in ("business_summary", "employee_number", "founding_year", "industry")
    }
    with SandboxServer(community, requests_per_second=1e6) as server:
        settings = server.settings()
        headers = {"X-hojinInfo-api-token": settings["GBIZINFO_TOKEN"]}

        def ask(path: str) -> Any:
            url = settings["GBIZINFO_BASE_URL"] + path
            return requests.get(url, headers=headers, timeout=10).json()

        details = [ask(f"/hojin/{one.corporate_number}") for one in community.companies]
        search = ask("/hojin?name=株式会社")
        refusal = ask("/hojin/")
    theirs = [body_of("v1_hojin_detail.json"), body_of("v1_update_info.json")]
    for detail in details:
        assert differences(detail, theirs, optional=only_v2) == []
    theirs.append(body_of("v1_search.json"))
    assert differences(search, theirs) == []
    assert len(search["hojin-infos"]) > 5
    assert refusal == body_of("v1_error_400.json")
