"""Who may be next: signals found, noise not, nothing of the future, fall-backs said."""

import numpy as np
import pytest

from pipelines.stars.backtest import (
    HORIZON,
    LEAST_STARS,
    Verdict,
    backtest,
    lesson,
    verdict,
    within,
)
from pipelines.stars.candidates import LISTED, candidates, choose, reasons
from pipelines.stars.features import BASELINES, GROUPS, NAMES, PLACES, SIGNS
from pipelines.stars.model import fit, fit_one
from pipelines.stars.snapshots import NEVER, snapshots
from tests.stars.invented import QUARTER, TODAY, calendar, columns, picked

DAYS = calendar()
BETTER = Verdict(0.8, "score", 0.7)
WORSE = Verdict(0.69, "recent_work", 0.7)


@pytest.fixture(scope="module")
def planted():
    return columns(seed=1, strength=1.2)


@pytest.fixture(scope="module")
def people(planted):
    return snapshots(planted)


@pytest.fixture(scope="module")
def past(people):
    return list(backtest(people, DAYS))


def test_a_planted_signal_is_found_and_beats_what_carries_none(past):
    found = verdict(past)
    assert found.model_auc > 0.7
    recency = [
        row["auc"]
        for row in past
        if row["baseline"] == "recency"
        and row["outcome"] == "star"
        and row["horizon_days"] == HORIZON
    ]
    assert abs(np.mean(recency) - 0.5) < 0.1


def test_no_signal_is_found_where_there_is_none():
    noise = snapshots(columns(seed=2, strength=0.0))
    found = verdict(list(backtest(noise, DAYS)))
    assert found.model_auc is not None
    assert abs(found.model_auc - 0.5) < 0.1
    choice = choose(lesson(noise, DAYS, TODAY), found)
    assert choice.method == ("model" if found.is_model_better else "baseline")


def test_probabilities_are_about_as_frequent_as_they_say(past):
    errors = [row["calibration_error"] for row in past if row["calibration_error"]]
    assert errors
    assert np.mean(errors) < 0.04


def test_order_of_rows_changes_nothing(planted, people, past):
    order = np.random.default_rng(3).permutation(len(planted["day"]))
    shuffled = snapshots(picked(planted, order))
    assert list(backtest(shuffled, DAYS)) == past
    assert candidates(shuffled, DAYS, BETTER) == candidates(people, DAYS, BETTER)


def test_what_happens_after_a_day_changes_no_probability_of_that_day(planted, people):
    changed = {name: column.copy() for name, column in planted.items()}
    later = changed["day"] > TODAY - QUARTER
    for name in NAMES:
        changed[name] = np.where(later, changed[name] + 7.0, changed[name])
    named_later = changed["star_day"] > TODAY - QUARTER
    changed["star_day"] = np.where(
        named_later, NEVER, np.where(later, TODAY, changed["star_day"])
    )
    changed["next_active_day"] = changed["next_active_day"] + 1000
    day = TODAY - QUARTER
    here = picked(planted, planted["day"] <= day)
    for known in (people, snapshots(changed), snapshots(here)):
        taught = lesson(known, DAYS, day)
        rows = known.only(known.day == day).open(known=day)
        said = taught.model.probability(rows.values)
        if known is people:
            expected = said
        assert said.tolist() == expected.tolist()


def test_a_star_is_learned_only_when_the_horizon_was_over(people):
    taught = lesson(people, DAYS, TODAY)
    assert taught.rows.day.max() + HORIZON <= TODAY
    assert taught.through == taught.rows.day.max()
    assert (taught.rows.star_day > taught.rows.day).all()


def test_a_lower_bound_says_who_and_not_when(planted):
    bound = {**planted, "is_date_lower_bound": np.ones(len(planted["day"]), dtype=bool)}
    taught = lesson(snapshots(bound), DAYS, TODAY)
    assert taught.stars == 0
    # known to be a star by then: no candidate, and no evidence against anybody
    assert (taught.rows.star_day > TODAY).all()


def test_fewer_than_thirty_past_stars_leave_it_to_the_rule_and_say_so(planted):
    few = np.unique(planted["star_day"][planted["star_day"] < TODAY])[:LEAST_STARS]
    rare = np.isin(planted["star_day"], few[: LEAST_STARS - 10])
    poor = snapshots(
        {**planted, "star_day": np.where(rare, planted["star_day"], NEVER)}
    )
    choice, rows = candidates(poor, DAYS, BETTER)
    assert (choice.method, rows) == ("rule", [])
    assert f"{choice.stars} of {LEAST_STARS} needed" in choice.note
    assert f"{choice.stars}人（{LEAST_STARS}人必要）" in choice.note
    assert {row["baseline"] for row in backtest(poor, DAYS)} == set(BASELINES)


def test_a_model_that_does_not_beat_the_best_baseline_is_not_used(people):
    choice, rows = candidates(people, DAYS, WORSE)
    assert choice.method == "baseline"
    assert (
        "by recent_work (AUC 0.700 on the past), which the model (0.690)" in choice.note
    )
    today = people.only(people.day == TODAY).open(known=TODAY)
    work = dict(zip(today.member, today.values[:, PLACES["work_180d"]], strict=True))
    listed = [work[row["member_id"]] for row in rows]
    assert listed == sorted(listed, reverse=True)
    assert rows[0]["reasons"].endswith(f"in 180 days: {listed[0]:.0f}")


