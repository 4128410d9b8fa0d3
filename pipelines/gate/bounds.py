"""What each number of a run may be, from what the releases before it were like.

gate_bounds   rule, mart, subject, observed, lower, upper, history, verdict, reason

verdict    meaning
passed     within its bounds
blocked    outside: holds the release back until somebody acknowledges it
known      outside as in the last release, which was let through
warned     outside, but with too little past, or on a quiet day, to hold back
learning   too little past for any bound
exempt     not comparable: an earlier day, another formula, a new source
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from math import log
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.gate import rules
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
PASSED, BLOCKED, KNOWN = "passed", "blocked", "known"
WARNED, LEARNING, EXEMPT = "warned", "learning", "exempt"


@dataclass(frozen=True)
class Bound:
    """One row of BOUNDS: a rule on one subject."""

    rule: str
    mart: str
    subject: str
    observed: float | None
    lower: float | None = None
    upper: float | None = None
    history: int = 0
    verdict: str = PASSED
    reason: str = ""

    @property
    def is_off(self) -> bool:
        if self.observed is None:
            return False
        is_low = self.lower is not None and self.observed < self.lower
        return is_low or (self.upper is not None and self.observed > self.upper)


@dataclass(frozen=True)
class Past:
    """The release that this one is compared with, and how far that goes.

    values: (n, value) by statistic, subject and version. incomparable: why nothing may
    be compared with it, "" when it may.
    """

    values: dict[tuple[str, str, str], tuple[int, float]]
    incomparable: str


def bounds(measured: Measured) -> pd.DataFrame:
    """Returns BOUNDS, by rule and subject."""
    last = _past(measured, measured.as_of)
    found = [
        *_volume(measured),
        *_silence(measured),
        *_points(measured),
        *_stages(measured, last),
        *_merges(measured, last),
        *_amounts(measured, last),
        *_currencies(measured, last),
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


def _bound(check: str, subject: str, observed: float, mart: str = "") -> Bound:
    return Bound(check, mart or rules.of_check(check).mart, subject, observed)


def _judged(bound: Bound, reason: str) -> Bound:
    verdict = BLOCKED if bound.is_off else PASSED
    return replace(bound, verdict=verdict, reason=reason)


def _against(bound: Bound, last: Past, reason: str) -> Bound:
    """Returns the verdict against the last release, unless that is not comparable."""
    judged = _judged(replace(bound, history=1), reason)
    if judged.is_off and last.incomparable:
        return replace(judged, verdict=EXEMPT, reason=last.incomparable)
    return judged


def _learning(bound: Bound, reason: str) -> Bound:
    return replace(bound, verdict=LEARNING, reason=reason)


def _back_dated(bound: Bound, measured: Measured) -> Bound:
    newest = max(measured.history["as_of"], default=measured.as_of)
    if measured.as_of >= newest or bound.verdict not in (BLOCKED, WARNED, KNOWN):
        return bound
    return replace(
        bound, verdict=EXEMPT, reason=f"a run for an earlier day than {newest}"
    )


def _now(measured: Measured, statistic: str) -> Iterator[tuple[str, str, int, float]]:
    """Yields subject, version, n and value of this run."""
    rows = measured.now[measured.now["statistic"] == statistic]
    yield from rows[["subject", "version", "n", "value"]].itertuples(
        index=False, name=None
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
    formulas = {version for _, version, _, _ in _now(measured, "points")}
    earlier = {version for kind, _, version in before if kind == "points"}
    if formulas and earlier and formulas != earlier:
        return f"formula {_listed(formulas)} after {_listed(earlier)}"
    known = {subject for kind, subject, _ in before if kind == "rows"}
    new = {
        subject.partition(".")[2]
        for subject, _, _, _ in _now(measured, "rows")
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
    now = {version for _, version, _, _ in _now(measured, CONNECTORS)}
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
        _bound(check, known.source, known.observed),
        lower=known.lower,
        upper=known.upper,
        history=known.history,
    )
    if known.history >= known.needed:
        return _judged(bound, f"{known.history} {known.of_what}")
    reason = f"learning, {known.history} of {known.needed} {known.of_what}"
    if not known.history:
        return _learning(replace(bound, lower=None, upper=None), reason)
    return replace(bound, verdict=WARNED if bound.is_off else LEARNING, reason=reason)


def _points(measured: Measured) -> Iterator[Bound]:
    until = measured.as_of - timedelta(days=rules.PSI_DAYS)
    oldest = measured.as_of - timedelta(days=rules.PSI_OLDEST_DAYS)
    before = _past(measured, until, oldest)
    now = {
        (subject, version): (n, value)
        for subject, version, n, value in _now(measured, "points")
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
    bound = replace(_bound("keeps_its_points", category, 0.0), upper=rules.PSI_LIMIT)
    if before.incomparable.startswith("formula"):
        return replace(bound, observed=None, verdict=EXEMPT, reason=before.incomparable)
    members = min(max(n for n, _ in part) for part in (earlier, after))
    if members < rules.PSI_LEAST_MEMBERS:
        reason = (
            f"learning: no release of {rules.PSI_DAYS} days ago"
            if not before.values
            else f"learning, {members} of {rules.PSI_LEAST_MEMBERS} members"
        )
        return _learning(replace(bound, observed=None), reason)
    index = stability_index([v for _, v in earlier], [v for _, v in after])
    bound = _against(
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
        version: value for _, version, _, value in _now(measured, "usual_stage_changes")
    }
    for subject, version, members, changes in _now(measured, "stage_changes"):
        bound = _bound("keeps_its_stages", subject, changes)
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
        yield _against(replace(bound, upper=upper), last, reason)


def _merges(measured: Measured, last: Past) -> Iterator[Bound]:
    for subject, _, members, merged in _now(measured, "merged"):
        upper = max(rules.MERGED_SHARE * members, rules.MERGED_LEAST)
        bound = replace(_bound("keeps_its_people", subject, merged), upper=upper)
        yield _against(bound, last, f"of {members} members")


def _amounts(measured: Measured, last: Past) -> Iterator[Bound]:
    for subject, version, deals, amount in _now(measured, "deal_median"):
        bound = _bound("keeps_its_amounts", subject, amount)
        before, then = last.values.get(("deal_median", subject, version), (0, 0.0))
        least = min(deals, before)
        if least < rules.AMOUNT_LEAST_DEALS:
            of = f"learning, {least} of {rules.AMOUNT_LEAST_DEALS} deals"
            yield _learning(bound, of)
            continue
        bound = replace(
            bound, lower=then / rules.AMOUNT_FACTOR, upper=then * rules.AMOUNT_FACTOR
        )
        yield _against(bound, last, f"{before} deals then, {deals} now")


def _currencies(measured: Measured, last: Past) -> Iterator[Bound]:
    for subject, version, deals, share in _now(measured, "currency_stated"):
        bound = _bound("states_its_currency", subject, share)
        before = last.values.get(("currency_stated", subject, version))
        if before is None:
            yield _learning(bound, "learning: no release before")
            continue
        lower = max(0.0, before[1] - rules.CURRENCY_POINTS)
        yield _judged(replace(bound, lower=lower, history=1), f"{deals} deals")


def _kept_rows(measured: Measured, last: Past) -> Iterator[Bound]:
    now = {subject: rows for subject, _, _, rows in _now(measured, "rows")}
    before = {
        subject: value
        for (kind, subject, _), (_, value) in last.values.items()
        if kind == "rows"
    }
    for subject in sorted({*now, *before}):
        mart = subject.partition(".")[0]
        bound = _bound("keeps_its_rows", subject, now.get(subject, 0.0), mart)
        if subject not in before:
            yield _learning(bound, "learning: not in the release before")
            continue
        then = before[subject]
        lower = then - max(rules.ROWS_SHARE * then, rules.ROWS_LEAST)
        bound = replace(bound, lower=max(0.0, lower), history=1)
        yield _judged(bound, f"{then:,.0f} rows in the last release")


def _metrics(
    measured: Measured, last: Past, statistic: str, check: str
) -> Iterator[Bound]:
    upper = rules.RATE_POINTS if check == "keeps_its_rates" else rules.METRIC_SHARE
    for subject, version, pairs, change in _now(measured, statistic):
        bound = replace(_bound(check, subject, change), upper=upper)
        yield _against(bound, last, f"{pairs} numbers, definition {version}")
