"""The register of corporations as the sandbox plays it: Web-API v4 and a full file.

It knows the community's companies and some nobody here works for.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sources._sandbox.community import Community
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter
from sources._sandbox.model import Company
from sources.houjin_bangou.tables import COLUMNS

KEY = "sandbox-application-id"
NTA = "7000012050002"
PREFECTURES = {
    "北海道": "01", "宮城県": "04", "埼玉県": "11", "千葉県": "12", "東京都": "13",
    "神奈川県": "14", "新潟県": "15", "石川県": "17", "長野県": "20", "静岡県": "22",
    "愛知県": "23", "京都府": "26", "大阪府": "27", "兵庫県": "28", "広島県": "34",
    "福岡県": "40", "沖縄県": "47",
}  # fmt: skip
KINDS = {"株式会社": "301", "有限会社": "302", "合同会社": "305"}
STRANGERS = (
    ("架空灯台株式会社", "カクウトウダイ"),
    ("株式会社例示紙業", "レイジシギョウ"),
)
PART = 10  # rows of one answer; the real one has more


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the register. updated_on: when it could first be read."""

    updated_on: date
    fields: tuple[str, ...]

    @property
    def number(self) -> str:
        """The corporate number."""
        return self.fields[COLUMNS.index("corporate_number")]


class HoujinBangouRoutes:
    """GET /num, /diff: CSV in UTF-8 without column names."""

    prefix = "/houjin_bangou/4"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._today = community.today
        self._numbers = [company.corporate_number for company in community.companies]
        self._entries = _entries(community)

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment: every company by its number."""
        return {
            "HOUJIN_BANGOU_KEY": KEY,
            "HOUJIN_BANGOU_BASE_URL": base_url,
            "HOUJIN_BANGOU_NUMBERS": ",".join(self._numbers),
        }

    def unauthorized(self) -> Reply:
        """The answer to an application id nobody was given."""
        return Reply(403, b"", "text/plain")

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """Over-use: a 403 as well."""
        return Reply(403, b"", "text/plain", headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer."""
        if request.one("id") != KEY:
            return self.unauthorized()
        if not self._limiter.allows():
            return self.too_many({})
        if request.one("type") != "02":
            return Reply(400, b"type", "text/plain")
        if request.path == "/num":
            numbers = request.many("number")
            if len(numbers) > 10:
                return Reply(400, b"number", "text/plain")
            found = [entry for entry in self._entries if entry.number in numbers]
            if request.one("history", "0") == "0":
                latest = COLUMNS.index("latest")
                found = [entry for entry in found if entry.fields[latest] == "1"]
            return self._answered(request, found)
        if request.path == "/diff":
            first = date.fromisoformat(request.one("from"))
            last = date.fromisoformat(request.one("to"))
            if not first <= last <= first + timedelta(days=49):
                return Reply(400, b"from, to", "text/plain")
            found = [one for one in self._entries if first <= one.updated_on <= last]
            return self._answered(request, found)
        return Reply(404, b"", "text/plain")

    def _answered(self, request: Request, found: list[Entry]) -> Reply:
        number = int(request.one("divide", "1"))
        parts = max(1, -(-len(found) // PART))
        shown = found[(number - 1) * PART : number * PART]
        head = (self._today.isoformat(), str(len(found)), str(number), str(parts))
        text = ",".join(head) + "\r\n" + _csv(entry.fields for entry in shown)
        return Reply(200, text.encode(), "text/csv; charset=UTF-8")


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """The full file of Tokyo as of the first of last month, in Shift_JIS."""
    first = (community.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    tokyo = COLUMNS.index("prefecture_code")
    latest = COLUMNS.index("latest")
    rows = [
        entry.fields
        for entry in _entries(community)
        if entry.updated_on <= first
        and entry.fields[tokyo] == "13"
        and entry.fields[latest] == "1"
    ]
    name = f"houjin_bangou/13_tokyo_all_{first:%Y%m%d}.csv"
    yield name, _csv(rows).encode("cp932")


def _entries(community: Community) -> list[Entry]:
    """What the register knows by today, by number and day."""
    found = []
    for company in community.companies:
        found += _history(company, community)
    for place, (name, kana) in enumerate(STRANGERS):
        number = _with_check_digit(300_000_000_000 + place * 31)
        found.append(
            _entry(1, number, name, kana, "東京都", process="01", day=date(2016, 4, 1))
        )
    return sorted(found, key=lambda entry: (entry.number, entry.updated_on))


def _history(company: Company, community: Community) -> list[Entry]:
    """New in 2015; some were renamed, some moved, some absorbed by another company."""
    steps: list[tuple[str, date, dict[str, str]]] = [("01", date(2015, 10, 5), {})]
    if company.index % 6 == 1:
        steps.append(("11", date(2024, 5, 1), {}))
    if company.index % 6 == 2:
        steps.append(
            ("12", date(2025, 2, 3), {"street_number": "例示町９丁目８番７号"})
        )
    if company.index % 9 == 8:
        closing = {
            "close_date": "2026-03-31",
            "close_cause": "11",
            "successor_corporate_number": community.companies[1].corporate_number,
        }
        steps.append(("71", date(2026, 3, 31), closing))
    steps = [step for step in steps if step[1] <= community.today]
    form = next(form for form in KINDS if form in company.name)
    core = company.name.replace(form, "")
    is_renamed = company.index % 6 == 1
    old_name = company.name.replace(core, f"日本{core}" if is_renamed else core)
    return [
        _entry(
            place,
            company.corporate_number,
            old_name if place == 1 and len(steps) > 1 else company.name,
            company.kana,
            company.prefecture,
            process=process,
            day=day,
            is_latest=place == len(steps),
            **more,
        )
        for place, (process, day, more) in enumerate(steps, 1)
    ]


def _entry(
    place: int,
    number: str,
    name: str,
    kana: str,
    prefecture: str,
    *,
    process: str,
    day: date,
    is_latest: bool = True,
    **more: str,
) -> Entry:
    kind = next((code for form, code in KINDS.items() if form in name), "399")
    values = {
        "sequence_number": str(place),
        "corporate_number": number,
        "process": process,
        "correct": "0",
        "update_date": day.isoformat(),
        "change_date": day.isoformat(),
        "name": name,
        "kind": kind,
        "prefecture_name": prefecture,
        "city_name": "架空区",
        "street_number": "例示町１丁目２番３号",
        "prefecture_code": PREFECTURES[prefecture],
        "city_code": "101",
        "post_code": "1000001",
        "assignment_date": "2015-10-05",
        "latest": "1" if is_latest else "0",
        "furigana": kana,
        "hihyoji": "0",
        **more,
    }
    return Entry(day, tuple(values.get(column, "") for column in COLUMNS))


def _csv(rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _with_check_digit(base: int) -> str:
    digits = [int(digit) for digit in reversed(f"{base:012d}")]
    total = sum(
        digit * (1 if place % 2 == 0 else 2) for place, digit in enumerate(digits)
    )
    return f"{9 - total % 9}{base:012d}"


ROUTES = HoujinBangouRoutes
