"""member_scores: every person's points, the sum of their contributions, and recomputed.

Fifty members a day are computed again from the facts, in Python (`_recompute.py`).
"""

from collections.abc import Sequence

import duckdb
import great_expectations.expectations as gxe
import pandas as pd

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import RECOMPUTED_DIFFERENCE
from pipelines.expectations._recompute import recomputed_points
from pipelines.expectations._words import (
    as_many_as,
    between_0_and_1,
    holds,
    unique,
)

QUERY = """
    WITH contributions AS (
        SELECT
            member_id,
            formula_version,
            sum(contribution) FILTER (category = 'event') AS event_points,
            sum(contribution) FILTER (category = 'share') AS share_points
        FROM marts.member_score_contributions
        GROUP BY member_id, formula_version
    )
    SELECT
        scores.member_id,
        scores.event_points,
        scores.share_points,
        scores.event_points = coalesce(contributions.event_points, 0)
            AND scores.share_points = coalesce(contributions.share_points, 0)
            AS is_the_sum,
        scores.event_score = cast(scores.event_points AS DECIMAL(18, 1))
            AND scores.share_score = cast(scores.share_points AS DECIMAL(18, 1))
            AS is_rounded,
        least(scores.event_percentile, scores.share_percentile) AS lower_percentile,
        greatest(scores.event_percentile, scores.share_percentile) AS upper_percentile,
        scores.event_participation_rate,
        scores.event_participation_rate IS NULL
            OR scores.events_eligible_180d > 0 AS has_denominator,
        scores.as_of_date = getvariable('as_of') AS is_of_the_as_of_day,
        coalesce(scores.last_active_date <= getvariable('as_of'), true)
            AS is_active_by_the_as_of_day
    FROM marts.member_scores AS scores
    LEFT JOIN contributions
        ON scores.member_id = contributions.member_id
        AND scores.formula_version = contributions.formula_version
    ORDER BY scores.member_id
"""


def complete(
    frame: pd.DataFrame, connection: duckdb.DuckDBPyConnection, context: AuditContext
) -> pd.DataFrame:
    """Adds is_recomputed: whether Python comes to the same points; empty elsewhere."""
    recomputed = recomputed_points(connection, context.as_of)
    columns = (frame[name] for name in ("member_id", "event_points", "share_points"))
    frame["is_recomputed"] = [
        _is_near((event, share), recomputed.get(member_id))
        for member_id, event, share in zip(*columns, strict=True)
    ]
    return frame


def _is_near(
    points: tuple[float, float], recomputed: tuple[float, float] | None
) -> bool | None:
    if recomputed is None:
        return None
    pairs = zip(points, recomputed, strict=True)
    return all(abs(a - b) <= RECOMPUTED_DIFFERENCE for a, b in pairs)


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "marts.dim_members"),
        unique("member_id", "one row per person"),
        holds("is_the_sum", "points are the sum of the contributions, exactly"),
        holds("is_recomputed", "points as Python computes them from the facts"),
        holds("is_rounded", "scores are the points to one decimal"),
        between_0_and_1("lower_percentile", "a rank between 0 and 1"),
        between_0_and_1("upper_percentile", "a rank between 0 and 1"),
        between_0_and_1("event_participation_rate", "attended of eligible events"),
        holds("has_denominator", "a rate of no events"),
        holds("is_of_the_as_of_day", "scores of another day"),
        holds("is_active_by_the_as_of_day", "activity after the day described"),
    ]
