"""star_paths: paths of enough stars, shares of whole groups, lifts in intervals."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import ROUNDING
from pipelines.expectations._words import holds, not_negative, unique
from pipelines.stars.paths import LEAST_STARS

QUERY = f"""
    SELECT
        paths.path,
        paths.stars,
        paths.median_days,
        paths.stars <= paths.stars_compared
            AND paths.others <= paths.others_compared
            AND paths.n = paths.stars + paths.others AS is_part_of_all,
        abs(
            paths.star_share - cast(paths.stars AS DOUBLE) / paths.stars_compared
        ) <= {ROUNDING}
            AND paths.other_share BETWEEN 0 AND 1
            AND (paths.others > 0) = (paths.other_share > 0) AS are_shares,
        abs(paths.lift * paths.other_share - paths.star_share) <= {ROUNDING}
            OR paths.other_share = 0 AS is_the_ratio_of_shares,
        paths.lift BETWEEN paths.lower AND paths.upper AS is_inside_its_interval,
        paths.length = 2 OR coalesce(shorter.stars >= paths.stars, false)
            AS is_part_of_the_shorter_path
    FROM marts.star_paths AS paths
    LEFT JOIN marts.star_paths AS shorter
        ON paths.length = shorter.length + 1
        AND starts_with(paths.path, shorter.path || ' > ')
    ORDER BY paths.path
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        unique("path", "one row per path"),
        gxe.ExpectColumnValuesToBeBetween(
            column="stars",
            min_value=LEAST_STARS,
            meta={"reason": "a path of fewer stars would name them"},
        ),
        not_negative("median_days", "stars walked it before their star date"),
        holds("is_part_of_all", "more people on the path than people"),
        holds("are_shares", "a share that is not that of its people"),
        holds("is_the_ratio_of_shares", "the lift is star share over other share"),
        holds("is_inside_its_interval", "the lift lies outside its own interval"),
        holds("is_part_of_the_shorter_path", "its first milestones are a path as well"),
    ]
