"""gBizINFO as the sandbox plays it: companies by number and by a part of their name."""

from collections.abc import Mapping
from typing import Any

from sources._sandbox.community import Community
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter, json_reply
from sources._sandbox.model import Company

TOKEN = "sandbox-gbizinfo-token"  # noqa: S105  opens nothing but this server
# What only the detail of a company has.
DETAIL = ("kana", "business_summary", "employee_number", "founding_year", "industry")
METI = {
    "corporate_number": "4000012090001",
    "postal_code": "1000013",
    "location": "東京都千代田区霞が関１丁目３－１",
    "name": "経済産業省",
    "kana": "けいざいさんぎょうしょう",
    "status": "-",
    "update_date": "2018-04-02T00:00:00+09:00",
}


class GbizinfoRoutes:
    """GET /hojin/{number}, /hojin?name= or corporate_number=."""

    prefix = "/gbizinfo/hojin/v2"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._companies = [_shape(company) for company in community.companies]
        self._by_number = {one["corporate_number"]: one for one in self._companies}
        self._by_number[METI["corporate_number"]] = METI

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment: most companies by number, some by name."""
        numbers = [one["corporate_number"] for one in self._companies]
        names = [one["name"] for one in self._companies]
        return {
            "GBIZINFO_TOKEN": TOKEN,
            "GBIZINFO_BASE_URL": base_url,
            "GBIZINFO_NUMBERS": ",".join(numbers[::2]),
            "GBIZINFO_NAMES": ";".join(names[1::2]),
        }

    def unauthorized(self) -> Reply:
        """The answer to a wrong token."""
        return _answer(401, None, "401 - Unauthorized.", [])

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """Over the limit."""
        reply = _answer(429, None, "429 - Too Many Requests.", [])
        return Reply(reply.status, reply.body, headers=headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer."""
        if request.headers.get("x-hojininfo-api-token") != TOKEN:
            return self.unauthorized()
        if not self._limiter.allows():
            return self.too_many({})
        if request.path == "/hojin":
            return self._search(request)
        number = request.path.removeprefix("/hojin/")
        if not number.isdecimal():
            return _answer(400, None, "400 - Bad Request.", [])
        if number not in self._by_number:
            return _answer(404, None, "404 - Not Found.", [])
        return _answer(200, number, "200 - OK.", None, [self._by_number[number]])

    def _search(self, request: Request) -> Reply:
        name, number = request.one("name"), request.one("corporate_number")
        if not name and not number:
            return _answer(400, None, "400 - Bad Request.", [])
        found = [
            {key: value for key, value in one.items() if key not in DETAIL}
            | {"number_of_activity": "0"}
            for one in self._by_number.values()
            if (name and name in one["name"]) or one["corporate_number"] == number
        ]
        if not found:
            return _answer(404, None, "404 - Not Found.", [])
        return _answer(
            200, None, "200 - OK.", None, found[: int(request.one("limit", "1000"))]
        )


def _shape(company: Company) -> dict[str, Any]:
    found: dict[str, Any] = {
        "corporate_number": company.corporate_number,
        "postal_code": "1000001",
        "location": f"{company.prefecture}架空区例示町１丁目２番３号",
        "name": company.name,
        "kana": _hiragana(company.kana),
        "status": "-",
        "update_date": "2024-05-02T00:00:00+09:00",
    }
    if company.index % 2 == 0:  # fields without a value are left out
        found |= {
            "business_summary": f"{company.industry}の会社です。",
            "employee_number": 20 + company.index * 7,
            "founding_year": 1990 + company.index % 30,
            "industry": [company.industry],
        }
    if company.index % 9 == 8:
        found |= {
            "status": "閉鎖",
            "close_date": "2026-03-31",
            "close_cause": "合併による解散等",
        }
    return found


def _hiragana(kana: str) -> str:
    return "".join(chr(ord(one) - 0x60) if "ァ" <= one <= "ヶ" else one for one in kana)


def _answer(
    status: int,
    number: str | None,
    message: str,
    errors: list[Any] | None,
    infos: list[dict[str, Any]] | None = None,
) -> Reply:
    body: dict[str, Any] = {"id": number, "errors": errors, "message": message}
    if infos is not None:
        body["hojin-infos"] = infos
    return json_reply(status, body)


ROUTES = GbizinfoRoutes
