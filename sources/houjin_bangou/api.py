"""Requests to the Web-API: CSV in parts, and the 403 that means "too often"."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sources._base.errors import BudgetSpent, Rejected, Retriable, SchemaChanged
from sources._base.http import HttpSession
from sources._base.redact import remember
from sources._base.source import Run
from sources.houjin_bangou.tables import COLUMNS

CSV_UTF_8 = "02"
TRIES = 3  # for an answer that says it has more rows than it has


@dataclass(frozen=True)
class Part:
    """One answer. count: the rows of all parts together; parts: how many there are."""

    updated_on: str
    count: int
    parts: int
    lines: list[list[str]]


class Api:
    """The Web-API with the application id of this run."""

    def __init__(self, run: Run) -> None:
        self._http: HttpSession = run.http(run.settings["HOUJIN_BANGOU_BASE_URL"])
        self._key = run.settings["HOUJIN_BANGOU_KEY"]
        remember([self._key])  # it stands in the query as `id`

    def lines(self, path: str, **params: str) -> list[list[str]]:
        """Every line of an answer, all its parts put together.

        Raises: Retriable when it keeps holding fewer rows than it says; BudgetSpent.
        """
        for _ in range(TRIES):
            try:
                found, count = self._whole(path, params)
            except _CutOffError:
                continue
            if len(found) == count:
                return found
        raise Retriable(
            f"GET {path} of the register of corporations keeps sending fewer rows than"
            " it says it has; try later"
        )

    def updated_on(self) -> str:
        """The day of the register's data: one cheap request."""
        return self._part("/num", {"number": NTA, "history": "0"}).updated_on

    def _whole(self, path: str, params: dict[str, str]) -> tuple[list[list[str]], int]:
        first = self._part(path, params)
        lines = list(first.lines)
        for number in range(2, first.parts + 1):
            lines += self._part(path, {**params, "divide": str(number)}).lines
        return lines, first.count

    def _part(self, path: str, params: dict[str, str]) -> Part:
        query = urlencode({"id": self._key, "type": CSV_UTF_8, **params})
        try:
            content = self._http.get(f"{path}?{query}").content
        except Rejected as error:
            if error.status == 404:  # none of these numbers exists
                return Part(updated_on="", count=0, parts=1, lines=[])
            if error.status != 403:
                raise
            raise BudgetSpent(
                f"GET {path} is refused (403): the register of corporations was asked"
                " too often, the next run goes on; if it stays so, check"
                " HOUJIN_BANGOU_KEY",
                status=403,
                url=error.url,
            ) from error
        return _parsed(content, path)


NTA = "7000012050002"  # 国税庁, who keeps the register


class _CutOffError(Exception):
    """The last line of an answer is not whole."""


def _parsed(content: bytes, path: str) -> Part:
    try:
        head, *lines = _csv_lines(content)
        updated_on, count, _, parts = head
        part = Part(updated_on, int(count), max(int(parts), 1), lines)
    except (ValueError, csv.Error) as error:
        raise SchemaChanged(
            f"GET {path} sends no CSV of the register of corporations: compare with"
            " sources/houjin_bangou/README.md and change its api.py"
        ) from error
    if any(len(line) != len(COLUMNS) for line in lines[:-1]):
        raise SchemaChanged(
            f"GET {path} sends lines without the {len(COLUMNS)} columns of the"
            " specification: compare with sources/houjin_bangou/README.md and change"
            " its tables.py"
        )
    if lines and len(lines[-1]) != len(COLUMNS):
        raise _CutOffError
    return part


def _csv_lines(content: bytes) -> Iterator[Any]:
    text = content.decode("utf-8-sig", errors="replace")
    return (line for line in csv.reader(io.StringIO(text)) if line)
