"""What each number of a run may be, from what the releases before it were like.

gate_bounds   rule, mart, subject, observed, lower, upper, history, verdict, reason

A row is a Bound (bound.py), which says what its verdict means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from math import log
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.gate import money, rules
from pipelines.gate.bound import (
    BLOCKED,
    EXEMPT,
    KNOWN,
    LEARNING,
    WARNED,
    Bound,
    Past,
    bound_of,
    judge,
    judge_against,
    learns,
    measured_now,
)
from pipelines.gate.pairs import pairs
from pipelines.gate.statistics import BOUNDS_FILE, CONNECTORS, Measured
from pipelines.gate.volume import Range, are_quiet_together, silences, volumes

BOUNDS = pa.schema(
    [
        ("rule", pa.string()),
        ("mart", pa.string()),
        ("subject", pa.string()),
        ("observed", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("history", pa.int64()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
    ]
)


def bounds(measured: Measured) -> pd.DataFrame:
    """Returns BOUNDS, by rule and subject."""
    last = _past(measured, measured.as_of)
    found = [
        *_volume(measured),
        *_silence(measured),
        *_points(measured),
        *_stages(measured, last),
        *_merges(measured, last),
        *money.amounts(measured, last),
        *money.currencies(measured, last),
        *pairs(measured),
        *_kept_rows(measured, last),
        *_metrics(measured, last, "metric_change", "keeps_its_values"),
        *_metrics(measured, last, "rate_change", "keeps_its_rates"),
    ]
    rows = [asdict(_back_dated(bound, measured)) for bound in found]
    frame: pd.DataFrame = pa.Table.from_pylist(rows, schema=BOUNDS).to_pandas()
    return frame.sort_values(["rule", "mart", "subject"], ignore_index=True)


def write_bounds(found: pd.DataFrame, folder: Path) -> None:
    """Writes BOUNDS into a release's folder of Parquet files."""
    table = pa.Table.from_pandas(found, schema=BOUNDS, preserve_index=False)
    pq.write_table(table, folder / BOUNDS_FILE, compression="zstd")


def _back_dated(bound: Bound, measured: Measured) -> Bound:
    newest = max(measured.history["as_of"], default=measured.as_of)
    if measured.as_of >= newest or bound.verdict not in (BLOCKED, WARNED, KNOWN):
        return bound
    return replace(
        bound, verdict=EXEMPT, reason=f"a run for an earlier day than {newest}"
    )


def _past(measured: Measured, until: date, oldest: date = date.min) -> Past:
    """Returns the newest release of a day up to `until`; the last of that day."""
    history = measured.history
    history = history[(history["as_of"] <= until) & (history["as_of"] >= oldest)]
    if history.empty:
        return Past({}, "")
    newest = history[history["as_of"] == history["as_of"].max()]
    newest = newest[newest["clock"] == newest["clock"].max()]
    values = {
        (statistic, subject, version): (n, value)
        for statistic, subject, version, n, value in newest[
            ["statistic", "subject", "version", "n", "value"]
        ].itertuples(index=False, name=None)
    }
    return Past(values, _incomparable(measured, values))


def _incomparable(
    measured: Measured, before: dict[tuple[str, str, str], tuple[int, float]]
) -> str:
    """Returns why a number may have moved for a reason of our own: said, not judged."""
    formulas = {version for _, version, _, _ in measured_now(measured, "points")}
    earlier = {version for kind, _, version in before if kind == "points"}
    if formulas and earlier and formulas != earlier:
        return f"formula {_listed(formulas)} after {_listed(earlier)}"
    known = {subject for kind, subject, _ in before if kind == "rows"}
    new = {
        subject.partition(".")[2]
        for subject, _, _, _ in measured_now(measured, "rows")
        if subject.startswith("fct_activities.") and subject not in known
    }
    return f"new source: {_listed(new)}" if new and known else ""