@pytest.mark.parametrize("beaten", [False, True])
def test_a_former_star_is_listed_again_and_who_left_is_not(planted, people, beaten):
    found = WORSE if beaten else BETTER
    listed = {row["member_id"] for row in candidates(people, DAYS, found)[1]}
    now = planted["day"] == TODAY
    was_star = planted["member_id"][now & (planted["star_day"] <= TODAY)][0]
    gone = min(listed)
    can = planted["can_be_named"].copy()
    can[planted["member_id"] == was_star], can[planted["member_id"] == gone] = (
        True,
        False,
    )
    worked = planted["work_180d"] + 99.0 * (planted["member_id"] == was_star)
    other = snapshots({**planted, "can_be_named": can, "work_180d": worked})
    again = {row["member_id"] for row in candidates(other, DAYS, found)[1]}
    assert was_star in again - listed
    assert gone not in again


def test_a_model_that_no_month_could_judge_is_not_used(people):
    unproven = verdict([])
    choice, rows = candidates(people, DAYS, unproven)
    assert (choice.method, unproven.baseline) == ("baseline", "score")
    assert choice.note.endswith("so the model is not proven")
    assert [row["rank"] for row in rows[:3]] == [1, 2, 3]


def test_equal_candidates_share_a_rank(people):
    _, rows = candidates(people, DAYS, WORSE)
    _, modelled = candidates(people, DAYS, BETTER)
    for listed in (rows, modelled):
        ranks = [row["rank"] for row in listed]
        by_probability: dict[float, set[int]] = {}
        for row in listed:
            by_probability.setdefault(row["probability"], set()).add(row["rank"])
        assert all(len(found) == 1 for found in by_probability.values())
        assert ranks[0] == 1
        assert ranks == [1 + sum(other < rank for other in ranks) for rank in ranks]
    assert len({row["rank"] for row in rows}) < len(rows) == LISTED


def test_more_activity_never_speaks_against_anybody(people):
    taught = lesson(people, DAYS, TODAY)
    trees = taught.model.trees
    logs = taught.rows.values[:50]
    more = logs.copy()
    more[:, PLACES["work_180d"]] += 5
    before, after = (trees.predict_proba(np.log1p(x))[:, 1] for x in (logs, more))
    assert (after >= before - 1e-12).all()
    assert SIGNS["work_180d"] == 1


def test_reasons_are_the_largest_contributions_in_both_languages():
    values, added = np.zeros(len(NAMES)), np.zeros(len(GROUPS))
    places = {group.name: place for place, group in enumerate(GROUPS)}
    values[PLACES["talk_365d"]], added[places["talk"]] = 2, 0.5
    values[PLACES["work_180d"]], added[places["work"]] = 7, 0.9
    added[places["help"]] = 3.0  # of nought answers: no reason
    values[PLACES["attend_365d"]], added[places["attend"]] = 9, 0.05  # too little
    assert reasons(values, added) == (
        "直近180日の成果物7件、直近1年の登壇2回"
        " / substantial outputs in 180 days: 7; talks in a year: 2"
    )
    assert (
        reasons(values, np.zeros(len(GROUPS))) == "目立った理由なし / no single reason"
    )


def test_contributions_compare_with_a_typical_member(people):
    taught = lesson(people, DAYS, TODAY)
    typical = np.median(taught.rows.values, axis=0)
    added = taught.model.contributions(typical[None, :], taught.rows.values)
    assert np.abs(added).max() < 1e-5


def test_members_that_stand_for_several_weigh_as_several():
    draw = np.random.default_rng(5)
    values = draw.poisson(2, (400, len(NAMES))).astype(float)
    outcome = draw.random(400) < 0.2
    twice = np.repeat(np.arange(400), 2)
    by_weight = fit(values, outcome, np.full(400, 2.0))
    by_rows = fit(values[twice], outcome[twice], np.ones(800))
    said, again = (
        model.logistic.decision_function(
            (np.log1p(values) - model.middle) / model.spread
        )
        for model in (by_weight, by_rows)
    )
    assert said == pytest.approx(again, abs=1e-3)


def test_a_probability_of_thirty_days_is_a_sixth_of_the_way():
    assert within(np.array([0.5]), 180) == pytest.approx([0.5])
    assert within(np.array([0.75]), 90) == pytest.approx([0.5])
    assert within(np.array([1 - 0.5**6]), 30) == pytest.approx([0.5])


def test_fifths_of_recency_frequency_and_points_by_hand():
    count = 10
    given = {name: np.zeros(count) for name in NAMES}
    given |= {
        "day": np.full(count, TODAY),
        "member_id": np.array([f"m_{n}" for n in range(count)], dtype=object),
        "member_number": np.arange(count),
        "star_day": np.full(count, NEVER),
        "is_date_lower_bound": np.zeros(count, dtype=bool),
        "can_be_named": np.ones(count, dtype=bool),
        "next_active_day": np.full(count, NEVER),
        "weight": np.ones(count),
        "recency_days": np.arange(count),  # 0 is nearest: the highest fifth
        "things_365d": np.array([1] * 5 + [9] * 5),  # ties: below none, below five
        "points_365d": np.arange(count)[::-1],
        "score": np.zeros(count),
    }
    rfm = snapshots(given).baselines[:, BASELINES.index("rfm")]
    assert rfm[0] == 5 + 1 + 5
    assert rfm[9] == 1 + 3 + 1
    assert rfm[4] == 3 + 1 + 3


def test_a_number_that_falls_with_stars_tells_nothing():
    """Else who stands first by the number would have the lowest probability."""
    number = np.arange(200.0)
    outcome = number < 20
    learned = fit_one(number, outcome, np.ones(200))
    assert set(learned.probability(number)) == {0.1}
