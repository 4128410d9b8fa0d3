"""Corruptions of numbers: sums, scores, money and metrics, struck by SQL."""

from __future__ import annotations

from tests.gate.kinds import MART, STAGING, Corruption, Rows

RATE = (
    "value IS NOT NULL AND numerator IS NOT NULL AND denominator > 0"
    " AND NOT is_suppressed AND value BETWEEN 0 AND 1 AND metric_id IN ("
    "SELECT metric_id FROM marts.metric_definitions WHERE unit = 'ratio')"
)

ARITHMETIC = (
    Corruption(
        name="rate above one",
        family="arithmetic",
        level=MART,
        hits="marts.metrics",
        story="the denominator counts fewer people than the numerator",
        how=Rows(
            where=f"{RATE} AND metric_id IN ('show_rate', 'no_show_rate',"
            " 'cancel_rate', 'active_rate', 'cohort_retention', 'repeat_rate')",
            change="numerator = denominator + 1,"
            " value = (denominator + 1) / denominator",
        ),
        stopped_by=("metrics.share*",),
        at_any_size=True,
    ),
    Corruption(
        name="rate not its ratio",
        family="arithmetic",
        level=MART,
        hits="marts.metrics",
        story="the value is an average of averages, its parts are right",
        how=Rows(where=RATE, change="value = value * 0.9 + 0.01"),
        stopped_by=("metrics.is_its_ratio*",),
        at_any_size=True,
    ),
    Corruption(
        name="part counted twice",
        family="arithmetic",
        level=MART,
        hits="marts.metrics",
        story="a join doubles the outputs of one type, the total stays",
        how=Rows(
            where="metric_id = 'outputs' AND dimension = 'type' AND NOT is_suppressed",
            change="n = 2 * n, value = 2 * value, numerator = 2 * numerator",
        ),
        stopped_by=("metrics.parts_add_up*",),
        at_any_size=True,
    ),
    Corruption(
        name="unknown dropped",
        family="arithmetic",
        level=MART,
        hits="marts.metrics",
        story="a segment is filtered away and the rest called everybody",
        how=Rows(where="metric_id = 'outputs' AND dimension = 'type' AND n > 0"),
        stopped_by=("metrics.parts_add_up*",),
        at_any_size=True,
    ),
    Corruption(
        name="company counts others' people",
        family="arithmetic",
        level=MART,
        hits="marts.dim_companies",
        story="former employees are counted for today's employer",
        how=Rows(change="member_count = member_count + 1"),
        stopped_by=("dim_companies.members_add_up*",),
        at_any_size=True,
    ),
    Corruption(
        name="registrations that are nobody's",
        family="arithmetic",
        level=MART,
        hits="marts.event_summary",
        story="guests without an account are counted in the total only",
        how=Rows(
            where="registration_count > 0",
            change="registration_count = registration_count + 1",
        ),
        stopped_by=("event_summary.statuses_add_up*",),
        at_any_size=True,
    ),
    Corruption(
        name="cancelled people counted as there",
        family="arithmetic",
        level=MART,
        hits="marts.event_summary",
        story="attendees are counted over all registrations",
        how=Rows(
            where="attendee_count IS NOT NULL AND cancelled_count > 0",
            change="attendee_count = attendee_count + cancelled_count",
        ),
        stopped_by=("event_summary.attendees_add_up*",),
        at_any_size=True,
    ),
    Corruption(
        name="months that do not add up",
        family="arithmetic",
        level=MART,
        hits="marts.source_summary",
        story="a month's activities are counted on both sides of midnight",
        how=Rows(change="activity_count = activity_count + 1"),
        stopped_by=("source_summary.activities_add_up*",),
        at_any_size=True,
    ),
    Corruption(
        name="transitions above the whole",
        family="arithmetic",
        level=MART,
        hits="marts.stage_transitions",
        story="who moved twice in a month is counted twice",
        how=Rows(where="members_from > 0", change="members = members + 1"),
        stopped_by=("stage_transitions.*",),
        at_any_size=True,
    ),
    Corruption(
        name="retention of another cohort",
        family="arithmetic",
        level=MART,
        hits="marts.cohort_retention",
        story="the rate divides by the community instead of the cohort",
        how=Rows(
            where="retention_rate > 0", change="retention_rate = retention_rate / 3"
        ),
        stopped_by=("cohort_retention.is_its_ratio*",),
        at_any_size=True,
    ),
    Corruption(
        name="week's groups above their whole",
        family="arithmetic",
        level=MART,
        hits="marts.community_health",
        story="an event of two groups is counted in both",
        how=Rows(where="NOT is_total", change="attendances = attendances + 1"),
        stopped_by=("community_health.*",),
        at_any_size=True,
    ),
)

