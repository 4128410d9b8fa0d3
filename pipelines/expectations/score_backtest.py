"""score_backtest: every predictor of a month judged on the same people, good or bad."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import (
    between_0_and_1,
    filled_from,
    holds,
    not_negative,
)

QUERY = """
    SELECT
        concat_ws(' ', formula_version, month, horizon_days, outcome, baseline) AS key,
        auc,
        lift_at_top_decile,
        calibration_error,
        month = last_day(month)
            AND month + cast(horizon_days AS INTEGER) <= getvariable('as_of')
            AS is_over,
        positives BETWEEN 0 AND n
            AND min(n) OVER asked = max(n) OVER asked
            AND min(positives) OVER asked = max(positives) OVER asked
            AS is_of_the_same_people,
        auc BETWEEN lower AND upper AS is_inside_its_interval,
        (auc IS NULL) = (n < 20 OR positives IN (0, n)) AS is_judged_where_it_can_be,
        count(*) OVER (
            PARTITION BY formula_version, month, horizon_days, outcome, baseline
        ) = 1 AS is_told_once
    FROM marts.score_backtest
    WINDOW asked AS (PARTITION BY formula_version, month, horizon_days, outcome)
    ORDER BY ALL
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_star_backtest"),
        between_0_and_1("auc", "a chance"),
        not_negative("lift_at_top_decile", "a ratio of shares"),
        between_0_and_1("calibration_error", "a distance of probabilities"),
        holds("is_over", "judged before the horizon was over"),
        holds("is_of_the_same_people", "predictors compared on different people"),
        holds("is_inside_its_interval", "the AUC lies outside its own interval"),
        holds("is_judged_where_it_can_be", "a figure of nobody, or one left out"),
        holds("is_told_once", "two figures of one predictor"),
    ]
