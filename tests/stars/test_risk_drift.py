"""Who is at risk, and the judging of the past, against slow, obvious Python."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.stars import risk
from pipelines.stars.drift import Drift, History, Rules, fifths
from pipelines.stars.judging import (
    LEAST_PEOPLE,
    auc,
    calibration_error,
    judge,
    lift_at_top_decile,
    resamples,
)

RULES = Rules(
    drop=0.5, least_before=3_000_000, stage_days=30, unusual=0.1, listed_days=90
)
TODAY = 1000


def history(
    days: dict[int, dict[int, float]], stages: dict[int, dict[int, int]] | None = None
) -> History:
    """Members' days with the points made on each, and their stages' first days."""
    rows = [
        (member, day, 1, round(points * 1_000_000))
        for member, of_member in sorted(days.items())
        for day, points in sorted(of_member.items())
    ]
    spans = [
        (member, day, rank)
        for member in sorted(days)
        for day, rank in sorted((stages or {}).get(member, {0: 1}).items())
    ]
    member, day, activities, points = np.array(rows, dtype=np.int64).T
    stage_member, stage_from, stage_rank = np.array(spans, dtype=np.int64).T
    return History(
        *(member, day, activities, points, stage_member, stage_from, stage_rank),
        half_life_days=90,
    )


def snapshot(past: History, today: int = TODAY):
    return Drift(past, RULES).snapshot(today, active_within=3650)


@pytest.mark.parametrize(
    ("before", "now", "has_fallen"),
    [
        (6, 3, True),  # exactly half is gone
        (6, 3.000001, False),
        (6, 0, True),
        (3, 1.5, True),
        (2.999999, 0, False),  # less than an event was made before
        (0, 3, False),
    ],
)
def test_points_fall_by_half_of_at_least_three(
    before: float, now: float, has_fallen: bool
):
    found = snapshot(history({1: {TODAY - 90: before, TODAY: now}}))
    assert found.has_fallen.tolist() == [has_fallen]
    assert found.points_before.tolist() == [round(before * 1e6)]


def test_the_two_windows_are_ninety_days_each():
    days = {TODAY - 180: 100, TODAY - 179: 3, TODAY - 90: 3, TODAY - 89: 1, TODAY: 1}
    found = snapshot(history({1: days}))
    assert (found.points_before[0], found.points_now[0]) == (6_000_000, 2_000_000)
    assert found.drop_ratio[0] == pytest.approx(2 / 3)


def test_who_was_seen_once_had_no_habit_to_lose():
    once = history({1: {TODAY - 120: 10}}, {1: {0: 5, TODAY - 5: -90}})
    twice = history({1: {TODAY - 120: 10, TODAY - 119: 1}}, {1: {0: 5, TODAY - 5: -90}})
    assert snapshot(once).at_risk.tolist() == [False]
    assert snapshot(twice).at_risk.tolist() == [True]


@pytest.mark.parametrize(
    ("stages", "has_dropped"),
    [
        ({0: 4, TODAY - 29: 3}, True),
        ({0: 4, TODAY - 30: 3}, False),  # already so thirty days ago
        ({0: 3, TODAY - 29: 4}, False),
        ({0: 2, TODAY - 1: -90}, True),  # dormant is below every stage
        ({0: -90, TODAY - 1: -180}, True),
        ({0: 4, TODAY - 20: 3, TODAY - 10: 4}, False),  # back again
        ({TODAY - 10: 3}, False),  # not known thirty days ago
    ],
)
def test_a_stage_drop_is_news_for_thirty_days(
    stages: dict[int, int], has_dropped: bool
):
    past = history({1: {TODAY - 400: 0, TODAY - 399: 0}}, {1: stages})
    assert snapshot(past).has_dropped.tolist() == [has_dropped]


def test_silence_is_news_from_the_unusual_day_for_ninety_days():
    weekly = dict.fromkeys(range(0, 7 * 200, 7), 0.0)
    last = max(weekly)
    past = history({1: weekly})
    silent = {
        gap: snapshot(past, last + gap).is_silent[0] for gap in (6, 7, 8, 96, 97, 98)
    }
    assert silent == {6: False, 7: True, 8: True, 96: True, 97: False, 98: False}


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.integers(1, 5),
        st.dictionaries(st.integers(0, 300), st.integers(-1, 10), min_size=1),
        min_size=1,
    ),
    st.integers(100, 320),
)
def test_sums_and_silence_are_those_of_the_rows(
    days: dict[int, dict[int, int]], today: int
):
    past = history(days)
    drift = Drift(past, RULES)
    found = drift.snapshot(today, active_within=90)
    active = [
        m for m, of in sorted(days.items()) if any(today - 90 < d <= today for d in of)
    ]
    assert found.members.tolist() == active

    def made(member: int, after: int, until: int) -> float:
        return sum(p for d, p in days[member].items() if after < d <= until)

    assert (found.points_now / 1e6).tolist() == [
        made(m, today - 90, today) for m in active
    ]
    assert (found.points_before / 1e6).tolist() == [
        made(m, today - 180, today - 90) for m in active
    ]
    counts = found.predictors["activity_count"]
    assert (-counts).tolist() == [
        sum(today - 365 < d <= today for d in days[m]) for m in active
    ]
    assert (-found.predictors["score"]).tolist() == pytest.approx(
        [
            sum(p * 0.5 ** ((today - d) / 90) for d, p in days[m].items() if d <= today)
            for m in active
        ],
        abs=1e-8,
    )
    assert drift.falls_silent(found.members, today, 30).tolist() == [
        not any(today < d <= today + 30 for d in days[m]) for m in active
    ]


NUMBERS = st.lists(
    st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3)), min_size=2
)


@settings(max_examples=60, deadline=None)
@given(NUMBERS)
def test_the_auc_is_the_share_of_pairs_won(rows: list[tuple[int, bool, int]]):
    number, outcome, weight = (np.array(column) for column in zip(*rows, strict=True))
    won = pairs = 0.0
    for a, did, weighs in rows:
        for b, other_did, other_weighs in rows:
            if did and not other_did:
                pairs += weighs * other_weighs
                won += weighs * other_weighs * (1.0 if a > b else 0.5 if a == b else 0)
    (found,) = auc(number.astype(float), outcome, weight[np.newaxis].astype(float))
    assert found == pytest.approx(won / pairs) if pairs else np.isnan(found)


def test_the_top_decile_shares_its_edge_among_equals():
    outcome = np.array([True] * 4 + [False] * 16)
    # Of twenty the top two: one stands alone, eleven are equal for the second place.
    number = np.array([9.0, 5, 5, 5] + [5.0] * 8 + [1.0] * 8)
    assert lift_at_top_decile(number, outcome) == pytest.approx(
        (1 + 3 / 11) / 2 / (4 / 20)
    )


def test_calibration_is_the_distance_of_ten_groups():
    probability = np.repeat([0.1, 0.6], 10)
    outcome = np.array([True] * 2 + [False] * 8 + [True] * 8 + [False] * 2)
    # Ten groups of two equal probabilities: |.1-1| |.1-0| x 4, |.6-1| x 4 and |.6-0|.
    expected = (0.9 + 4 * 0.1 + 4 * 0.4 + 0.6) / 10
    assert calibration_error(probability, outcome) == pytest.approx(expected)


def test_few_people_or_one_outcome_are_not_judged():
    number = np.arange(float(LEAST_PEOPLE))
    drawn = resamples(LEAST_PEOPLE, seed=1)
    mixed = np.arange(LEAST_PEOPLE) % 2 == 0
    assert judge(number, mixed, drawn).auc is not None
    assert judge(number, mixed | True, drawn).auc is None
    assert judge(number[1:], mixed[1:], drawn[:, 1:]).auc is None


def test_fifths_share_equal_numbers():
    assert fifths(np.arange(10)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert fifths(np.zeros(7, dtype=np.int64)).tolist() == [3] * 7


def community(quits: bool) -> History:
    """Sixty people with rhythms of their own; in the end every other one stays away."""
    days = {}
    for member in range(1, 61):
        rhythm = 3 + member % 7
        end = TODAY - 100 if quits and member % 2 else TODAY
        days[member] = dict.fromkeys(range(member, end, rhythm), 1.0)
    return history(days)


def run(past: History, leavers: tuple[int, ...] = ()) -> risk.Run:
    return risk.Run(
        as_of_date=risk.EPOCH.fromordinal(risk.EPOCH.toordinal() + TODAY),
        formula_version="v1",
        history=past,
        rules=RULES,
        leavers=np.array(leavers, dtype=np.int64),
    )


def test_the_back_test_sees_nothing_of_what_comes_later():
    told = risk.backtest(run(community(quits=True))).to_pylist()
    assert {row["horizon_days"] for row in told} == {30, 90, 180}
    last_month = max(row["month"] for row in told if row["horizon_days"] == 30)
    assert (date(1992, 9, 27) - last_month).days >= 30
    # What happened in the last days changes the outcomes of the last months only.
    otherwise = risk.backtest(run(community(quits=False))).to_pylist()
    early = [
        row for row in told if (row["month"] - risk.EPOCH).days + 180 < TODAY - 100
    ]
    assert early
    assert all(row in otherwise for row in early)
    assert told != otherwise


def test_everybody_at_risk_is_listed_with_the_chance_to_stay_away():
    table = risk.member_risks(run(community(quits=True)))
    rows = {row["member_number"]: row for row in table.to_pylist()}
    gone = set(range(1, 61, 2))
    assert gone <= set(rows)
    assert all(rows[member]["has_fallen"] for member in gone)
    assert min(rows[member]["silent_probability_90d"] for member in gone) > 0.5
    # Others are a day late at most, and expected back.
    late = [row for member, row in rows.items() if member not in gone]
    assert all(row["silent_days"] == row["usual_limit_days"] for row in late)
    assert all(row["silent_probability_90d"] < 0.5 for row in late)
    assert table["survival"] == table["silent_probability_90d"]


def test_who_left_is_on_no_list_and_in_the_past_that_is_judged():
    past = community(quits=True)
    listed, told = risk.member_risks(run(past)), risk.backtest(run(past))
    numbers = set(listed["member_number"].to_pylist())
    without = risk.member_risks(run(past, leavers=(1, 3)))
    assert {1, 3} <= numbers
    assert set(without["member_number"].to_pylist()) == numbers - {1, 3}
    assert risk.backtest(run(past, leavers=(1, 3))) == told


def test_who_stops_is_told_by_the_own_rhythm():
    # Half of them have stopped a few days ago; the silence of the slow says less.
    rows = risk.backtest(run(community(quits=True))).to_pylist()
    by_predictor = {
        row["baseline"]: row["auc"]
        for row in rows
        if row["auc"] is not None and row["horizon_days"] == 30
    }
    assert by_predictor["survival"] > by_predictor["activity_count"]
    assert set(by_predictor) == {
        *("at_risk", "at_risk_graded", "survival"),
        *("recency", "rfm", "activity_count", "score"),
    }


def test_the_same_history_is_judged_the_same():
    past = community(quits=True)
    assert risk.backtest(run(past)) == risk.backtest(run(past))
    # Members beyond the sample change nothing.
    more = past.only(60)
    assert risk.backtest(run(more)) == risk.backtest(run(past))
