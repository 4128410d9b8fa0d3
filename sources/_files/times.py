"""Times as exports write them -> ISO 8601 text, with the offset when it is known.

Year-first times (ISO, 2026/11/01 9:10, 2019年7月13日 13時02分, and what Google Forms
writes in Japanese) are always read: they can mean one thing only. Any other order needs
a format in the map, because 08/09 is August here and September there.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from sources._files.headers import plain

NAMED_FORMATS = ("iso", "japanese", "google_forms_ja", "excel_serial")
_DIRECTIVES = frozenset("YymdHIMSpbBfzZjaA%")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL = re.compile(r"\d{5}(\.\d+)?")  # how Excel counts days
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})[-/.年] ?(?P<month>\d{1,2})[-/.月] ?(?P<day>\d{1,2})日?"
    r"(?: ?\([^)]{1,3}\))?"
    r"(?:[T ]*(?P<before>午前|午後)? ?(?P<hour>\d{1,2})"
    r"(?:時(?! ?\d)|(?::|時 ?)(?P<minute>\d{1,2})分?)"
    r"(?::? ?(?P<second>\d{1,2})(?P<fraction>\.\d{1,6})?\d*秒?)?"
    r" ?(?P<after>午前|午後|AM|PM)?)?"
    r" ?(?P<zone>Z|UTC|JST|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
# 令和8年4月1日, R8.4.1: the year before the first one of each era.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988, "S": 1925}
_ERA = re.compile(
    r"(令和|平成|昭和|[RHS]) ?(元|\d{1,2}) ?(年|[./-]) ?(?=\d{1,2} ?(月|[./-]|$))",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(\d{4}) ?[-/年] ?(\d{1,2}) ?月?")
_PAIRS = (  # padded year-first times, rewritten whole columns at a time
    (r"^(\d{4})[-/](\d{2})[-/](\d{2})[ T](\d{2}:\d{2})$", r"\1-\2-\3T\4:00"),
    (r"^(\d{4})[-/](\d{2})[-/](\d{2})[ T](\d{2}:\d{2}:\d{2})$", r"\1-\2-\3T\4"),
    (r"^(\d{4})[-/](\d{2})[-/](\d{2})$", r"\1-\2-\3"),
)
_ISO_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"
_ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"


def is_date_format(form: str) -> bool:
    """Whether it is a strptime format that names a whole day."""
    directives = re.findall(r"%(.)", form)
    return (
        set(directives) <= _DIRECTIVES
        and any(d in directives for d in "Yy")
        and any(d in directives for d in "mbB")
        and "d" in directives
    )


def as_times(
    texts: pa.Array,
    formats: Sequence[str],
    *,
    zone: ZoneInfo | None = None,
    month: Literal["first", "last"] | None = None,
) -> tuple[pa.Array, pa.Array | None]:
    """Returns (ISO texts, where a text is no time). None: every text is one.

    zone: times without an offset are given this zone's; without zone they stay naive.
    month: the day that a month without one stands for; None: it is no time.
    """
    iso = texts
    for pattern, replacement in _PAIRS:
        iso = pc.replace_substring_regex(iso, pattern=pattern, replacement=replacement)
    done = pc.or_(
        _round_trips(iso, _ISO_TIME, "%Y-%m-%dT%H:%M:%S"),
        _round_trips(iso, _ISO_DATE, "%Y-%m-%d"),
    )
    rest = pc.and_(pc.is_valid(texts), pc.invert(done))
    bad = None
    if pc.any(rest).as_py():
        slow = pc.filter(texts, rest).dictionary_encode()
        values = slow.dictionary.to_pylist()
        read = [iso_of(text, tuple(formats), month=month) for text in values]
        found = pa.array(read, pa.string()).take(slow.indices)
        iso = pc.replace_with_mask(iso, rest, found)
        if found.null_count:
            bad = pc.and_(pc.is_valid(texts), pc.is_null(iso))
    return (iso if zone is None else _with_offset(iso, zone)), bad


def iso_of(
    text: str,
    formats: tuple[str, ...],
    *,
    month: Literal["first", "last"] | None = None,
) -> str | None:
    """One time as ISO text, None when nothing reads it."""
    shown = _ERA.sub(_western, plain(text), count=1)
    named = _MONTH.fullmatch(shown) if month else None
    if named:
        return _day_of_month(int(named[1]), int(named[2]), is_last=month == "last")
    shown = _COMPACT.sub(r"\1-\2-\3", shown) if len(shown) == 8 else shown
    match = _YEAR_FIRST.fullmatch(shown)
    if match:
        return _year_first(match)
    for form in formats:
        if form == "excel_serial" and SERIAL.fullmatch(shown):
            seconds = round(float(shown) * 86_400)
            return _shortest(_EXCEL_EPOCH + timedelta(seconds=seconds))
        if form in NAMED_FORMATS:
            continue
        try:
            moment = datetime.strptime(shown, form)  # noqa: DTZ007
        except ValueError:
            continue
        has_time = any(f"%{d}" in form for d in "HIM")
        return moment.isoformat() if has_time else moment.date().isoformat()
    return None


def _western(match: re.Match[str]) -> str:
    year = 1 if match[2] == "元" else int(match[2])
    return f"{_ERAS[match[1].upper()] + year}{match[3]}"


def _day_of_month(year: int, month: int, *, is_last: bool) -> str | None:
    if not 1 <= month <= 12:
        return None
    day = monthrange(year, month)[1] if is_last else 1
    return date(year, month, day).isoformat()


def _year_first(match: re.Match[str]) -> str | None:
    part = match.groupdict()
    hour = int(part["hour"] or 0)
    half = (part["before"] or part["after"] or "").upper()
    if half in ("午後", "PM") and hour < 12:
        hour += 12
    elif half in ("午前", "AM") and hour == 12:
        hour = 0
    try:
        moment = datetime(  # noqa: DTZ001
            int(part["year"]), int(part["month"]), int(part["day"]),
            hour, int(part["minute"] or 0), int(part["second"] or 0),
            int((part["fraction"] or ".0")[1:].ljust(6, "0")),
        )  # fmt: skip
    except ValueError:
        return None
    if part["hour"] is None:
        return None if part["zone"] else moment.date().isoformat()
    return moment.isoformat() + (_offset(part["zone"]) if part["zone"] else "")


@lru_cache(maxsize=64)
def _offset(zone: str) -> str:
    name = zone.upper()
    if name in ("Z", "UTC"):
        return "+00:00"
    if name == "JST":
        return "+09:00"
    sign, digits = re.sub(r"^(GMT|UTC)", "", name)[0], re.sub(r"\D", "", name)
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    return f"{sign}{int(hours):02d}:{int(minutes):02d}"


def _shortest(moment: datetime) -> str:
    text = moment.isoformat()
    return text.removesuffix("T00:00:00")


def _round_trips(texts: pa.Array, pattern: str, form: str) -> pa.Array:
    # 2026-02-30 has the pattern of a day and is none.
    has_pattern = pc.fill_null(pc.match_substring_regex(texts, pattern=pattern), False)
    candidates = pc.if_else(has_pattern, texts, pa.scalar(None, pa.string()))
    moments = pc.strptime(candidates, format=form, unit="s", error_is_null=True)
    # %S prints what the unit of the column has: whole seconds.
    return pc.fill_null(pc.equal(pc.strftime(moments, format=form), texts), False)


def _with_offset(iso: pa.Array, zone: ZoneInfo) -> pa.Array:
    encoded = iso.dictionary_encode()
    placed = [_placed(text, zone) for text in encoded.dictionary.to_pylist()]
    return pa.array(placed, pa.string()).take(encoded.indices)


def _placed(text: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(text)
    if len(text) == len("2026-11-01") or moment.tzinfo:
        return text
    return moment.replace(tzinfo=zone).isoformat()


def minutes_between(start: str, end: str) -> float | None:
    """Minutes from one ISO time to the other; None when they cannot be compared."""
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if (first.tzinfo is None) != (last.tzinfo is None):
        return None
    return (last - first).total_seconds() / 60


def ended_after(start: str, end: str, zone: ZoneInfo) -> str:
    """The end of a stay, in the later of two hours when a clock was set back.

    start, end: ISO times with their offset, the end as the earlier of the two.
    """
    began, ended = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if ended < began:
        later = ended.replace(tzinfo=zone, fold=1)
        if later >= began:
            return later.isoformat()
    return end


def seconds_of(text: str) -> float:
    """Seconds since 1970 of an ISO time, one without offset taken as UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
