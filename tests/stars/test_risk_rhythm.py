"""Rhythms against the same sentences written out in slow, obvious Python."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.stars.rhythm import (
    CLASSES,
    COMMUNITY_GAPS,
    LEAST_GAPS,
    LONGEST,
    ActivityDays,
    kaplan_meier,
    rhythm,
)

# Days of each member; the first few days of a member are close, as in a community.
HISTORIES = st.lists(
    st.lists(st.integers(0, 400), min_size=1, max_size=9, unique=True).map(sorted),
    min_size=1,
    max_size=6,
)


def days_of(histories: list[list[int]]) -> ActivityDays:
    pairs = [(m, day) for m, days in enumerate(histories, start=1) for day in days]
    return ActivityDays(*np.array(pairs, dtype=np.int64).T)


def share_longer(gaps: list[tuple[int, bool]], days: int) -> float:
    """Kaplan-Meier by the book: at every end, those who did not end there."""
    share = 1.0
    for time in sorted({length for length, ended in gaps if ended and length <= days}):
        at_risk = sum(length >= time for length, _ in gaps)
        ends = sum(length == time and ended for length, ended in gaps)
        share *= 1 - ends / at_risk
    return share


def gaps_of(days: list[int], today: int) -> list[tuple[int, bool]]:
    """Every gap of one member until a day: how long, and whether it is over."""
    known = [day for day in days if day <= today]
    ended = [(b - a, True) for a, b in zip(known, known[1:], strict=False)]
    return [*ended, (today - known[-1], False)] if known else []


def class_of(ordinal: int) -> int:
    return sum(ordinal >= first for first in CLASSES) - 1


def survival_of(
    histories: list[list[int]], member: int, today: int, days: int
) -> float:
    """The module's formula, gap by gap."""
    gaps = {m: gaps_of(h, today) for m, h in enumerate(histories, start=1)}
    own = [length for length, ended in gaps[member] if ended]
    number = class_of(len(own) + 1)
    everybody = [gap for of_one in gaps.values() for gap in of_one]
    same = [
        gap
        for of_one in gaps.values()
        for ordinal, gap in enumerate(of_one, start=1)
        if class_of(ordinal) == number
    ]
    share = share_longer(same if len(same) >= LEAST_GAPS else everybody, days)
    longer = sum(length > days for length in own)
    return (COMMUNITY_GAPS * share + longer) / (COMMUNITY_GAPS + len(own))


def test_kaplan_meier_of_a_textbook_example():
    # Freireich et al. 1963, the treated group: weeks of remission, + is censored.
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier(
        np.array(ended + censored), np.array([True] * 9 + [False] * 12)
    )
    assert [round(curve[t], 4) for t in (5, 6, 7, 10, 13, 16, 22, 23)] == [
        *(1, 0.8571, 0.8067, 0.7529),
        *(0.6902, 0.6275, 0.5378, 0.4482),
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=30))
def test_kaplan_meier_is_the_product_over_the_ends(gaps: list[tuple[int, bool]]):
    curve = kaplan_meier(
        np.array([length for length, _ in gaps]), np.array([e for _, e in gaps])
    )
    expected = [share_longer(gaps, days) for days in range(52)]
    assert curve[:52] == pytest.approx(expected)
    assert curve[LONGEST] == pytest.approx(expected[-1])


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.integers(0, 420), st.integers(0, 300))
def test_survival_is_that_of_the_slow_formula(
    histories: list[list[int]], today: int, days: int
):
    found = rhythm(days_of(histories), today)
    known = [m for m, h in enumerate(histories, start=1) if h[0] <= today]
    assert found.members.tolist() == known
    lengths = np.full(len(known), days)
    assert found.survival(lengths) == pytest.approx(
        [survival_of(histories, m, today, days) for m in known]
    )
    silent = [today - max(d for d in histories[m - 1] if d <= today) for m in known]
    assert found.silent_days.tolist() == silent
    assert found.stays_silent(30) == pytest.approx(
        [
            survival_of(histories, m, today, c + 30)
            / survival_of(histories, m, today, c)
            if survival_of(histories, m, today, c) > 0
            else 1
            for m, c in zip(known, silent, strict=True)
        ]
    )


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.integers(0, 420))
def test_the_limit_is_the_first_day_that_few_gaps_exceed(
    histories: list[list[int]], today: int
):
    found = rhythm(days_of(histories), today)
    for member, limit in zip(found.members, found.usual_limit(0.1), strict=True):
        if limit < 0:
            assert survival_of(histories, member, today, LONGEST) > 0.1
        else:
            assert survival_of(histories, member, today, limit) <= 0.1 + 1e-12
            assert limit == 0 or survival_of(histories, member, today, limit - 1) > 0.1


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.integers(0, 420))
def test_what_comes_later_is_not_known(histories: list[list[int]], today: int):
    early = [[d for d in h if d <= today] for h in histories]
    if not any(early):
        return
    found = rhythm(days_of(histories), today)
    only_known = rhythm(days_of(early), today)
    assert found.members.tolist() == only_known.members.tolist()
    assert found.stays_silent(90).tolist() == only_known.stays_silent(90).tolist()


def test_who_has_many_gaps_is_judged_by_them():
    weekly = list(range(0, 7 * 300, 7))
    others = [[0, 200], [0, 300], [0, 250]]
    today = weekly[-1] + 3
    found = rhythm(days_of([weekly, *others]), today)
    assert found.usual_limit(0.1)[0] == 7
    assert found.usual_limit(0.1)[1] > 100


def test_gaps_are_compared_with_those_of_the_same_ordinal():
    # A hundred people come back after 200 days, then every day: a first gap of 60 days
    # says nothing, a later one much.
    histories = [[0, 200, *range(201, 230)] for _ in range(100)]
    newcomer, regular = [400], [0, 200, *range(201, 401)]
    found = rhythm(days_of([*histories, newcomer, regular]), 460)
    beyond = found.survival(found.silent_days)
    assert beyond[-2] > 0.9
    assert beyond[-1] < 0.1
