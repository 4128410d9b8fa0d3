"""The rules about change: what is looked at, over which window, how far it may move.

Those that a release is judged by on its own are in always.py; the table of
docs/reliability.md is made of both.
"""

from __future__ import annotations

from pipelines.expectations._bounds import SHIFT_HOURS
from pipelines.gate.always import ALWAYS
from pipelines.gate.rule import Rule

# Days of statistics that a release carries: a year, so that a season has its like.
HISTORY_DAYS = 400

# Weekdays differ, so Mondays are compared with Mondays; two months of them are recent
# enough to be like today. Six MAD are four standard deviations of a normal spread.
# Above it takes eight: a spread that is itself guessed of eight weeks has Student's
# tails (4 deviations at 20 degrees of freedom are 5), and nothing stops a count there.
VOLUME_WEEKS = 8
VOLUME_LEAST_WEEKS = 4
VOLUME_MADS_BELOW = 6
VOLUME_MADS_ABOVE = 8
VOLUME_LEAST_ROWS = 20
VOLUME_EMPTY_SHARE = 0.15  # of days: two of eight are no outage, the source is so
# Of square roots: a count's spread grows with it. MAD of eight values is a guess: never
# less than that of all days (as a share of their weekday's median) and of chance (0.67
# of a half, the deviation of a Poisson count's root).
CHANCE = 0.337
MEDIAN_ERROR = 1.57  # of n days: its variance is pi / 2n of theirs
# A holiday is quiet everywhere: half of so many sources at less than half of what is
# usual, and too few rows warn instead of blocking.
QUIET_LEAST_SOURCES = 3
QUIET_SHARE = 0.5

SILENCE_DAYS = 180
SILENCE_FACTOR = 3
SILENCE_GAP_QUANTILE = 0.95
SILENCE_LEAST_GAPS = 10
# New Year and Golden Week: up to ten days off in a row.
SILENCE_LEAST_DAYS = 10

# Points by range, about a factor of three wide: what halves in 90 days loses a fifth in
# 28, which moves few members from one to the next.
POINT_RANGES = (
    (0, "0"),
    (0.1, "0-0.1"),
    (0.5, "0.1-0.5"),
    (2, "0.5-2"),
    (5, "2-5"),
    (20, "5-20"),
    (50, "20-50"),
)
PSI_DAYS = 28
PSI_OLDEST_DAYS = 56
PSI_LIMIT = 0.25
# Chance alone makes (ranges - 1) * 2 / members: 0.14 of 100 members.
PSI_LEAST_MEMBERS = 100

STAGE_CHANGES_DAYS = 60
STAGE_CHANGES_FACTOR = 6
STAGE_CHANGES_SHARE = 0.01
STAGE_CHANGES_LEAST = 20  # one well-attended evening

# A day's news is far below. Rules of a new version have made it a quarter at once.
MERGED_SHARE = 0.02
MERGED_LEAST = 10  # so few members may always turn out to be others

# People are taken apart by hand, one at a time; whoever was merged left an alias.
MOVED_SHARE = 0.02
MOVED_LEAST = 10  # the accounts of a very active person or two

AMOUNT_FACTOR = 5
AMOUNT_LEAST_DEALS = 5
CURRENCY_POINTS = 0.01
# Of amounts, moments and states that a release has shown: a slip of a zero, a sign or a
# date is put right now and then, one or two on a day. More at once is nobody's typing.
CORRECTED_SHARE = 0.01
CORRECTED_LEAST = 2

# A file written again is compared with what it lost from one version to the next: an
# export of the last ninety days loses some each time, a list of all members none.
FILE_VERSIONS = 8
FILE_LEAST_VERSIONS = 3
FILE_LOST_FACTOR = 2

ROWS_SHARE = 0.05
ROWS_LEAST = 20

METRIC_SHARE = 0.40
METRIC_LEAST_MOVE = 0.1  # one step of what is shown; a median of 0.1 is soon 0.15
RATE_POINTS = 0.20
METRIC_LEAST_N = 50