SCORES = (
    Corruption(
        name="points doubled by a rerun",
        family="scores",
        level=MART,
        hits="marts.fct_activities",
        story="a run repeated after a kill adds its points again",
        how=Rows(where="points > 0", change="points = 2 * points"),
        stopped_by=(
            "fct_activities.points_undeserved*",
            "member_score_contributions.other_points*",
            "member_scores.*",
        ),
    ),
    Corruption(
        name="score not its sum",
        family="scores",
        level=MART,
        hits="marts.member_scores",
        story="the score is kept from yesterday while its parts are new",
        how=Rows(
            where="event_points > 0",
            change="event_points = event_points / 2,"
            " event_score = round(event_points / 2, 1)",
        ),
        stopped_by=("member_scores.is_the_sum*", "*metrics_agree_with_member_scores"),
        at_any_size=True,
    ),
    Corruption(
        name="contributions lost",
        family="scores",
        level=MART,
        hits="marts.member_score_contributions",
        story="old parts are pruned although they still count",
        how=Rows(where="contribution > 0"),
        stopped_by=("member_scores.*", "member_score_contributions.*"),
        at_any_size=True,
    ),
    Corruption(
        name="half-life forgotten",
        family="scores",
        level=STAGING,
        hits="intermediate.int_score_parts",
        story="old points are told of today: they have not faded",
        how=Rows(
            where="decays_from < DATE '2026-11-01' AND points > 0",
            change="decays_from = DATE '2026-11-20'",
        ),
        stopped_by=("member_scores.*", "member_score_contributions.*"),
    ),
    Corruption(
        name="everybody a star",
        family="scores",
        level=MART,
        hits="marts.member_scores",
        story="a rule's threshold lost its digit",
        how=Rows(where="stage NOT IN ('star', 'core')", change="stage = 'star'"),
        stopped_by=(
            "dim_members.has_its_scores*",
            "member_stages.*",
            "member_scores.*",
        ),
        at_any_size=True,
    ),
    Corruption(
        name="stages of other days",
        family="scores",
        level=MART,
        hits="marts.member_stages",
        story="a period begins a week early and overlaps the one before",
        how=Rows(where="valid_to IS NOT NULL", change="valid_to = valid_to + 7"),
        stopped_by=("member_stages.*",),
        at_any_size=True,
    ),
    Corruption(
        name="history rewritten",
        family="scores",
        level=MART,
        hits="marts.member_score_history",
        story="past snapshots are computed with today's points",
        how=Rows(where="event_points > 1", change="event_points = event_points + 1"),
        stopped_by=("member_score_history.*",),
    ),
)

MONEY = (
    Corruption(
        name="dollars taken for yen",
        family="money",
        level=MART,
        hits="marts.fct_deals",
        story="a rate of 1 for every currency",
        how=Rows(where="amount_jpy IS NOT NULL", change="currency = 'USD'"),
        stopped_by=("fct_deals.has_its_yen*",),
        at_any_size=True,
    ),
    Corruption(
        name="amounts in sen",
        family="money",
        level=STAGING,
        hits="intermediate.int_deals",
        story="the connector reads the smallest unit: a hundred times too much",
        how=Rows(
            where="amount IS NOT NULL",
            change="amount = 100 * amount, amount_jpy = 100 * amount_jpy",
        ),
        stopped_by=("fct_deals.keeps_its_*",),
        may_pass="an amount or two are put right on a day like any other",
    ),
    Corruption(
        name="won but open",
        family="money",
        level=MART,
        hits="marts.fct_deals",
        story="a stage was renamed and is not known as closed",
        how=Rows(where="is_won", change="is_closed = false"),
        stopped_by=("fct_deals.is_closed_when_won*",),
        at_any_size=True,
    ),
    Corruption(
        name="contracts in the wrong currency",
        family="money",
        level=MART,
        hits="marts.fct_contracts",
        story="yen are worked out where there is no rate",
        how=Rows(
            where="annual_amount IS NOT NULL",
            change="currency = 'EUR', annual_amount_jpy = annual_amount",
        ),
        stopped_by=("fct_contracts.has_its_yen*",),
        at_any_size=True,
    ),
    Corruption(
        name="costs negative",
        family="money",
        level=MART,
        hits="marts.fct_costs",
        story="an accounting export writes costs below zero",
        how=Rows(
            where="amount > 0", change="amount = -amount, amount_jpy = -amount_jpy"
        ),
        stopped_by=("fct_costs.*",),
        may_pass="a sign or two are put right on a day like any other",
    ),
)

METRICS = (
    Corruption(
        name="metric doubled",
        family="metrics",
        level=STAGING,
        hits="intermediate.int_metric_values",
        story="a definition changes and its version does not",
        how=Rows(
            where="n >= 50 AND value > 1 AND is_complete",
            change="value = 2 * value, numerator = 2 * numerator",
        ),
        stopped_by=("metrics.*",),
    ),
    Corruption(
        name="rate halved",
        family="metrics",
        level=STAGING,
        hits="intermediate.int_metric_values",
        story="the denominator takes in all who ever came",
        how=Rows(
            where="n >= 50 AND value > 0.5 AND value <= 1 AND denominator > 0"
            " AND is_complete",
            change="value = value / 2, denominator = denominator * 2",
        ),
        stopped_by=("metrics.*",),
    ),
    Corruption(
        name="metric gone",
        family="metrics",
        level=MART,
        hits="marts.metrics",
        story="a source's metrics are no longer computed",
        how=Rows(
            where="metric_id = 'new_members'",
            sql="DELETE FROM {table} WHERE metric_id IN (SELECT metric_id FROM {table}"
            " WHERE rowid IN (FROM chosen))",
        ),
        stopped_by=("metric_definitions.*", "metrics.*"),
    ),
)

NUMBERS = (*ARITHMETIC, *SCORES, *MONEY, *METRICS)
