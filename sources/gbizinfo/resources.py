"""gBizINFO: numbers first, then the names of companies whose number nobody told.

State (saved only when the load completes):
    numbers   {corporate number: the day it was last asked for}
    names     {name key: the day it was last asked for}
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta, timezone
from typing import Any

from sources._base.companies import (
    bare_name,
    company_key,
    is_corporate_number,
    known_companies,
)
from sources._base.errors import BudgetSpent, Rejected, SchemaChanged
from sources._base.http import HttpSession
from sources._base.source import Run
from sources.gbizinfo.companies import COMPANIES, company_row

log = logging.getLogger(__name__)

REGISTERS = frozenset({"houjin_bangou", "gbizinfo"})
AGAIN_AFTER = timedelta(days=90)
A_PAGE = 1_000  # a name with more partial matches than this says nothing
SHORTEST_NAME = 2
METI = "4000012090001"  # 経済産業省, who keeps gBizINFO
LOCAL = timezone(timedelta(hours=9))
# The register writes Latin letters and digits in full width.
_WIDE = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}


def resources(run: Run) -> Iterable[Any]:
    """Yields the one table."""
    yield run.table(COMPANIES, lambda: _companies(run))


def probe(run: Run) -> str:
    """Asks for one company: is the token accepted?"""
    found = _infos(_session(run), f"/hojin/{METI}")
    return f"gBizINFO answers; it knows {len(found)} company of number {METI}"


def _session(run: Run) -> HttpSession:
    headers = {"X-hojinInfo-api-token": run.settings["GBIZINFO_TOKEN"]}
    return run.http(run.settings["GBIZINFO_BASE_URL"], headers)


def _companies(run: Run) -> Iterator[dict[str, Any]]:
    if run.window:
        return  # it has no past to read again
    is_empty = True
    try:
        for row in _found(run):
            yield row
            is_empty = False
    except BudgetSpent as error:
        # What was read lands and is not asked for again soon.
        if is_empty:
            raise
        log.warning("gbizinfo: the rest is left for the next run: %s", error)


def _found(run: Run) -> Iterator[dict[str, Any]]:
    http = _session(run)
    known = known_companies(run.raw, registers=REGISTERS)
    names = {**known.names, **_given_names(run)}
    have = {company_key(name) for name in run.known(COMPANIES.name, "name")}
    read: set[str] = set()
    # Those that were found by name stay known, and are asked again like the others.
    landed = run.known(COMPANIES.name, "corporate_number")
    for number in _due(run, "numbers", known.numbers | _given_numbers(run) | landed):
        for row in _of_number(http, number):
            have.add(company_key(row["name"]))
            read.add(number)
            yield row
        _asked(run, "numbers", number)
    for key in _due(run, "names", {*names} - have):
        if len(key) >= SHORTEST_NAME:
            for number in _only_match(http, key, names[key]) - read:
                read.add(number)
                yield from _of_number(http, number)
                _asked(run, "numbers", number)
        _asked(run, "names", key)


def _given_numbers(run: Run) -> set[str]:
    given = run.settings.get("GBIZINFO_NUMBERS", "").replace(",", " ").split()
    wrong = [number for number in given if not is_corporate_number(number)]
    if wrong:
        raise Rejected(
            f"GBIZINFO_NUMBERS holds {', '.join(wrong)}, which is no corporate number"
            " (13 digits with a check digit): correct it"
        )
    return {*given}


def _given_names(run: Run) -> dict[str, str]:
    parts = run.settings.get("GBIZINFO_NAMES", "").split(";")
    return {key: part.strip() for part in parts if (key := company_key(part))}


def _due(run: Run, what: str, wanted: Iterable[str]) -> list[str]:
    """What was never asked first, then what was asked long ago."""
    today = run.clock.astimezone(LOCAL).date()
    asked: dict[str, str] = run.state.setdefault(what, {})
    due = [
        one
        for one in wanted
        if run.full
        or one not in asked
        or today - date.fromisoformat(asked[one]) >= AGAIN_AFTER
    ]
    return sorted(due, key=lambda one: (asked.get(one, ""), one))


def _asked(run: Run, what: str, one: str) -> None:
    run.state[what][one] = run.clock.astimezone(LOCAL).date().isoformat()


def _of_number(http: HttpSession, number: str) -> list[dict[str, Any]]:
    return [company_row(info) for info in _infos(http, f"/hojin/{number}")]


def _only_match(http: HttpSession, key: str, name: str) -> set[str]:
    """The number of the one company of exactly this name, else nothing."""
    words = bare_name(name).translate(_WIDE)
    infos = _infos(http, "/hojin", name=words, limit=str(A_PAGE))
    if len(infos) >= A_PAGE:
        return set()
    rows = [company_row(info) for info in infos]
    numbers = {
        row["corporate_number"] for row in rows if company_key(row["name"]) == key
    }
    return numbers if len(numbers) == 1 else set()


def _infos(http: HttpSession, path: str, **params: str) -> list[Mapping[str, Any]]:
    """The companies of an answer; an empty one is believed when it comes twice."""
    return _asked_once(http, path, **params) or _asked_once(http, path, **params)


def _asked_once(http: HttpSession, path: str, **params: str) -> list[Mapping[str, Any]]:
    """The companies of an answer; none for a 404.

    Raises: Rejected for errors inside a 200; SchemaChanged, BudgetSpent.
    """
    try:
        body = http.get_json(path, params or None).body
    except Rejected as error:
        if error.status == 404:
            return []
        raise
    if isinstance(body, dict) and body.get("errors"):
        raise Rejected(
            f"GET {path} of gBizINFO answers {body.get('message')!r} with errors: check"
            " GBIZINFO_TOKEN and GBIZINFO_BASE_URL"
        )
    infos = body.get("hojin-infos") if isinstance(body, dict) else None
    if not isinstance(infos, list) or not all(isinstance(one, dict) for one in infos):
        raise SchemaChanged(
            f"GET {path} answers with no list hojin-infos: compare with"
            " sources/gbizinfo/README.md and change its resources.py"
        )
    return infos
