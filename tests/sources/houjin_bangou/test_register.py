"""The register of corporations: numbers, changes, files; only companies we know."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from sources._base.errors import BudgetSpent, Rejected, Retriable, SchemaChanged
from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer
from sources.houjin_bangou import SOURCE
from sources.houjin_bangou.tables import COLUMNS, CORPORATIONS
from tests.conftest import SHARED
from tests.sources.staging import build_staging, land_into

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 05:00 of the 21st in Tokyo
KEY = "application-id-123"
ONE, TWO, THREE = "1000011000005", "4010801014350", "4000012090001"
RECORDING = SHARED / "recordings/houjin_bangou/zenken_13_tokyo_20201228_head.csv"


def line(number: str, name: str = "架空株式会社", **values: str) -> list[str]:
    """A line of the register."""
    told = {
        "sequence_number": "1",
        "corporate_number": number,
        "process": "01",
        "correct": "0",
        "update_date": "2018-04-02",
        "change_date": "2015-10-05",
        "name": name,
        "kind": "301",
        "prefecture_name": "東京都",
        "street_number": "1-1",
        "latest": "1",
        **values,
    }
    return [told.get(column, "") for column in COLUMNS]


def as_csv(lines: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()


class FakeRegister:
    """Serves /num and /diff in parts of two lines; `allowed` requests are left."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform
        self.lines: list[list[str]] = []
        self.allowed = 1_000
        platform.answer = self.answer

    @property
    def settings(self) -> dict[str, str]:
        return {
            "HOUJIN_BANGOU_KEY": KEY,
            "HOUJIN_BANGOU_NUMBERS": f"{ONE}, {TWO}",
            "HOUJIN_BANGOU_BASE_URL": f"{self.platform.base_url}/4",
        }

    @property
    def asked(self) -> list[str]:
        """Path and what was asked for, once for all parts."""
        found = []
        for request in self.platform.requests:
            params = {name: values[0] for name, values in request.params.items()}
            words = [params.get(name, "") for name in ("number", "from", "to")]
            found.append(" ".join([request.path[3:], *filter(None, words)]))
        return list(dict.fromkeys(found))

    def answer(self, request: Any) -> Any:
        self.allowed -= 1
        params = {name: values[0] for name, values in request.params.items()}
        if params["id"] != KEY or self.allowed < 0:
            return self.platform.reply(b"", status=403)
        assert params["type"] == "02"
        found = self.lines
        if request.path.endswith("/num"):
            found = [one for one in found if one[1] in params["number"].split(",")]
            if not found:
                return self.platform.reply(b"", status=404)
        else:
            first, last = params["from"], params["to"]
            days = date.fromisoformat(last) - date.fromisoformat(first)
            assert days < timedelta(days=50)
            found = [one for one in found if first <= one[4] <= last]
        part, parts = int(params.get("divide", "1")), max(1, -(-len(found) // 2))
        head = ["2026-11-20", str(len(found)), str(part), str(parts)]
        return self.platform.reply(as_csv([head, *found[part * 2 - 2 : part * 2]]))


@pytest.fixture
def register(platform) -> FakeRegister:
    return FakeRegister(platform)


@pytest.fixture
def run(make_run, register):
    def make(*, days: float = 0, settings: dict | None = None, **options):
        chosen = {**register.settings, **(settings or {})}
        clock = CLOCK + timedelta(days=days)
        return make_run(SOURCE, chosen, clock=clock, **options)

    return make


def numbers(rows):
    return [row["corporate_number"] for row in rows["corporations"]]


def test_numbers_are_looked_up_once_with_their_history(run, register):
    memory: dict = {}
    register.lines = [
        line(ONE, "旧社名株式会社", latest="0"),
        line(ONE, "新社名株式会社", process="11", change_date="2020-04-01"),
        line(ONE, "新社名株式会社", process="12", change_date="2021-04-01", latest="1"),
        line(THREE),
    ]
    rows = run(memory=memory).extract()
    assert numbers(rows) == [ONE] * 3
    assert set(rows["corporations"][0]) == set(CORPORATIONS.columns)
    assert rows["corporations"][0]["close_date"] is None
    assert register.asked == [f"num {ONE},{TWO}"]
    assert memory["numbers"] == [ONE, TWO]  # one of them nobody has
    register.platform.requests.clear()
    assert numbers(run(days=1, memory=memory).extract()) == []
    assert register.asked == ["diff 2026-11-18 2026-11-22"]


def test_ten_numbers_are_asked_for_at_a_time(run, register):
    known = [f"{number:012d}" for number in range(25)]
    given = [f"{check_digit(text)}{text}" for text in known]
    register.lines = [line(number) for number in given]
    settings = {"HOUJIN_BANGOU_NUMBERS": ",".join(given)}
    assert sorted(numbers(run(settings=settings).extract())) == sorted(given)
    sizes = [len(asked.split(",")) for asked in register.asked]
    assert sizes == [10, 10, 5]


def check_digit(text: str) -> int:
    total = sum(int(one) * (2 - place % 2) for place, one in enumerate(text))
    return 9 - total % 9


def test_changes_at_companies_we_know_bring_their_history(run, register):
    memory: dict = {"numbers": [ONE, TWO], "changed_to": "2026-09-01"}
    register.lines = [
        line(ONE, "旧社名株式会社", latest="0", update_date="2018-04-02"),
        line(ONE, "新社名株式会社", process="11", update_date="2026-11-19"),
        line(TWO, update_date="2018-04-02"),
        line(THREE, update_date="2026-11-19"),
    ]
    rows = run(memory=memory).extract()
    assert sorted((row["name"], row["latest"]) for row in rows["corporations"]) == [
        ("新社名株式会社", "1"), ("旧社名株式会社", "0"),
    ]  # fmt: skip
    assert register.asked == [
        "diff 2026-08-29 2026-10-17", "diff 2026-10-18 2026-11-21", f"num {ONE}",
    ]  # fmt: skip
    assert memory["changed_to"] == "2026-11-21"


def test_changes_of_a_long_time_are_read_over_several_runs(run, register):
    memory: dict = {"numbers": [ONE, TWO], "changed_to": "2026-07-01"}
    register.lines = [
        line(ONE, update_date="2026-07-15"),
        line(TWO, update_date="2026-11-19"),
    ]
    found = []
    for number in range(2):
        register.allowed = 3  # the changes of fifty days twice, one company's history
        found += numbers(run(days=number / 100, memory=memory).extract())
    assert (found, memory["changed_to"]) == ([ONE, TWO], "2026-11-21")
    register.allowed = 1
    window = (date(2026, 7, 1), date(2026, 11, 1))
    with pytest.raises(BudgetSpent, match="too often"):
        run(memory=memory, window=window).extract()


def test_a_window_reads_its_changes_and_leaves_the_state(run, register):
    memory: dict = {}
    register.lines = [line(ONE, update_date="2026-10-02"), line(TWO)]
    window = (date(2026, 10, 1), date(2026, 10, 5))
    assert numbers(run(memory=memory, window=window).extract()) == [ONE]
    assert memory == {"files": {}}


def test_over_use_ends_a_run_and_the_next_one_goes_on(run, register):
    memory: dict = {}
    given = [f"{check_digit(t)}{t}" for t in (f"{n:012d}" for n in range(12))]
    register.lines = [line(number) for number in given]
    settings = {"HOUJIN_BANGOU_NUMBERS": " ".join(given)}
    register.allowed = 5  # the parts of the first ten numbers
    first = numbers(run(memory=memory, settings=settings).extract())
    assert len(first) == 10
    assert "changed_to" not in memory
    register.allowed = 1
    second = numbers(run(days=1, memory=memory, settings=settings).extract())
    assert sorted(first + second) == sorted(given)


def test_a_run_that_is_refused_everything_names_the_setting(run, register):
    register.allowed = 0
    with pytest.raises(BudgetSpent, match="HOUJIN_BANGOU_KEY") as caught:
        run().extract()
    assert caught.value.status == 403
    assert KEY not in f"{caught.value} {caught.value.url}"


@pytest.mark.parametrize("wrong", ["123", "1000011000006", "１０００011000005"])
def test_a_number_that_is_none_is_refused_before_anything_is_asked(
    run, register, wrong
):
    with pytest.raises(Rejected, match="HOUJIN_BANGOU_NUMBERS"):
        run(settings={"HOUJIN_BANGOU_NUMBERS": wrong}).extract()
    assert register.platform.requests == []


def test_a_line_with_a_wrong_check_digit_is_set_aside(run, register, platform):
    head = ["2026-11-20", "2", "1", "1"]
    platform.script(as_csv([head, line(ONE), line("1000011000006")]))
    made = run()
    assert numbers(made.extract()) == [ONE]
    (aside,) = made.set_aside
    assert aside["reason"] == (
        "1000011000006 is no corporate number: its check digit is wrong"
    )


@pytest.mark.parametrize(
    "body", [b"<html>maintenance</html>", b"", b"2026-11-20,many,1,1\r\n", b'{"a": 1}']
)
def test_an_answer_that_is_no_csv_of_the_register_is_a_changed_schema(
    run, platform, register, body
):
    platform.script(body)
    with pytest.raises(SchemaChanged, match="no CSV of the register"):
        run().extract()


def test_an_answer_with_other_columns_is_a_changed_schema(run, platform, register):
    lines = [["2026-11-20", "2", "1", "1"], line(ONE)[:29], line(TWO)]
    platform.script(as_csv(lines))
    with pytest.raises(SchemaChanged, match="30 columns"):
        run().extract()


def test_an_answer_that_is_cut_off_is_asked_for_again(run, platform, register):
    register.lines = [line(ONE), line(TWO)]
    whole = as_csv([["2026-11-20", "2", "1", "1"], line(ONE), line(TWO)])
    platform.script(whole[:-40])
    platform.script(as_csv([["2026-11-20", "2", "1", "1"], line(ONE)]))
    assert sorted(numbers(run().extract())) == [ONE, TWO]
    platform.script(whole[:-40], times=3)
    with pytest.raises(Retriable, match="fewer rows"):
        run().extract()


def test_the_probe_says_of_which_day_the_data_is(run, register):
    register.lines = [line("7000012050002", "国税庁")]
    assert SOURCE.probe is not None
    assert SOURCE.probe(run()) == (
        "the register of corporations answers; its data is of 2026-11-20"
    )


# --- files ----------------------------------------------------------------------------


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox" / "houjin_bangou"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def offline(run):
    """A run without an application id: files alone."""

    def make(**options):
        settings = {"HOUJIN_BANGOU_KEY": "", **options.pop("settings", {})}
        return run(settings=settings, **options)

    return make


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_full_file_keeps_the_companies_we_know(offline, inbox, encoding):
    lines = [line(ONE), line(THREE), line(TWO)]
    path = inbox / "13_tokyo_all_20261031.csv"
    path.write_bytes(as_csv(lines).decode().encode(encoding))
    memory: dict = {}
    rows = offline(memory=memory).extract()
    assert numbers(rows) == [ONE, TWO]
    assert [row["_source_line"] for row in rows["corporations"]] == [1, 3]
    assert {row["_source_file"] for row in rows["corporations"]} == {
        "houjin_bangou/13_tokyo_all_20261031.csv"
    }
    assert numbers(offline(days=1, memory=memory).extract()) == []
    wider = {"HOUJIN_BANGOU_NUMBERS": f"{ONE} {TWO} {THREE}"}
    assert numbers(offline(memory=memory, settings=wider).extract()) == [
        ONE,
        THREE,
        TWO,
    ]


def test_all_companies_are_kept_when_that_is_wished_for(offline, inbox):
    (inbox / "a.csv").write_bytes(as_csv([line(ONE), line(THREE)]))
    made = offline(settings={"HOUJIN_BANGOU_ALL": "true"})
    assert numbers(made.extract()) == [ONE, THREE]


def test_a_zip_and_a_file_with_the_line_of_the_api_are_read(offline, inbox):
    with zipfile.ZipFile(inbox / "00_zenkoku_all_20261031.zip", "w") as archive:
        archive.writestr("00_zenkoku_all_20261031.csv", as_csv([line(ONE)]))
    head = ["2026-11-20", "1", "1", "1"]
    (inbox / "saved.csv").write_bytes(as_csv([head, line(TWO)]))
    assert sorted(numbers(offline().extract())) == [ONE, TWO]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name,url\r\na,b\r\n", "no CSV file of the register"),
        ("<法人番号/>".encode(), "no CSV file of the register"),
        (b"\x81\xff\xff\x00", "neither UTF-8 nor Shift_JIS"),
        (b"PK\x03\x04broken", "zip"),
        (b'1,"' + b"x" * 200_000, "no CSV"),
    ],
)
def test_another_file_is_set_aside_with_the_reason(offline, inbox, content, reason):
    (inbox / "other.csv").write_bytes(content)
    made = offline()
    assert numbers(made.extract()) == []
    (aside,) = made.set_aside
    assert reason in aside["reason"]
    assert aside["file"] == "houjin_bangou/other.csv"


