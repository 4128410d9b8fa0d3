"""Corruptions of who, when and what is told of them, struck by SQL."""

from __future__ import annotations

from tests.gate.kinds import MART, STAGING, Corruption, Rows

HIDDEN = "metric_id = 'share_score_avg' AND dimension = 'stage' AND is_suppressed"
MOJIBAKE = "'ãƒ„ãƒŠã‚¬ãƒªä¼š'"  # つながり会 in UTF-8, read as Windows-1252

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
        may_pass="a few pairs are what a day may bring; they can be undone",
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
        may_pass="so few accounts may be taken apart by hand",
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
        may_pass="so few accounts may be taken apart by hand; how many pairs are"
        " found is measured in make bench-identity",
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
        may_pass="a date or two are put right on a day like any other",
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
            where=f"{HIDDEN} AND (period_start, dimension_value) NOT IN (SELECT"
            " period_start, min(dimension_value) FROM marts.metrics"
            f" WHERE {HIDDEN} GROUP BY period_start)",
            change="is_suppressed = false, value = 1, numerator = 50,"
            " denominator = 50, n = 50",
        ),
        stopped_by=("metrics.hides_among_others*",),
        at_any_size=True,
    ),
)

PEOPLE = (*IDENTITY, *TIME, *TEXT, *PRIVACY)
