"""How many rows a source brings, and how long it brings none: learnt from its loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import hypot, sqrt
from statistics import median

import pandas as pd

from pipelines.gate.rules import (
    CHANCE,
    MEDIAN_ERROR,
    QUIET_LEAST_SOURCES,
    QUIET_SHARE,
    SILENCE_DAYS,
    SILENCE_FACTOR,
    SILENCE_GAP_QUANTILE,
    SILENCE_LEAST_DAYS,
    SILENCE_LEAST_GAPS,
    VOLUME_EMPTY_SHARE,
    VOLUME_LEAST_ROWS,
    VOLUME_LEAST_WEEKS,
    VOLUME_MADS_ABOVE,
    VOLUME_MADS_BELOW,
    VOLUME_WEEKS,
)


@dataclass(frozen=True)
class Range:
    """What a source's number may be, and how much past says so.

    needed: history that lets the rule block; below it only warns.
    expected: what is usual, None where only the upper side is known.
    """

    source: str
    observed: float
    lower: float | None
    upper: float | None
    expected: float | None
    history: int
    needed: int
    of_what: str


def volumes(loads: pd.DataFrame, *, since: date | None) -> Iterator[Range]:
    """Yields the rows each source landed since the last release, and their range.

    loads: source, load_date, landed; a row per source and local day with a load.
    since: the newest load day of the last release; the days after it are judged, and
    the newest day whole when that release was made on it, or there is none.
    """
    today = max(loads["load_date"], default=None)
    for source, days in _by_source(loads).items():
        first = min(days)
        judged = [
            day for day in days if day == today or (since is not None and day > since)
        ]
        # The first load brings all that there ever was; nothing is like it.
        if not judged or first in judged:
            continue
        start = min(judged)
        past = {
            day: rows
            for day, rows in days.items()
            if start - timedelta(weeks=VOLUME_WEEKS) <= day < start and day != first
        }
        yield _volume(source, {day: days[day] for day in judged}, past)


def _volume(source: str, judged: Mapping[date, int], past: Mapping[date, int]) -> Range:
    observed = sum(judged.values())
    news = [rows for rows in past.values() if rows > 0]
    if len(news) * 2 <= len(past):  # on most days it brings nothing
        _, middle, upper = _usual(news, 0.0)
        return Range(
            source=source,
            observed=observed,
            lower=None,
            upper=max(upper, middle + VOLUME_LEAST_ROWS) if news else None,
            expected=None,
            history=len(news),
            needed=VOLUME_LEAST_WEEKS,
            of_what="days with news",
        )
    alike = {weekday: _on(weekday, past) for weekday in range(7)}
    middles = {
        weekday: median(map(sqrt, rows)) for weekday, rows in alike.items() if rows
    }
    # As shares of their weekday's middle: quiet weekends say nothing of busy Mondays.
    residuals = [
        abs(sqrt(rows) / middles[day.weekday()] - 1)
        for day, rows in past.items()
        if middles[day.weekday()] and rows
    ]
    share = median(residuals) if residuals else 0.0
    days = [
        _usual(like if len(like) >= VOLUME_LEAST_WEEKS else list(past.values()), share)
        for like in (alike[day.weekday()] for day in judged)
    ]
    lower, expected, upper = (sum(side) for side in zip(*days, strict=True))
    return Range(
        source=source,
        observed=observed,
        lower=max(0.0, min(lower, expected - VOLUME_LEAST_ROWS)),
        upper=max(upper, expected + VOLUME_LEAST_ROWS),
        expected=expected,
        history=min(len(alike[day.weekday()]) for day in judged),
        needed=VOLUME_LEAST_WEEKS,
        of_what="days of the same weekday",
    )


def _usual(rows: Sequence[int], share: float) -> tuple[float, float, float]:
    """Returns the range of such days and its middle: median and MAD of square roots.

    share: what MAD is at least, of the middle; what chance makes is added to it.
    Days that bring something now and then (a file that is dropped again) are judged by
    those that did, and may always bring nothing.
    """
    if not rows:
        return 0.0, 0.0, 0.0
    news = [count for count in rows if count]
    if news and len(rows) - len(news) > VOLUME_EMPTY_SHARE * len(rows):
        _, middle, upper = _usual(news, share)
        return 0.0, middle, upper
    roots = [sqrt(count) for count in rows]
    middle = median(roots)
    own = median(abs(root - middle) for root in roots)
    mad = max(hypot(CHANCE, share * middle), own) * sqrt(1 + MEDIAN_ERROR / len(rows))
    lower = max(0.0, middle - VOLUME_MADS_BELOW * mad)
    return lower**2, middle**2, (middle + VOLUME_MADS_ABOVE * mad) ** 2


def are_quiet_together(ranges: Sequence[Range]) -> bool:
    """Returns whether half of the sources, three or more, bring less than half."""
    known = [found for found in ranges if found.expected]
    quiet = [found for found in known if found.observed * 2 < (found.expected or 0)]
    return len(quiet) >= QUIET_LEAST_SOURCES and len(quiet) >= QUIET_SHARE * len(known)


def silences(loads: pd.DataFrame) -> Iterator[Range]:
    """Yields how many days each source has brought nothing new, and how many it may.

    loads: as above. The newest day of any source is today.
    """
    today = max(loads["load_date"], default=None)
    for source, days in _by_source(loads).items():
        assert today is not None
        oldest = today - timedelta(days=SILENCE_DAYS)
        news = sorted(day for day, rows in days.items() if rows > 0 and day >= oldest)
        if not news:
            continue
        gaps = [(b - a).days for a, b in zip(news, news[1:], strict=False)]
        bound = SILENCE_FACTOR * _quantile(gaps, SILENCE_GAP_QUANTILE)
        yield Range(
            source=source,
            observed=(today - news[-1]).days,
            lower=None,
            upper=max(bound, SILENCE_LEAST_DAYS),
            expected=None,
            history=len(gaps),
            needed=SILENCE_LEAST_GAPS,
            of_what="gaps between days with news",
        )


def _by_source(loads: pd.DataFrame) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = {}
    for source, day, rows in loads.itertuples(index=False, name=None):
        found.setdefault(source, {})[day] = int(rows)
    return dict(sorted(found.items()))


def _on(weekday: int, past: Mapping[date, int]) -> list[int]:
    return [rows for day, rows in past.items() if day.weekday() == weekday]


def _quantile(values: Sequence[int], share: float) -> float:
    """Returns the quantile, interpolated between neighbours; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