def _listed(words: set[str]) -> str:
    return ", ".join(sorted(words))


def _volume(measured: Measured) -> Iterator[Bound]:
    found = list(volumes(measured.loads, since=_last_day(measured)))
    is_quiet = are_quiet_together(found)
    is_new_code = _is_new_code(measured)
    for known in found:
        bound = _of_range("has_usual_volume", known)
        is_low = known.lower is not None and known.observed < known.lower
        reason = ""
        if is_quiet and is_low:
            reason = "most sources are quiet: a holiday, or all of them are cut off"
        if is_new_code and not is_low:
            reason = "new connector code: rows that it reads otherwise land again"
        if bound.verdict == BLOCKED and reason:
            bound = replace(bound, verdict=WARNED, reason=reason)
        yield bound


def _is_new_code(measured: Measured) -> bool:
    now = {version for _, version, _, _ in measured_now(measured, CONNECTORS)}
    history = measured.history[measured.history["statistic"] == CONNECTORS]
    if history.empty or not now:
        return False
    newest = history[history["clock"] == history["clock"].max()]
    return set(newest["version"]) != now


def _last_day(measured: Measured) -> date | None:
    """Returns the newest load day of the newest release, by its clock."""
    history = measured.history.dropna(subset=["day"])
    if history.empty:
        return None
    day: date = history.loc[history["clock"] == history["clock"].max(), "day"].iloc[0]
    return day


def _silence(measured: Measured) -> Iterator[Bound]:
    for known in silences(measured.loads):
        bound = _of_range("is_not_silent", known)
        if bound.verdict == WARNED:  # ten gaps are the least that has a 95 % gap
            bound = replace(bound, verdict=LEARNING)
        through = measured.let_through.get((bound.rule, bound.subject))
        # The same silence, a day longer: acknowledged once is enough.
        if bound.verdict == BLOCKED and through is not None:
            reason = f"as in the last release, {through:.0f} days then"
            bound = replace(bound, verdict=KNOWN, reason=reason)
        yield bound


def _of_range(check: str, known: Range) -> Bound:
    bound = replace(
        bound_of(check, known.source, known.observed),
        lower=known.lower,
        upper=known.upper,
        history=known.history,
    )
    if known.history >= known.needed:
        return judge(bound, f"{known.history} {known.of_what}")
    reason = f"learning, {known.history} of {known.needed} {known.of_what}"
    if not known.history:
        return learns(replace(bound, lower=None, upper=None), reason)
    return replace(bound, verdict=WARNED if bound.is_off else LEARNING, reason=reason)


def _points(measured: Measured) -> Iterator[Bound]:
    until = measured.as_of - timedelta(days=rules.PSI_DAYS)
    oldest = measured.as_of - timedelta(days=rules.PSI_OLDEST_DAYS)
    before = _past(measured, until, oldest)
    now = {
        (subject, version): (n, value)
        for subject, version, n, value in measured_now(measured, "points")
    }
    versions = {version for _, version in now}
    for category in ("event", "share"):
        for version in sorted(versions):
            yield _psi(measured, before, now, category, version)


def _psi(
    measured: Measured,
    before: Past,
    now: dict[tuple[str, str], tuple[int, float]],
    category: str,
    version: str,
) -> Bound:
    names = [f"{category} {name}" for name in _ranges()]
    after = [now.get((name, version), (0, 0.0)) for name in names]
    earlier = [before.values.get(("points", name, version), (0, 0.0)) for name in names]
    bound = replace(bound_of("keeps_its_points", category, 0.0), upper=rules.PSI_LIMIT)
    if before.incomparable.startswith("formula"):
        return replace(bound, observed=None, verdict=EXEMPT, reason=before.incomparable)
    members = min(max(n for n, _ in part) for part in (earlier, after))
    if members < rules.PSI_LEAST_MEMBERS:
        reason = (
            f"learning: no release of {rules.PSI_DAYS} days ago"
            if not before.values
            else f"learning, {members} of {rules.PSI_LEAST_MEMBERS} members"
        )
        return learns(replace(bound, observed=None), reason)
    index = stability_index([v for _, v in earlier], [v for _, v in after])
    bound = judge_against(
        replace(bound, observed=index), before, f"{members} members then and now"
    )
    through = measured.let_through.get((bound.rule, category))
    # What was let through stays in the comparison for four weeks; more of it does not.
    is_known = through is not None and index <= through + rules.PSI_LIMIT
    if bound.verdict == BLOCKED and is_known:
        reason = f"as in the last release, {through:.2f} then"
        return replace(bound, verdict=KNOWN, reason=reason)
    return bound


