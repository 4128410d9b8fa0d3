"""The SQL of every statistic: what is counted of the marts, beside the last release.

statistic, subject, version, n, value    of STATISTICS, each on its own
source, load_date, landed                of LOADED
"""

from __future__ import annotations

from pipelines.expectations._bounds import SHIFT_HOURS
from pipelines.gate.rules import (
    CORRECTED_LEAST,
    CORRECTED_SHARE,
    FILE_LEAST_VERSIONS,
    FILE_LOST_FACTOR,
    FILE_VERSIONS,
    METRIC_LEAST_MOVE,
    METRIC_LEAST_N,
    POINT_RANGES,
    SILENCE_DAYS,
    STAGE_CHANGES_DAYS,
)

# Facts and the people they are about: what was published of them stays. Their rows by
# source where they have one. Left out are marts that are told anew every day.
GROWING = {
    "dim_companies": False,
    "dim_events": True,
    "dim_members": False,
    "fct_activities": True,
    "fct_certifications": True,
    "fct_contracts": True,
    "fct_costs": True,
    "fct_deals": True,
    "fct_hires": True,
    "fct_interactions": True,
    "fct_media_mentions": True,
    "fct_outputs": False,
    "fct_referrals": False,
    "fct_registrations": True,
    "fct_survey_responses": True,
    "member_accounts": True,
    "member_companies": False,
    "metrics": False,
}


def _rows(mart: str, has_source: bool) -> str:
    subject = f"'{mart}.' || coalesce(source, 'unknown')" if has_source else f"'{mart}'"
    return f"""
        SELECT 'rows', {subject}, '', count(*), count(*)
        FROM marts.{mart}
        GROUP BY {subject}
    """


# A metric, or a dimension of it, that is no longer there is a small part of all rows.
METRIC_ROWS = """
    SELECT
        'rows', 'metrics.' || metric_id || ' by ' || dimension, '', count(*), count(*)
    FROM marts.metrics
    GROUP BY metric_id, dimension
"""


def _points(category: str) -> str:
    ranges = "".join(
        f"WHEN {category}_points <= {upper} THEN '{name}' "
        for upper, name in POINT_RANGES
    )
    return f"""
        SELECT
            'points',
            '{category} ' || CASE {ranges} ELSE 'more' END AS range,
            formula_version,
            sum(count(*)) OVER (PARTITION BY formula_version),
            count(*)
        FROM marts.member_scores
        WHERE NOT is_internal AND NOT is_bot
        GROUP BY formula_version, range
    """


