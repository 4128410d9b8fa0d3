"""star_candidates: members who are no stars, ranked, and how they were found."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._silence import LAST_SEEN
from pipelines.expectations._words import between_0_and_1, holds, unique
from pipelines.stars.backtest import LEAST_STARS
from pipelines.stars.candidates import LISTED

QUERY = f"""
    SELECT
        candidates.member_id,
        candidates.probability,
        candidates.rank = rank() OVER (ORDER BY candidates.rank)
            AND coalesce(
                candidates.probability
                <= lag(candidates.probability) OVER (ORDER BY candidates.rank),
                true
            ) AS is_ranked,
        NOT coalesce(stars.is_still_star, false) AS is_no_star,
        NOT coalesce(seen.has_left, false) AS has_not_left,
        coalesce(NOT scores.is_internal AND NOT scores.is_bot, false) AS is_a_member,
        contains(candidates.reasons, ' / ')
            AND contains(candidates.suggested_next_step, ' / ')
            AND contains(candidates.method_note, ' / ') AS is_said_in_both_languages,
        CASE candidates.method
            WHEN 'rule' THEN candidates.trained_on_stars < {LEAST_STARS}
                AND candidates.probability IS NULL
            WHEN 'model' THEN candidates.trained_on_stars >= {LEAST_STARS}
                AND candidates.probability IS NOT NULL
                AND candidates.model_auc > candidates.baseline_auc
            ELSE candidates.trained_on_stars >= {LEAST_STARS}
                AND candidates.probability IS NOT NULL
                AND NOT coalesce(candidates.model_auc > candidates.baseline_auc, false)
        END AS is_found_as_it_says,
        candidates.days_as_candidate >= 0
            AND (candidates.days_as_candidate = 0
                OR scores.stage IN ('candidate', 'star')) AS is_candidate_so_long
    FROM marts.star_candidates AS candidates
    LEFT JOIN intermediate.int_stars AS stars USING (member_id)
    LEFT JOIN marts.member_scores AS scores USING (member_id)
    LEFT JOIN {LAST_SEEN} AS seen USING (member_id)
    ORDER BY candidates.member_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        gxe.ExpectTableRowCountToBeBetween(
            max_value=LISTED,
            meta={"reason": "a list people work through, whoever ties at its end"},
        ),
        unique("member_id", "one row per member"),
        between_0_and_1("probability", "a probability"),
        holds("is_ranked", "ranks and probabilities in one order"),
        holds("is_no_star", "who is a star is no candidate"),
        holds("has_not_left", "who left is known to have gone"),
        holds("is_a_member", "bots and the organiser's own people are not listed"),
        holds("is_said_in_both_languages", "reasons, step and method in both"),
        holds("is_found_as_it_says", "the method is not the one its figures call for"),
        holds("is_candidate_so_long", "a candidate of some days by another stage"),
    ]