# About changes: judged in pipelines/gate/bounds.py from what past releases were like.
CHANGES = (
    Rule(
        family="volume",
        check="has_usual_volume",
        mart="source_summary",
        statistic="rows a source landed since the last release",
        window=f"the same weekdays of the last {VOLUME_WEEKS} weeks",
        bound=f"{VOLUME_MADS_BELOW} MAD below to {VOLUME_MADS_ABOVE} above the median,"
        f" of square roots, and more than {VOLUME_LEAST_ROWS} rows off; a source"
        " without news on most days: only upwards, by its days with news",
        least=f"{VOLUME_LEAST_WEEKS} of these days",
        before="warns, by all its days; the first load is not judged",
        reason="a source brought many more or fewer rows than it usually does",
        acknowledgeable=True,
    ),
    Rule(
        family="silence",
        check="is_not_silent",
        mart="source_summary",
        statistic="days since a source brought a new row",
        window=f"gaps between days with news, last {SILENCE_DAYS} days",
        bound=f"{SILENCE_FACTOR} × the 95 % gap, at least {SILENCE_LEAST_DAYS} days",
        least=f"{SILENCE_LEAST_GAPS} gaps",
        reason="a source that brought news has brought none for long",
        acknowledgeable=True,
    ),
    Rule(
        family="time",
        check="keeps_its_moments",
        mart="fct_activities",
        statistic="activities of no event that happened at another moment",
        window="the same activities in the last release",
        bound=f"at most {CORRECTED_SHARE:.0%} of a source's activities or"
        f" {CORRECTED_LEAST}, whichever is more",
        least="a release before",
        reason="what is past moved: a time zone, or month and day read the other way",
        acknowledgeable=True,
    ),
    Rule(
        family="time",
        check="keeps_its_zone",
        mart="dim_events",
        statistic=f"events moved by {SHIFT_HOURS} hours sharp, but from midnight",
        window="the same events in the last release",
        bound="none",
        least="a release before",
        reason="a time zone was lost or added twice: an event is not put off so",
        acknowledgeable=True,
    ),
    Rule(
        family="scores",
        check="keeps_its_points",
        mart="member_scores",
        statistic="population stability index of event and of share points",
        window=f"the last release {PSI_DAYS} days ago, up to {PSI_OLDEST_DAYS}",
        bound=f"at most {PSI_LIMIT}",
        least=f"that release, {PSI_LEAST_MEMBERS} members in both",
        reason="points are spread over members unlike four weeks ago",
        acknowledgeable=True,
    ),
    Rule(
        family="scores",
        check="keeps_its_stages",
        mart="member_stages",
        statistic="members whose stage is not that of the last release, per day",
        window=f"changes a day, {STAGE_CHANGES_DAYS} days up to the last release",
        bound=f"at most {STAGE_CHANGES_FACTOR} × their median,"
        f" {STAGE_CHANGES_SHARE:.0%} of members or {STAGE_CHANGES_LEAST} members,"
        " whichever is most",
        least="a release before",
        reason="more members changed their stage at once than ever do",
        acknowledgeable=True,
    ),
    Rule(
        family="identity",
        check="keeps_its_people",
        mart="dim_members",
        statistic="members merged away since the last release",
        window="this release",
        bound=f"at most {MERGED_SHARE:.0%} of members or {MERGED_LEAST},"
        " whichever is more",
        least="a release before",
        reason="more people turned out to be others than a day's news explains",
        acknowledgeable=True,
    ),
    Rule(
        family="identity",
        check="keeps_its_accounts",
        mart="member_accounts",
        statistic="accounts of another person than in the last release, whom no alias"
        " leads to",
        window="the same accounts in the last release",
        bound=f"at most {MOVED_SHARE:.0%} of accounts or {MOVED_LEAST},"
        " whichever is more",
        least="a release before",
        reason="people were taken apart, renamed or mixed: links to them break",
        acknowledgeable=True,
    ),
    Rule(
        family="money",
        check="keeps_its_amounts",
        mart="fct_deals",
        statistic="median amount of deals by stage and currency",
        window="the last release",
        bound=f"a fifth to {AMOUNT_FACTOR} × as much",
        least=f"{AMOUNT_LEAST_DEALS} deals in both",
        reason="amounts moved by so much: another unit or currency",
        acknowledgeable=True,
    ),
    Rule(
        family="money",
        check="states_its_currency",
        mart="fct_deals",
        statistic="share of a source's amounts that come with a currency",
        window="the last release",
        bound=f"not more than {CURRENCY_POINTS:.2f} less",
        least="a release before",
        reason="amounts lost their currency, and would be taken for yen",
        acknowledgeable=True,
    ),
    Rule(
        family="money",
        check="keeps_its_units",
        mart="fct_deals",
        statistic="deals whose amount moved by the same power of ten",
        window="the same deals in the last release",
        bound=f"at most {CORRECTED_SHARE:.0%} of a source's deals or"
        f" {CORRECTED_LEAST}, whichever is more",
        least="a release before",
        reason="many amounts moved by one factor: thousands, or the smallest coin",
        acknowledgeable=True,
    ),
    Rule(
        family="money",
        check="keeps_its_signs",
        mart="fct_costs",
        statistic="costs that became money back, or the other way round",
        window="the same costs in the last release",
        bound=f"at most {CORRECTED_SHARE:.0%} of a source's costs or"
        f" {CORRECTED_LEAST}, whichever is more",
        least="a release before",
        reason="many costs changed their sign: the books write them the other way",
        acknowledgeable=True,
    ),
    Rule(
        family="completeness",
        check="keeps_its_rows",
        mart="",
        statistic="rows of a mart, by source where it has one; of metrics by dimension",
        window="the last release",
        bound=f"at most {ROWS_SHARE:.0%} or {ROWS_LEAST} rows fewer, the larger;"
        " no dimension of a metric without rows",
        least="a release before",
        reason="what was published is gone: a source, a file or a join lost rows",
        acknowledgeable=True,
    ),
    Rule(
        family="completeness",
        check="keeps_its_lists",
        mart="source_summary",
        statistic="rows that files written again lack, and nothing came instead; of"
        " the files that lack too many",
        window="the version of the file that the last release knew; its"
        f" {FILE_VERSIONS} versions before",
        bound=f"at most {CORRECTED_SHARE:.0%} of the file, {CORRECTED_LEAST} rows or"
        f" {FILE_LOST_FACTOR} × the largest share it ever lost, or lost a day,"
        " whichever is most",
        least=f"{FILE_LEAST_VERSIONS} times written again",
        reason="an export lacks rows it had: a filter was on, or it is not whole; what"
        " it had stays, what is new may be missing (which file: sources/files/README)",
        acknowledgeable=True,
    ),
    Rule(
        family="metrics",
        check="keeps_its_cancellations",
        mart="fct_registrations",
        statistic="registrations that were cancelled, are not any more, and still say"
        " when they were; where the platform says it",
        window="the same registrations in the last release",
        bound="none",
        least="a release before",
        reason="who cancelled counts as coming: a state is read as another",
        acknowledgeable=True,
    ),
    Rule(
        family="metrics",
        check="keeps_its_states",
        mart="fct_registrations",
        statistic="registrations for events that were over, now accepted or waiting",
        window="the same registrations in the last release",
        bound=f"at most {CORRECTED_SHARE:.0%} of a source's registrations or"
        f" {CORRECTED_LEAST}, whichever is more",
        least="a release before",
        reason="nobody is accepted or waits afterwards: a state is read as another",
        acknowledgeable=True,
    ),
    Rule(
        family="metrics",
        check="keeps_its_values",
        mart="metrics",
        statistic="largest move of a metric among periods complete in both releases",
        window="the last release, same definition",
        bound=f"at most {METRIC_SHARE:.0%}, or {METRIC_LEAST_MOVE};"
        f" n below {METRIC_LEAST_N} exempt",
        least="a release before",
        reason="a number that readers have seen is another one now",
        acknowledgeable=True,
    ),
    Rule(
        family="metrics",
        check="keeps_its_rates",
        mart="metrics",
        statistic="largest move of a rate among periods complete in both releases",
        window="the last release, same definition",
        bound=f"at most {RATE_POINTS * 100:.0f} points; n below {METRIC_LEAST_N}"
        " exempt",
        least="a release before",
        reason="a rate that readers have seen is another one now",
        acknowledgeable=True,
    ),
)
RULES = (*CHANGES, *ALWAYS)


def of_check(check: str) -> Rule:
    """Returns the rule about change of that check. Raises: KeyError."""
    return {rule.check: rule for rule in CHANGES}[check]