def _ranges() -> Iterator[str]:
    for _, name in rules.POINT_RANGES:
        yield name
    yield "more"


def stability_index(before: Sequence[float], after: Sequence[float]) -> float:
    """Returns the population stability index of two counts over the same ranges.

    sum((after - before) * ln(after / before)) over shares; half a member is added to
    each range, so that an empty one is not infinitely far.
    """
    pairs = zip(_shares(before), _shares(after), strict=True)
    return sum((b - a) * log(b / a) for a, b in pairs)


def _shares(counts: Sequence[float]) -> list[float]:
    whole = sum(counts) + 0.5 * len(counts)
    return [(count + 0.5) / whole for count in counts]


def _stages(measured: Measured, last: Past) -> Iterator[Bound]:
    usual = {
        version: value
        for _, version, _, value in measured_now(measured, "usual_stage_changes")
    }
    for subject, version, members, changes in measured_now(measured, "stage_changes"):
        bound = bound_of("keeps_its_stages", subject, changes)
        if version not in usual:
            reason = f"formula {version} after {_listed(set(usual))}"
            yield replace(bound, verdict=EXEMPT, reason=reason)
            continue
        upper = max(
            rules.STAGE_CHANGES_FACTOR * usual[version],
            rules.STAGE_CHANGES_SHARE * members,
            rules.STAGE_CHANGES_LEAST,
        )
        reason = f"{members} members, {usual[version]:g} changes on a usual day"
        yield judge_against(replace(bound, upper=upper), last, reason)


def _merges(measured: Measured, last: Past) -> Iterator[Bound]:
    for subject, _, members, merged in measured_now(measured, "merged"):
        upper = max(rules.MERGED_SHARE * members, rules.MERGED_LEAST)
        bound = replace(bound_of("keeps_its_people", subject, merged), upper=upper)
        yield judge_against(bound, last, f"of {members} members")


def _kept_rows(measured: Measured, last: Past) -> Iterator[Bound]:
    now = {subject: rows for subject, _, _, rows in measured_now(measured, "rows")}
    before = {
        subject: value
        for (kind, subject, _), (_, value) in last.values.items()
        if kind == "rows"
    }
    for subject in sorted({*now, *before}):
        mart = subject.partition(".")[0]
        bound = bound_of("keeps_its_rows", subject, now.get(subject, 0.0), mart)
        if subject not in before:
            yield learns(bound, "learning: not in the release before")
            continue
        then = before[subject]
        lower = then - max(rules.ROWS_SHARE * then, rules.ROWS_LEAST)
        if mart == "metrics":  # a metric without a row is gone, however few it had
            lower = max(lower, 1)
        bound = replace(bound, lower=max(0.0, lower), history=1)
        yield judge(bound, f"{then:,.0f} rows in the last release")


def _metrics(
    measured: Measured, last: Past, statistic: str, check: str
) -> Iterator[Bound]:
    upper = rules.RATE_POINTS if check == "keeps_its_rates" else rules.METRIC_SHARE
    for subject, version, count, change in measured_now(measured, statistic):
        bound = replace(bound_of(check, subject, change), upper=upper)
        yield judge_against(bound, last, f"{count} numbers, definition {version}")