# Members known to both releases whose stage is another one now, per day between them.
STAGE_CHANGES = """
    SELECT
        'stage_changes', 'all', max(now.formula_version), count(*),
        count(*) FILTER (now.stage IS DISTINCT FROM last.stage)
            / greatest(1, max(now.as_of_date) - max(last.as_of_date))
    FROM marts.member_scores AS now
    INNER JOIN previous.member_scores AS last ON now.member_id = last.member_id
    HAVING count(*) > 0
"""
# Changes of stage per day as the last release tells its last days; days without count.
USUAL_STAGE_CHANGES = f"""
    WITH last AS (
        SELECT max(as_of_date) AS as_of, max(formula_version) AS formula_version
        FROM previous.member_scores
    ),
    days AS (
        SELECT count(stages.member_id) AS changes
        FROM last
        CROSS JOIN range({STAGE_CHANGES_DAYS}) AS ago (days)
        LEFT JOIN previous.member_stages AS stages
            ON stages.valid_from = last.as_of - cast(ago.days AS INTEGER)
        WHERE last.as_of IS NOT NULL
        GROUP BY ago.days
    )
    SELECT
        'usual_stage_changes', 'all', (SELECT formula_version FROM last), count(*),
        median(changes)
    FROM days
    HAVING count(*) > 0
"""
# Members that became others since the last release, blocked runs between included.
MERGED = """
    SELECT
        'merged', 'all', '', (SELECT count(*) FROM marts.dim_members) + count(*),
        count(*)
    FROM identity.member_aliases
    WHERE aliased_at > getvariable('last_clock')
    HAVING getvariable('last_clock') IS NOT NULL
"""
# Accounts of both releases whose person is neither the same nor who that one became.
MOVED = """
    SELECT 'accounts_moved', 'all', '', count(*),
        count(*) FILTER (
            now.member_id <> coalesce(aliases.member_id, last.member_id)
        )
    FROM marts.member_accounts AS now
    INNER JOIN previous.member_accounts AS last ON now.account_id = last.account_id
    LEFT JOIN identity.member_aliases AS aliases
        ON last.member_id = aliases.alias_member_id
    HAVING count(*) > 0
"""
DEAL_MEDIAN = """
    SELECT
        'deal_median', coalesce(stage, 'unknown') || ' ' || currency, '', count(amount),
        cast(median(amount) AS DOUBLE)
    FROM marts.fct_deals
    WHERE amount > 0
    GROUP BY stage, currency
"""
CURRENCY_STATED = """
    SELECT 'currency_stated', source, '', count(*), count(currency) / count(*)
    FROM intermediate.int_stacked_deals
    WHERE amount IS NOT NULL
    GROUP BY source
"""
# Deals of both releases, and the most of them whose amount moved by one power of ten:
# to half a percent, since a unit is rounded. An amount typed anew moves by anything.
DEALS_RESCALED = """
    WITH pairs AS (
        SELECT
            coalesce(now.source, 'unknown') AS source,
            log10(cast(now.amount AS DOUBLE) / cast(last.amount AS DOUBLE)) AS power
        FROM marts.fct_deals AS now
        INNER JOIN previous.fct_deals AS last ON now.deal_id = last.deal_id
        WHERE now.amount > 0 AND last.amount > 0
    ),
    powers AS (
        SELECT
            source, round(power) AS power, count(*) AS deals,
            count(*) FILTER (abs(power - round(power)) < 0.002 AND round(power) <> 0)
                AS rescaled
        FROM pairs
        GROUP BY source, round(power)
    )
    SELECT 'deals_rescaled', source, '', sum(deals), max(rescaled)
    FROM powers
    GROUP BY source
"""
COSTS_TURNED = """
    SELECT 'costs_turned', coalesce(now.source, 'unknown') AS source, '', count(*),
        count(*) FILTER (sign(now.amount) <> sign(last.amount))
    FROM marts.fct_costs AS now
    INNER JOIN previous.fct_costs AS last ON now.cost_id = last.cost_id
    WHERE now.amount <> 0 AND last.amount <> 0
    GROUP BY coalesce(now.source, 'unknown')
"""
# Their activities are not held against the day the account began: nobody knows it.
UNDATED = """
    SELECT 'accounts_without_date', source, '', count(*),
        count(*) FILTER (first_seen_at IS NULL)
    FROM intermediate.int_accounts
    GROUP BY source
"""
# Activities of both releases that are told of another moment; those of an event move
# with it, when it is put off.
MOMENTS_MOVED = """
    SELECT 'moments_moved', now.source, '', count(*),
        count(*) FILTER (now.occurred_at <> last.occurred_at)
    FROM marts.fct_activities AS now
    INNER JOIN previous.fct_activities AS last ON now.activity_id = last.activity_id
    WHERE now.event_id IS NULL AND last.event_id IS NULL
    GROUP BY now.source
"""
# Events of both releases that moved by what the clock is ahead of UTC, to the minute:
# nobody puts an event off so. A day without a time, midnight, may be given one.
ZONES_LOST = f"""
    SELECT 'zones_lost', now.source, '', count(*),
        count(*) FILTER (
            abs(date_diff('minute', last.started_at, now.started_at))
            = {SHIFT_HOURS * 60}
            AND date_part('hour', last.started_at) <> {24 - SHIFT_HOURS}
        )
    FROM marts.dim_events AS now
    INNER JOIN previous.dim_events AS last ON now.event_id = last.event_id
    GROUP BY now.source
"""
# Registrations of both releases for events that were over with the last one, in another
# state now. Organisers do cancel those who did not come: that is none of it.
STATES_TURNED = """
    SELECT 'states_turned', now.source, '', count(*),
        count(*) FILTER (now.status <> last.status AND now.status <> 'cancelled')
    FROM marts.fct_registrations AS now
    INNER JOIN previous.fct_registrations AS last
        ON now.event_id = last.event_id AND now.member_id = last.member_id
    INNER JOIN previous.dim_events AS events ON now.event_id = events.event_id
    WHERE events.started_at < getvariable('last_clock') - INTERVAL 1 DAY
    GROUP BY now.source
"""
# Registrations that still say when they were cancelled, and count as accepted now:
# a state was read as another. Who comes back after all has no such day, or a new row;
# of platforms that state no such day only those of events that are over are looked at.
CANCELLATIONS_UNDONE = """
    SELECT 'cancellations_undone', now.source, '', count(*),
        count(*) FILTER (
            now.status <> 'cancelled' AND now.cancelled_at = last.cancelled_at
        )
    FROM marts.fct_registrations AS now
    INNER JOIN previous.fct_registrations AS last
        ON now.event_id = last.event_id AND now.member_id = last.member_id
    WHERE last.status = 'cancelled' AND last.cancelled_at IS NOT NULL
    GROUP BY now.source
"""
# Files that were written again since the last release: rows of the version it knew that
# the newest lacks, beyond those that came in their place (a name or a date put right),
# where the file never lost such a share. Rows that came back later were no usual loss.
FILE_ROWS_GONE = f"""
    WITH versions AS (
        SELECT
            kind, connector, file, content,
            max(load_order) AS load_order, min(observed_at) AS first_seen
        FROM intermediate.int_file_rows
        GROUP BY kind, connector, file, content
    ),
    changed AS (
        SELECT
            kind, connector, file, max(load_order) AS newest,
            max(load_order) FILTER (first_seen <= getvariable('last_clock')) AS known
        FROM versions
        GROUP BY kind, connector, file
        HAVING
            known IS NOT NULL
            AND max_by(first_seen, load_order) > getvariable('last_clock')
    ),
    numbered AS (  -- 1 is the newest version, 2 the one that the last release knew
        SELECT
            kind, connector, file, content,
            row_number() OVER by_age AS age,
            greatest(1, date_diff('day', first_seen, lag(first_seen) OVER by_age))
                AS days
        FROM versions
        INNER JOIN changed USING (kind, connector, file)
        WHERE load_order <= known OR load_order = newest
        WINDOW by_age AS (
            PARTITION BY kind, connector, file ORDER BY load_order DESC
        )
        QUALIFY age <= {FILE_VERSIONS} + 2
    ),
    held AS (
        SELECT DISTINCT kind, connector, file, age, days, row_key
        FROM intermediate.int_file_rows
        INNER JOIN numbered USING (kind, connector, file, content)
        WHERE NOT is_replaced
    ),
    followed AS (
        SELECT
            kind, connector, file, age, days,
            lead(age) OVER by_age IS NULL AS is_last,
            lag(age) OVER by_age IS NULL AS is_first
        FROM held
        WINDOW by_age AS (
            PARTITION BY kind, connector, file, row_key ORDER BY age DESC
        )
    ),
    compared AS (
        SELECT
            kind, connector, file, age, any_value(days) AS days,
            count(*) AS rows_held,
            count(*) FILTER (is_last) AS gone, count(*) FILTER (is_first) AS came
        FROM followed
        GROUP BY kind, connector, file, age
    ),
    files AS (
        SELECT
            kind, connector, file,
            max(rows_held) FILTER (age = 2) AS rows_held,
            max(gone) FILTER (age = 2) - coalesce(max(came) FILTER (age = 1), 0)
                AS missing,
            count(*) FILTER (age > 2) AS versions,
            greatest(
                max(gone / rows_held) FILTER (age > 2),
                max(gone / rows_held / days) FILTER (age > 2)
                * max(days) FILTER (age = 2)
            ) AS usual_share
        FROM compared
        GROUP BY kind, connector, file
    )
    SELECT
        'file_rows_gone', connector || '.' || kind, '', sum(rows_held),
        coalesce(sum(missing) FILTER (
            versions >= {FILE_LEAST_VERSIONS}
            AND missing > greatest(
                {CORRECTED_LEAST}, {CORRECTED_SHARE} * rows_held,
                {FILE_LOST_FACTOR} * usual_share * rows_held
            )
        ), 0)
    FROM files
    WHERE rows_held > 0
    GROUP BY connector, kind
"""
# The largest move of each metric among the periods that both releases call complete;
# numbers of differences (growth, `_delta`) lie near zero and move by any share.
METRIC_CHANGE = f"""
    WITH pairs AS (
        SELECT
            now.metric_id,
            now.definition_version,
            definitions.unit = 'ratio' AS is_rate,
            abs(now.value - last.value) AS points,
            CASE WHEN abs(now.value - last.value) > {METRIC_LEAST_MOVE}
                THEN abs(now.value - last.value) / nullif(abs(last.value), 0)
                ELSE 0
            END AS share
        FROM marts.metrics AS now
        INNER JOIN previous.metrics AS last
            ON now.metric_id = last.metric_id
            AND now.definition_version = last.definition_version
            AND now.period_grain = last.period_grain
            AND now.dimension = last.dimension
            AND now.dimension_value = last.dimension_value
            AND (now.period_start = last.period_start OR now.period_grain = 'run')
        INNER JOIN marts.metric_definitions AS definitions
            ON now.metric_id = definitions.metric_id
        WHERE now.is_complete AND last.is_complete
            AND least(now.n, last.n) >= {METRIC_LEAST_N}
            AND now.value IS NOT NULL AND last.value IS NOT NULL
            AND now.metric_id NOT LIKE '%\\_delta' ESCAPE '\\'
            AND now.metric_id NOT LIKE '%growth%'
    )
    SELECT
        CASE WHEN is_rate THEN 'rate_change' ELSE 'metric_change' END, metric_id,
        definition_version, count(*), max(CASE WHEN is_rate THEN points ELSE share END)
    FROM pairs
    GROUP BY metric_id, definition_version, is_rate
    HAVING max(CASE WHEN is_rate THEN points ELSE share END) IS NOT NULL
"""
# The days of half a year, and the first day of each source: that load brought its past.
LOADED = f"""
    WITH days AS (
        SELECT
            *,
            min(load_date) OVER (PARTITION BY source) AS first_date,
            max(load_date) OVER () AS last_date
        FROM intermediate.int_source_loads
    )
    SELECT source, load_date, landed
    FROM days
    WHERE load_date >= last_date - {SILENCE_DAYS} OR load_date = first_date
    ORDER BY source, load_date
"""
STATISTICS = (
    *(_rows(mart, has_source) for mart, has_source in GROWING.items()),
    METRIC_ROWS,
    _points("event"),
    _points("share"),
    STAGE_CHANGES,
    USUAL_STAGE_CHANGES,
    MERGED,
    MOVED,
    DEAL_MEDIAN,
    CURRENCY_STATED,
    DEALS_RESCALED,
    COSTS_TURNED,
    UNDATED,
    MOMENTS_MOVED,
    ZONES_LOST,
    STATES_TURNED,
    CANCELLATIONS_UNDONE,
    FILE_ROWS_GONE,
    METRIC_CHANGE,
)
