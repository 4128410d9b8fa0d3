"""Corruptions of the warehouse: code that reads or joins wrongly, struck by SQL."""

from __future__ import annotations

from tests.gate.kinds import MART, STAGING, Corruption, Rows

RATE = (
    "value IS NOT NULL AND numerator IS NOT NULL AND denominator > 0"
    " AND NOT is_suppressed AND value BETWEEN 0 AND 1 AND metric_id IN ("
    "SELECT metric_id FROM marts.metric_definitions WHERE unit = 'ratio')"
)
MOJIBAKE = "'ãƒ„ãƒŠã‚¬ãƒªä¼š'"  # つながり会 in UTF-8, read as Windows-1252

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
        stopped_by=("event_summary.*",),
        at_any_size=True,
        may_pass="no check counts an event's attendees again",
    ),
    Corruption(
        name="months that do not add up",
        family="arithmetic",
        level=MART,
        hits="marts.source_summary",
        story="a month's activities are counted on both sides of midnight",
        how=Rows(change="activity_count = activity_count + 1"),
        stopped_by=("source_summary.*",),
        at_any_size=True,
        may_pass="no check counts a month's activities again",
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
        story="the decay is 1 for every age: old points never fade",
        how=Rows(where="decay < 0.9", change="decay = 1.0, contribution = points"),
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

IDENTITY = (
    Corruption(
        name="shared key merges strangers",
        family="identity",
        level=STAGING,
        hits="identity.account_members",
        story="an info@ address joins all who ever wrote it",
        how=Rows(
            sql="UPDATE {table} SET member_id = (SELECT min(member_id) FROM {table}"
            " WHERE rowid IN (FROM chosen)) WHERE rowid IN (FROM chosen)"
        ),
        stopped_by=("member_accounts.*", "dim_members.*"),
        may_pass="two accounts joined by mistake look like two accounts joined rightly;"
        " the review queue and the undo are for them",
    ),
    Corruption(
        name="namesakes merged",
        family="identity",
        level=STAGING,
        hits="identity.account_members",
        story="everybody becomes one with the next of the same first letter",
        how=Rows(
            where="link_rule = 'first_account'",
            sql="UPDATE {table} AS old SET member_id = other.new_id FROM ("
            "SELECT member_id AS old_id, lead(member_id) OVER (ORDER BY member_id)"
            " AS new_id FROM (SELECT DISTINCT member_id FROM {table}"
            " WHERE rowid IN (FROM chosen))) AS other"
            " WHERE old.member_id = other.old_id AND other.new_id IS NOT NULL"
            " AND hash(other.old_id) % 2 = 0",
        ),
        stopped_by=("member_accounts.*", "dim_members.*"),
        may_pass="a few pairs are what a day may bring",
    ),
    Corruption(
        name="members renamed",
        family="identity",
        level=STAGING,
        hits="identity.account_members",
        story="the log of decisions is lost and everybody gets a new id",
        how=Rows(
            sql="UPDATE {table} SET member_id = 'm_' || left(md5(member_id), 20)"
            " WHERE member_id IN (SELECT member_id FROM {table}"
            " WHERE rowid IN (FROM chosen))"
        ),
        stopped_by=("dim_members.*", "member_accounts.*", "*member_id*"),
    ),
    Corruption(
        name="two colleagues are one",
        family="identity",
        level=MART,
        hits="marts.member_accounts",
        story="two verified addresses of one employer on one member",
        how=Rows(
            where="link_rule = 'verified_email'",
            sql="UPDATE {table} SET member_id = (SELECT max(member_id) FROM {table}"
            " WHERE link_rule = 'verified_email') WHERE rowid IN (FROM chosen)",
        ),
        stopped_by=("member_accounts.*", "dim_members.*"),
    ),
    Corruption(
        name="people split",
        family="identity",
        level=STAGING,
        hits="identity.account_members",
        story="a normalisation is gone: every account is a person again",
        how=Rows(
            where="link_rule <> 'first_account'",
            change="member_id = 'm_' || left(md5(account_id), 20),"
            " link_rule = 'first_account'",
        ),
        stopped_by=(
            "dim_members.*",
            "member_accounts.*",
            "metrics.*",
            "member_scores.*",
        ),
        may_pass="how many pairs are found is measured in make bench-identity",
    ),
    Corruption(
        name="probability above one",
        family="identity",
        level=MART,
        hits="marts.member_accounts",
        story="a weight is shown where a probability should be",
        how=Rows(
            where="link_probability IS NOT NULL",
            change="link_probability = link_probability + 3",
        ),
        stopped_by=("member_accounts.link_probability*",),
        at_any_size=True,
    ),
)

TIME = (
    Corruption(
        name="UTC read as local time",
        family="time",
        level=MART,
        hits="marts.fct_activities",
        story="a source's times move by nine hours",
        how=Rows(
            where="source = 'portal' AND activity_type IN ('sign_in', 'post', 'reply',"
            " 'answer', 'download')",
            change="occurred_at = occurred_at - INTERVAL 9 HOUR",
        ),
        stopped_by=("fct_activities.*", "fct_outputs.*"),
        may_pass="a few rows nine hours off are within what a day looks like",
    ),
    Corruption(
        name="a year ahead",
        family="time",
        level=STAGING,
        hits="intermediate.int_activities",
        story="the year of a date without one is guessed forward",
        how=Rows(
            where="occurred_at > TIMESTAMPTZ '2026-01-01 00:00:00+00'"
            " AND event_id IS NULL",
            change="occurred_at = occurred_at + INTERVAL 1 YEAR,"
            " local_date = local_date + INTERVAL 1 YEAR",
        ),
        stopped_by=(
            "fct_activities.*",
            "member_score*",
            "*ahead*",
            "fct_interactions.*",
        ),
        at_any_size=True,
    ),
    Corruption(
        name="epoch zero",
        family="time",
        level=STAGING,
        hits="intermediate.int_activities",
        story="an empty time is read as 1970",
        how=Rows(
            change="occurred_at = TIMESTAMPTZ '1970-01-01 00:00:00+00',"
            " local_date = DATE '1970-01-01'",
        ),
        stopped_by=("fct_activities.out_of_range*", "fct_activities.*"),
        at_any_size=True,
    ),
    Corruption(
        name="as-of off by one day",
        family="time",
        level=MART,
        hits="marts.member_scores",
        story="the day is taken in UTC",
        how=Rows(change="as_of_date = as_of_date - 1"),
        stopped_by=("member_scores.is_of_the_as_of_day*", "*member_scores*"),
        at_any_size=True,
    ),
    Corruption(
        name="last active tomorrow",
        family="time",
        level=MART,
        hits="marts.dim_members",
        story="registered events of the future count as activity",
        how=Rows(
            where="last_active_date IS NOT NULL",
            change="last_active_date = DATE '2026-12-05'",
        ),
        stopped_by=("dim_members.*",),
        at_any_size=True,
    ),
    Corruption(
        name="registered after the event was over",
        family="time",
        level=MART,
        hits="marts.fct_registrations",
        story="the time of the export stands for that of the registration",
        how=Rows(change="registered_at = TIMESTAMPTZ '2027-01-05 00:00:00+00'"),
        stopped_by=("fct_registrations.registered_out_of_range*",),
        at_any_size=True,
    ),
    Corruption(
        name="account younger than its deeds",
        family="time",
        level=STAGING,
        hits="intermediate.int_accounts",
        story="first seen is the day of the load",
        how=Rows(
            where="first_seen_at < TIMESTAMPTZ '2026-06-01 00:00:00+00'"
            " AND account_id IN (SELECT account_id FROM intermediate.int_activities)",
            change="first_seen_at = TIMESTAMPTZ '2026-11-20 15:00:00+00'",
        ),
        stopped_by=("fct_activities.before_the_account*", "dim_members.*"),
        at_any_size=True,
    ),
    Corruption(
        name="events of another century",
        family="time",
        level=MART,
        hits="marts.dim_events",
        story="an era's year is read as the year",
        how=Rows(change="local_date = DATE '1908-11-20'"),
        stopped_by=("dim_events.is_in_range*", "dim_events.*"),
        at_any_size=True,
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
        stopped_by=("fct_costs.*", "metrics.*"),
        may_pass="a credit note is a cost below zero; no rule says how many may be",
    ),
)

TEXT = (
    Corruption(
        name="titles in mojibake",
        family="text",
        level=STAGING,
        hits="intermediate.int_events",
        story="UTF-8 read as Windows-1252",
        how=Rows(change=f"title = {MOJIBAKE}"),
        stopped_by=("*.is_readable*",),
        may_pass="one title may really look so: it is within what may be rare",
    ),
    Corruption(
        name="names with replacement characters",
        family="text",
        level=STAGING,
        hits="intermediate.int_accounts",
        story="bytes that were no UTF-8 were replaced",
        how=Rows(
            where="display_name IS NOT NULL",
            change="display_name = '\ufffd\ufffd' || right(display_name, 1)",
        ),
        stopped_by=("dim_members.is_readable*", "*.is_readable*"),
        may_pass="a name or two may really look so",
    ),
    Corruption(
        name="control characters in titles",
        family="text",
        level=MART,
        hits="marts.fct_outputs",
        story="a terminal's colour codes were pasted",
        how=Rows(where="title IS NOT NULL", change="title = chr(27) || '[1m' || title"),
        stopped_by=("fct_outputs.is_printable*",),
        may_pass="a title or two may really hold them",
    ),
)

COMPLETENESS = (
    Corruption(
        name="inner join for left join",
        family="completeness",
        level=MART,
        hits="marts.fct_activities",
        story="who has no company falls out",
        how=Rows(where="company_id IS NULL"),
        stopped_by=("*every_staged_activity*", "fct_activities.*"),
        at_any_size=True,
    ),
    Corruption(
        name="registrations lost",
        family="completeness",
        level=MART,
        hits="marts.fct_registrations",
        story="a filter meant for one source strikes all",
        how=Rows(),
        stopped_by=("*every_registration*", "fct_registrations.*"),
        at_any_size=True,
    ),
    Corruption(
        name="members lost",
        family="completeness",
        level=MART,
        hits="marts.dim_members",
        story="members without a name are dropped",
        how=Rows(),
        stopped_by=("dim_members.*", "*dim_members*"),
        at_any_size=True,
    ),
    Corruption(
        name="scores lost",
        family="completeness",
        level=MART,
        hits="marts.member_scores",
        story="members without points have no row",
        how=Rows(where="event_points = 0"),
        stopped_by=("member_scores.*", "*member_scores*", "dim_members.*"),
        at_any_size=True,
    ),
    Corruption(
        name="outputs lost",
        family="completeness",
        level=MART,
        hits="marts.fct_outputs",
        story="outputs without an event are dropped",
        how=Rows(where="event_id IS NULL"),
        stopped_by=("fct_outputs.*", "*outputs*", "metrics.*"),
        at_any_size=True,
    ),
    Corruption(
        name="column lost",
        family="completeness",
        level=MART,
        hits="marts.dim_events",
        story="a model is rewritten and forgets a column",
        how=Rows(sql="ALTER TABLE {table} DROP COLUMN hashtag"),
        stopped_by=("dim_events.is_there*", "dim_events.*"),
        at_any_size=True,
    ),
    Corruption(
        name="staged rows lost",
        family="completeness",
        level=STAGING,
        hits="staging.stg_connpass__participants_checked",
        story="a staging model filters what it cannot cast",
        how=Rows(),
        stopped_by=("source_reconciliation.*", "*reconciliation*"),
        at_any_size=True,
    ),
    Corruption(
        name="staged registrations lost",
        family="completeness",
        level=STAGING,
        hits="intermediate.int_registrations",
        story="what two sources tell of one event is thrown away",
        how=Rows(where="source = 'portal'"),
        stopped_by=("*registrations*", "source_reconciliation.*", "fct_*"),
        at_any_size=True,
    ),
    Corruption(
        name="months lost",
        family="completeness",
        level=MART,
        hits="marts.cohort_retention",
        story="months without activity have no row",
        how=Rows(where="active_count = 0 AND month_n > 0"),
        stopped_by=("cohort_retention.*",),
        at_any_size=True,
    ),
    Corruption(
        name="weeks lost",
        family="completeness",
        level=MART,
        hits="marts.community_health",
        story="quiet weeks have no row",
        how=Rows(where="is_total"),
        stopped_by=("community_health.*",),
        at_any_size=True,
    ),
    Corruption(
        name="deals lost",
        family="completeness",
        level=MART,
        hits="marts.fct_deals",
        story="deals without an amount are dropped",
        how=Rows(),
        stopped_by=("fct_deals.*", "*deals*", "company_summary.*"),
        at_any_size=True,
    ),
)

DUPLICATES = (
    Corruption(
        name="join fan-out",
        family="duplicates",
        level=MART,
        hits="marts.fct_registrations",
        story="a join finds two companies for a member",
        how=Rows(repeat=""),
        stopped_by=("fct_registrations.*", "*fct_registrations*"),
        at_any_size=True,
    ),
    Corruption(
        name="activities twice",
        family="duplicates",
        level=MART,
        hits="marts.fct_activities",
        story="two runs append the same day",
        how=Rows(repeat=""),
        stopped_by=("fct_activities.*", "*fct_activities*"),
        at_any_size=True,
    ),
    Corruption(
        name="activities twice under new ids",
        family="duplicates",
        level=MART,
        hits="marts.fct_activities",
        story="an export without ids numbers its rows anew",
        how=Rows(
            where="source = 'slack'", repeat="'again:' || activity_id AS activity_id"
        ),
        stopped_by=("fct_activities.*", "*fct_activities*"),
        at_any_size=True,
    ),
    Corruption(
        name="outputs told twice",
        family="duplicates",
        level=MART,
        hits="marts.fct_outputs",
        story="an article and its announcement are two outputs",
        how=Rows(repeat="'again:' || output_id AS output_id"),
        stopped_by=("fct_outputs.is_told_once*", "fct_outputs.*"),
        at_any_size=True,
    ),
    Corruption(
        name="events twice",
        family="duplicates",
        level=MART,
        hits="marts.dim_events",
        story="an event and its mirror are not merged",
        how=Rows(repeat=""),
        stopped_by=("dim_events.*", "*dim_events*"),
        at_any_size=True,
    ),
    Corruption(
        name="merged contacts fan out",
        family="duplicates",
        level=STAGING,
        hits="intermediate.int_accounts",
        story="a merged contact stands beside the one it became",
        how=Rows(repeat=""),
        stopped_by=("*int_accounts*", "member_accounts.*", "dim_members.*", "*"),
        at_any_size=True,
    ),
    Corruption(
        name="registrations twice",
        family="duplicates",
        level=STAGING,
        hits="intermediate.int_registrations",
        story="a list read twice is a list of twice as many",
        how=Rows(repeat=""),
        stopped_by=("*registrations*",),
        at_any_size=True,
    ),
)

KEYS = (
    Corruption(
        name="dangling company",
        family="keys",
        level=MART,
        hits="marts.dim_members",
        story="the company was merged away, its id stayed",
        how=Rows(where="company_id IS NOT NULL", change="company_id = 'crm:gone'"),
        stopped_by=("*dim_members*company_id*", "dim_members.*", "dim_companies.*"),
        at_any_size=True,
    ),
    Corruption(
        name="dangling event",
        family="keys",
        level=MART,
        hits="marts.fct_registrations",
        story="ids are cut at ten digits",
        how=Rows(change="event_id = left(event_id, length(event_id) - 2)"),
        stopped_by=("*fct_registrations*", "*every_registration*"),
        at_any_size=True,
    ),
    Corruption(
        name="member of nobody",
        family="keys",
        level=MART,
        hits="marts.fct_activities",
        story="activities point to ids from before a merge",
        how=Rows(change="member_id = 'm_gone'"),
        stopped_by=("*fct_activities*",),
        at_any_size=True,
    ),
    Corruption(
        name="ids in capitals",
        family="keys",
        level=STAGING,
        hits="intermediate.int_registrations",
        story="one side of a join is normalised, the other is not",
        how=Rows(where="source = 'connpass'", change="account_id = upper(account_id)"),
        stopped_by=("*registrations*", "*account_id*"),
        at_any_size=True,
    ),
    Corruption(
        name="ids reused",
        family="keys",
        level=MART,
        hits="marts.fct_activities",
        story="a platform gives a deleted post's id to another",
        how=Rows(
            sql="UPDATE {table} SET activity_id = (SELECT min(activity_id)"
            " FROM {table}) WHERE rowid IN (FROM chosen)"
        ),
        stopped_by=("*fct_activities*",),
        at_any_size=True,
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
            where="n >= 50 AND value > 1 AND NOT is_suppressed AND is_complete",
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
            " AND NOT is_suppressed AND is_complete",
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

PRIVACY = (
    Corruption(
        name="address in a title",
        family="privacy",
        level=MART,
        hits="marts.dim_events",
        story="an organiser writes where to ask",
        how=Rows(change="title = title || ' (hanako@acme.example)'"),
        stopped_by=("dim_events.rows_with_address*",),
        at_any_size=True,
    ),
    Corruption(
        name="address in a survey's question",
        family="privacy",
        level=STAGING,
        hits="intermediate.int_events",
        story="the address of a venue's manager",
        how=Rows(change="place = 'yoyaku@hall.example'"),
        stopped_by=("*.rows_with_address*",),
        at_any_size=True,
    ),
    Corruption(
        name="small group shown",
        family="privacy",
        level=MART,
        hits="marts.metrics",
        story="the least group is compared with the wrong column",
        how=Rows(
            where="is_suppressed",
            change="is_suppressed = false, value = 0.5, numerator = 1, denominator = 2,"
            " n = 1",
        ),
        stopped_by=("metrics.*",),
        at_any_size=True,
    ),
    Corruption(
        name="one part hidden alone",
        family="privacy",
        level=MART,
        hits="marts.metrics",
        story="the hidden part is the total less the others",
        how=Rows(
            where="metric_id = 'outputs' AND dimension = 'type' AND is_suppressed",
            change="is_suppressed = false, value = n, numerator = n",
        ),
        stopped_by=("metrics.*",),
        at_any_size=True,
    ),
)

TABLES = (
    *ARITHMETIC,
    *SCORES,
    *IDENTITY,
    *TIME,
    *MONEY,
    *TEXT,
    *COMPLETENESS,
    *DUPLICATES,
    *KEYS,
    *METRICS,
    *PRIVACY,
)
