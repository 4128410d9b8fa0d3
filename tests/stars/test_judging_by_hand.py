"""AUC, lift and calibration, against sums done on paper."""

import numpy as np
import pytest

from pipelines.stars.judging import (
    LEAST_PEOPLE,
    auc,
    calibration_error,
    judge,
    lift_at_top_decile,
    resamples,
)
from tests.bench.stars_judge import precision

# Six people, three of whom did it. Of nine pairs 4 > 1, 4 > 2, 4 > 3, 2 > 1, 3 > 1,
# 3 > 2 are right, 2 = 2 and 3 = 3 are half: 7 of 9.
NUMBER = np.array([4.0, 2.0, 3.0, 1.0, 2.0, 3.0])
OUTCOME = np.array([True, True, True, False, False, False])


def test_the_auc_is_the_share_of_right_pairs():
    assert auc(NUMBER, OUTCOME, np.ones((1, 6)))[0] == pytest.approx(7 / 9)


def test_a_person_drawn_twice_is_two_people():
    twice = np.array([[2, 1, 1, 1, 1, 1]])
    assert auc(NUMBER, OUTCOME, twice)[0] == pytest.approx((3 + 7) / 12)


def test_ties_at_the_edge_of_the_tenth_count_in_part():
    number = np.array([9.0] + [5.0] * 4 + [1.0] * 15)
    outcome = np.array([True] + [True, False, False, False] + [True] + [False] * 14)
    # the tenth is two people: the one above, and one of four of whom a quarter did it
    assert lift_at_top_decile(number, outcome) == pytest.approx(
        (1 + 0.25) / 2 / (3 / 20)
    )


def test_calibration_is_the_mean_distance_over_ten_groups():
    probability = np.repeat([0.1, 0.9], 10)
    outcome = np.array([True] + [False] * 9 + [True] * 6 + [False] * 4)
    # groups of two: .4 once, .1 four times; .1 three times, .9 twice
    expected = (0.4 + 4 * 0.1 + 3 * 0.1 + 2 * 0.9) / 10
    assert calibration_error(probability, outcome) == pytest.approx(expected)


def test_the_interval_holds_the_figure_and_is_the_same_every_time():
    draw = np.random.default_rng(1)
    outcome = draw.random(300) < 0.2
    number = draw.normal(size=300) + outcome
    first, second = (judge(number, outcome, resamples(300, seed=4)) for _ in range(2))
    assert first == second
    assert first.lower < first.auc < first.upper
    # Hanley and McNeil's standard error at this AUC and size is about .035
    assert first.upper - first.lower == pytest.approx(4 * 0.035, abs=0.04)


def test_nobody_is_judged_by_too_few_or_by_one_outcome():
    few = LEAST_PEOPLE - 1
    drawn = resamples(few, seed=1)
    assert judge(np.arange(few), np.arange(few) < 5, drawn).auc is None
    drawn = resamples(LEAST_PEOPLE, seed=1)
    number = np.arange(float(LEAST_PEOPLE))
    assert judge(number, number < 0, drawn).auc is None
    assert judge(number, number < 5, drawn).auc == 0


def test_precision_takes_ties_at_the_end_of_the_list_in_part():
    number = np.array([9.0, 5.0, 5.0, 5.0, 5.0, 1.0])
    outcome = np.array([True, True, False, False, False, True])
    assert precision(number, outcome, 1) == 1
    assert precision(number, outcome, 3) == pytest.approx((1 + 2 * 0.25) / 3)
    assert precision(number, outcome, 50) == pytest.approx(0.5)
