"""Who may be the next star: by the model, a baseline or the rule, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pipelines.stars.backtest import LEAST_STARS, Calendar, Lesson, Verdict, lesson
from pipelines.stars.features import BASELINES, GROUPS, PLACES
from pipelines.stars.model import fit_one
from pipelines.stars.snapshots import Integers, Numbers, Snapshots

# A list that people work through.
LISTED: Final = 200

REASONS: Final = 3

# Log-odds: what adds less than a tenth is no reason.
LEAST_REASON: Final = 0.1

BASELINE_WORDS: Final = {
    "score": ("現在のスコア{:.1f}", "score now: {:.1f}"),
    "recent_work": (
        "直近180日の成果物{:.0f}件",
        "substantial outputs in 180 days: {:.0f}",
    ),
    "recency": ("最後の活動から{:.0f}日", "days since the last activity: {:.0f}"),
    "rfm": ("RFM {:.0f}点(3〜15)", "RFM (3 to 15): {:.0f}"),
    "activity_count": ("直近1年の活動{:.0f}件", "activities in a year: {:.0f}"),
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """How candidates are found today: method, its sentence, and what it rests on."""

    method: str
    note: str
    stars: int
    through: int
    verdict: Verdict


def choose(known: Lesson, found: Verdict) -> Choice:
    """Returns the model where it beat the baselines, or else what stands in for it."""
    if not known.is_enough:
        method, note = "rule", few_stars(known.stars)
    elif found.is_model_better:
        method, note = "model", model_better(found)
    elif found.model_auc is None:
        method, note = "baseline", not_judged(found)
    else:
        method, note = "baseline", baseline_better(found)
    return Choice(method, note, known.stars, known.through, found)


def few_stars(stars: int) -> str:
    """Says in both languages that the rule stands in."""
    return (
        f"日付のわかる過去のスターが{stars}人（{LEAST_STARS}人必要）のため、"
        "ステージとスターまでの不足ポイントの順"
        f" / past stars with a date: {stars} of {LEAST_STARS} needed,"
        " so by stage and the points missing to star"
    )


def model_better(found: Verdict) -> str:
    """Says in both languages that the model is used, and how good it was."""
    return (
        f"学習モデル（過去の検証でAUC {_text(found.model_auc)}、"
        f"最良の基準 {found.baseline} は{_text(found.baseline_auc)}）"
        f" / model (AUC {_text(found.model_auc)} on the past, best baseline"
        f" {found.baseline} {_text(found.baseline_auc)})"
    )


def not_judged(found: Verdict) -> str:
    """Says in both languages that no month could tell how good the model is."""
    return (
        "直近2年の月末で検証できるスターがいないため、学習モデルではなく基準"
        f" {found.baseline} による"
        f" / by {found.baseline}: nobody was named in the months that could be judged,"
        " so the model is not proven"
    )


def baseline_better(found: Verdict) -> str:
    """Says in both languages that the model does not beat the best baseline."""
    return (
        f"過去の検証で学習モデル（AUC {_text(found.model_auc)}）が基準 {found.baseline}"
        f"（{_text(found.baseline_auc)}）を上回らないため、その基準による"
        f" / by {found.baseline} (AUC {_text(found.baseline_auc)} on the past),"
        f" which the model ({_text(found.model_auc)}) does not beat"
    )


def _text(auc: float | None) -> str:
    return "-" if auc is None else f"{auc:.3f}"


def candidates(
    people: Snapshots, calendar: Calendar, found: Verdict
) -> tuple[Choice, list[Row]]:
    """Returns how candidates are found on the as-of day, and the first of them.

    By the rule there are none here: the mart takes them from the stages. Who was a star
    by stage and is none today is listed again, by what was learned of those who rose
    for the first time.
    """
    known = lesson(people, calendar, calendar.today)
    choice = choose(known, found)
    rows = people.only((people.day == calendar.today) & people.can_be_named)
    if choice.method == "rule" or len(rows.day) == 0:
        return choice, []
    if choice.method == "model":
        return choice, _by_model(known, rows)
    return choice, _by_baseline(known, rows, found.baseline)


def _by_model(known: Lesson, rows: Snapshots) -> list[Row]:
    probability = known.model.probability(rows.values)
    ranks, first = _ranked(probability, rows)
    added = known.model.contributions(rows.values[first], rows.values)
    return [
        {
            "member_id": str(rows.member[row]),
            "probability": float(probability[row]),
            "rank": int(ranks[row]),
            "reasons": reasons(rows.values[row], added[place]),
        }
        for place, row in enumerate(first)
    ]


def _by_baseline(known: Lesson, rows: Snapshots, baseline: str) -> list[Row]:
    column = BASELINES.index(baseline)
    learned = fit_one(known.rows.baselines[:, column], known.outcome, known.rows.weight)
    number = rows.baselines[:, column]
    probability = learned.probability(number)
    ranks, first = _ranked(number, rows)
    ja, en = BASELINE_WORDS[baseline]
    return [
        {
            "member_id": str(rows.member[row]),
            "probability": float(probability[row]),
            "rank": int(ranks[row]),
            "reasons": _both(ja, en, _shown(baseline, number[row])),
        }
        for row in first
    ]


def _ranked(number: Numbers, rows: Snapshots) -> tuple[Integers, list[int]]:
    """Returns ranks (ties share the best one) and the rows listed, the first first.

    Of equals those with the higher score are listed first, then by their id.
    """
    ordered = np.sort(number)
    above = len(number) - np.searchsorted(ordered, number, side="right")
    ranks = (above + 1).astype(np.int64)
    score = rows.baselines[:, BASELINES.index("score")]
    keys = zip(-number, -score, rows.member, range(len(number)), strict=True)
    return ranks, [key[-1] for key in sorted(keys)[:LISTED]]


def _shown(baseline: str, number: float) -> float:
    return 365 - number if baseline == "recency" else number


def reasons(values: Numbers, added: Numbers) -> str:
    """Returns the largest contributions of a member in both languages."""
    order = sorted(range(len(GROUPS)), key=lambda place: (-added[place], place))
    told = [
        place
        for place in order
        if added[place] >= LEAST_REASON
        and values[PLACES[GROUPS[place].shown]] >= GROUPS[place].least
    ][:REASONS]
    if not told:
        return "目立った理由なし / no single reason"
    numbers = [values[PLACES[GROUPS[place].shown]] for place in told]
    pairs = list(zip((GROUPS[place] for place in told), numbers, strict=True))
    ja = "、".join(group.ja.format(number) for group, number in pairs)
    en = "; ".join(group.en.format(number) for group, number in pairs)
    return f"{ja} / {en}"


def _both(ja: str, en: str, number: float) -> str:
    return f"{ja.format(number)} / {en.format(number)}"
