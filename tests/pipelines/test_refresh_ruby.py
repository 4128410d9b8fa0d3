"""A real community end to end: every count of the data set, exactly."""

import pytest

from pipelines.workspace import Workspace
from tests.pipelines.harness import Project
from tests.pipelines.parsed import plant

LANDED = {
    "accounts": 18_750,
    "events": 795,
    "registrations": 10_811,
    "activities": 182_649,
    "links": 6_578,
    "labels": 79,
    "companies": 0,
    "affiliations": 0,
    "deals": 0,
}


@pytest.fixture(scope="module")
def ruby(shared, tmp_path_factory) -> Project:
    data = tmp_path_factory.mktemp("ruby") / "data"
    plant(Workspace(data))
    project = Project(data, runs_unit_tests=False, is_forked=True)
    inbox = shared / "data" / "ruby" / "inbox"
    done = project.refresh("--inbox", str(inbox))
    assert done.returncode == 0, done.stdout
    return project


def test_every_table_lands_with_the_rows_of_its_file(ruby):
    rows = ruby.query(
        "SELECT table_name, landed FROM marts.source_reconciliation"
        " WHERE source = 'files' AND period = 'all'"
    )
    assert {table: count for table, count in rows if count or table in LANDED} == LANDED


def test_landed_is_staged_and_superseded_and_quarantined_in_every_table(ruby):
    rows = ruby.query(
        "SELECT landed, staged + superseded + quarantined"
        " FROM marts.source_reconciliation WHERE period = 'all'"
    )
    assert len(rows) > len(LANDED)
    assert [row for row in rows if row[0] != row[1]] == []


def test_activities_are_the_distinct_ones_of_the_set(ruby):
    # 179,988 distinct keyed ones and 715 organisers without a key, less 99 undated.
    rows = ruby.query(
        "SELECT staged, superseded, quarantined FROM marts.source_reconciliation"
        " WHERE source = 'files' AND table_name = 'activities' AND period = 'all'"
    )
    assert rows == [(180_604, 1_946, 99)]
    assert ruby.query(
        "SELECT count(*), count(DISTINCT activity_id) FROM marts.fct_activities"
        " WHERE source_table = 'activities'"
    ) == [(180_604, 180_604)]


def test_exactly_the_99_undated_rows_are_quarantined_and_no_other(ruby):
    rows = ruby.query(
        "SELECT source, table_name, count(*), count(DISTINCT reason)"
        " FROM marts.quarantined_rows GROUP BY ALL"
    )
    assert rows == [("files", "activities", 99, 1)]
    kinds = ruby.query(
        "SELECT json_extract_string(payload, '$.activity_type') AS kind, count(*)"
        " FROM marts.quarantined_rows GROUP BY kind ORDER BY kind"
    )
    assert kinds == [("lightning_talk", 4), ("organise", 19), ("speak", 76)]


def test_every_account_belongs_to_one_member(ruby):
    assert ruby.query(
        "SELECT count(*), count(DISTINCT account_id) FROM marts.member_accounts"
        " WHERE source IN ('git', 'github', 'rubyevents')"
    ) == [(18_750, 18_750)]
    assert ruby.query(
        "SELECT source, count(*) FROM marts.member_accounts GROUP BY source ORDER BY 1"
    ) == [("git", 8_637), ("github", 5_386), ("rubyevents", 4_727)]


def test_registrations_are_one_row_per_event_and_member(ruby):
    ((rows, pairs, events),) = ruby.query(
        "SELECT count(*), count(DISTINCT (event_id, member_id)),"
        " count(DISTINCT event_id) FROM marts.fct_registrations"
    )
    assert rows == pairs
    assert events == 430


def test_scores_are_the_sums_of_their_contributions_exactly(ruby):
    ((members, wrong),) = ruby.query(
        """
        SELECT count(*), count(*) FILTER (
            scores.event_points <> coalesce(sums.event_points, 0)
            OR scores.share_points <> coalesce(sums.share_points, 0)
        )
        FROM marts.member_scores AS scores
        LEFT JOIN (
            SELECT
                member_id,
                formula_version,
                sum(contribution) FILTER (category = 'event') AS event_points,
                sum(contribution) FILTER (category = 'share') AS share_points
            FROM marts.member_score_contributions
            GROUP BY ALL
        ) AS sums USING (member_id, formula_version)
        """
    )
    assert members > 0
    assert wrong == 0


def test_events_already_announced_are_kept_and_score_nothing_yet(ruby):
    ((future, points),) = ruby.query(
        "SELECT count(*), coalesce(sum(contribution), 0)"
        " FROM marts.fct_activities AS activities"
        " LEFT JOIN marts.member_score_contributions AS contributions"
        " USING (activity_id)"
        " WHERE activities.local_date > DATE '2026-11-20'"
    )
    assert future > 0
    assert points == 0
