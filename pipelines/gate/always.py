"""The rules that a release is judged by alone: what they allow never moves.

They are judged in the suite of their mart (pipelines/expectations), their numbers stand
in its _bounds.py.
"""

from __future__ import annotations

from pipelines.expectations._bounds import (
    CONTROL_SHARE,
    GARBLED_SHARE,
    REPEATED_SHARE,
    ROTATED_DISTANCE,
    ROTATION_LEAST_ROWS,
    SHIFTED_DISTANCE,
    TEXT_LEAST_ROWS,
)
from pipelines.gate.rule import Rule
from pipelines.identity.policy import MAX_CLUSTER_SIZE


def _always(
    family: str,
    name: str,
    statistic: str,
    bound: str,
    reason: str,
    window: str = "this release",
    least: str = "none",
    acknowledgeable: bool = False,
) -> Rule:
    """Returns a rule that a release is judged by alone; name: `<mart>.<check>`."""
    mart, _, check = name.rpartition(".")
    compared = (statistic, window, bound, reason, least)
    return Rule(family, check, mart, *compared, acknowledgeable=acknowledgeable)


ALWAYS = (
    _always(
        "arithmetic",
        "metrics.parts_add_up",
        "n of the parts and of the total",
        "equal, unknown included",
        "somebody is in no part, or in two",
    ),
    _always(
        "arithmetic",
        "metrics.is_its_ratio",
        "value, numerator and denominator",
        "value = numerator / denominator, over at least one",
        "a rate of nothing, or of something else",
    ),
    _always(
        "arithmetic",
        "metrics.share",
        "rates whose numerator is part of the denominator",
        "from 0 to 1",
        "a part is larger than its whole",
    ),
    _always(
        "arithmetic",
        "metrics.is_of_enough_people",
        "n of what is shown",
        "the metric's least n",
        "a number of so few people is about persons",
    ),
    _always(
        "arithmetic",
        "metrics.hides_among_others",
        "parts hidden per total",
        "none or at least two",
        "one hidden part is the total less the others",
    ),
    _always(
        "arithmetic",
        "source_summary.activities_add_up",
        "activities of a source and month, and those of the facts",
        "equal, for each month and for all",
        "an activity is in no month, or in two",
    ),
    _always(
        "arithmetic",
        "event_summary.attendees_add_up",
        "attendees of an event, all its listings together, and people who came",
        "equal",
        "somebody who cancelled is counted as there, or somebody who came is not",
    ),
    _always(
        "arithmetic",
        "member_scores.is_recomputed",
        "points of fifty members a day, computed again in Python",
        "equal",
        "SQL and the words of the formula disagree",
    ),
    _always(
        "time",
        "fct_activities.after_now",
        "activities after the run's clock whose event does not lie ahead",
        "none, but for an hour of skew",
        "a wrong time zone or day",
    ),
    _always(
        "time",
        "fct_activities.before_the_account",
        "activities before their account; accounts without a date only counted",
        "none, but for a day",
        "a wrong year or zone",
    ),
    _always(
        "time",
        "fct_activities.keeps_its_hours",
        "Jensen-Shannon distance of activity by hour, per source and type",
        f"not above {ROTATED_DISTANCE} while below {SHIFTED_DISTANCE} once moved"
        " by 9 h",
        "a time zone was lost or added twice",
        window="the last release",
        least=f"{ROTATION_LEAST_ROWS} rows in both",
    ),
    _always(
        "scores",
        "member_scores.is_the_sum",
        "points and the sum of their contributions",
        "equal to the last decimal",
        "points that nothing explains",
    ),
    _always(
        "identity",
        "member_accounts.accounts_of_the_person",
        "accounts of one member that nobody joined by hand",
        f"at most {MAX_CLUSTER_SIZE}",
        "a key that many people share",
    ),
    _always(
        "identity",
        "member_accounts.has_one_address_at_an_employer",
        "verified addresses of one member at one employer",
        "one",
        "they are two colleagues",
    ),
    _always(
        "money",
        "fct_deals.has_its_yen",
        "amounts in yen",
        "exactly those whose currency is JPY",
        "there is no rate for the day",
    ),
    _always(
        "money",
        "fct_costs.adds_up_to_a_cost",
        "costs of a category and currency, all that are known",
        "not below zero",
        "more money came back than was ever spent",
    ),
    _always(
        "text",
        "is_readable",
        "share of a column's values with replacement characters or mojibake",
        f"at most {GARBLED_SHARE:.1%}, {TEXT_LEAST_ROWS} rows or the last release's",
        "a file read in the wrong encoding",
        acknowledgeable=True,
    ),
    _always(
        "text",
        "is_printable",
        "share of a column's values with control characters",
        f"at most {CONTROL_SHARE:.1%}, {TEXT_LEAST_ROWS} rows or the last release's",
        "bytes that are no text",
        acknowledgeable=True,
    ),
    _always(
        "completeness",
        "is_there",
        "columns",
        "all of them",
        "names are a promise",
        window="the last release",
        least="a release before",
    ),
    _always(
        "completeness",
        "source_reconciliation.adds_up",
        "rows landed, staged, superseded and quarantined",
        "landed is the sum of the others",
        "rows were lost or made",
        window="all loads",
    ),
    _always(
        "completeness",
        "fct_activities.is_told_once",
        "activities of one content under several ids",
        f"at most {REPEATED_SHARE:.0%} of a source and type",
        "one file dropped under two names, one page read twice",
    ),
    _always(
        "privacy",
        "rows_with_address",
        "e-mail addresses in columns that are not restricted",
        "none",
        "personal data in the open",
    ),
)