def test_a_bad_line_of_a_file_is_set_aside_with_its_place(offline, inbox):
    (inbox / "a.csv").write_bytes(as_csv([line(ONE), ["1", ONE[:5]], line(TWO)]))
    made = offline()
    assert numbers(made.extract()) == [ONE, TWO]
    (aside,) = made.set_aside
    assert (aside["file"], aside["line"]) == ("houjin_bangou/a.csv", 2)
    assert "2 columns" in aside["reason"]


def test_the_same_row_in_a_file_and_in_an_answer_lands_once(run, register, inbox):
    register.lines = [line(ONE, sequence_number="7")]
    (inbox / "a.csv").write_bytes(as_csv([line(ONE), line(ONE)]))
    assert numbers(run().extract()) == [ONE]


# --- staging --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The recorded head of Tokyo's full file and the sandbox's answers, staged."""
    data = tmp_path_factory.mktemp("register")
    community = generate(200, 1, date(2026, 11, 20))
    with SandboxServer(community, requests_per_second=1e6) as server:
        server.write_inbox(data / "inbox")
        if RECORDING.is_file():
            target = data / "inbox" / "houjin_bangou" / RECORDING.name
            target.write_bytes(RECORDING.read_bytes())
        settings = {**server.settings(), "HOUJIN_BANGOU_ALL": "true"}
        land_into(data, SOURCE, settings, clock=CLOCK)
    build_staging(data, "staging.houjin_bangou", clock=CLOCK)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_every_recorded_row_is_staged(warehouse: Any, shared: Any) -> None:
    found = warehouse.execute(
        "select corporate_number, name, name_kana, prefecture, kind, is_current"
        " from staging.stg_houjin_bangou__corporations"
        " where corporate_number in"
        " (select corporate_number from staging.stg_houjin_bangou__corporations_checked"
        "  where _source_file like '%20201228_head.csv')"
    ).fetchall()
    recorded = list(csv.reader(io.StringIO(RECORDING.read_text())))
    assert sorted(found) == sorted(
        (one[1], one[6], one[28], one[9], one[8], True) for one in recorded
    )
    assert len(recorded) == 6


def test_the_sandbox_says_what_became_of_its_companies(warehouse: Any) -> None:
    community = generate(200, 1, date(2026, 11, 20))
    found = warehouse.execute(
        "select corporate_number, name, successor_corporate_number"
        " from staging.stg_houjin_bangou__corporations where is_current"
    ).fetchall()
    current = {number: (name, successor) for number, name, successor in found}
    for company in community.companies:
        name, successor = current[company.corporate_number]
        assert name == company.name
        is_absorbed = company.index % 9 == 8
        first = community.companies[1].corporate_number
        assert successor == (first if is_absorbed else None)
    renamed = warehouse.execute(
        "select count(*) from staging.stg_houjin_bangou__corporations"
        " where not is_current and name like '%日本%'"
    ).fetchone()
    assert renamed == (sum(one.index % 6 == 1 for one in community.companies),)
