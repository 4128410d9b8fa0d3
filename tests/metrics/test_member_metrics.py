"""Growth, actions, heat, cohorts and reactivation, counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.metrics.community import Community


@pytest.fixture
def community() -> Community:
    return Community()


def test_who_comes_back_or_is_seen_elsewhere_has_not_left(community, measure):
    for name, since in (
        ("gone", "2026-09-30"), ("back", "2026-10-01"), ("elsewhere", "2026-10-31"),
        ("noted", "2026-01-01"),
    ):  # fmt: skip
        community.member(name, since)
        community.did(name, "leave", "2026-10-31 23:59")
    community.member("own", is_internal=True)
    community.did("own", "leave", "2026-10-31")
    community.did("gone", "post", "2026-10-31 23:00")  # the same day is not later
    community.did("back", "join", "2026-11-01 00:01")
    community.did("elsewhere", "attend", "2026-11-02", source="connpass")
    community.did("noted", "follow_up", "2026-11-02")  # somebody else's note
    measured = measure(community)
    assert measured.value("net_member_growth", "2026-10-01") == (2 - 2, None, 4, 1)
    assert measured.value("net_member_growth", "2026-10-01", "new")[0] == 2
    assert measured.value("net_member_growth", "2026-10-01", "withdrawn")[0] == 2
    assert measured.value("net_member_growth", "2026-09-01") == (1, None, 1, 1)
    assert measured.value("net_member_growth", "2026-11-01")[0] == 0


def test_growth_is_new_members_less_withdrawals_in_every_month(community, measure):
    for n, since in enumerate(("2026-07-01", "2026-07-31", "2026-09-01", "2026-10-10")):
        community.member(f"m{n}", since)
    community.did("m0", "leave", "2026-08-01 00:00")
    measured = measure(community)
    assert measured.rows(
        "SELECT growth.period_start FROM metrics AS growth INNER JOIN metrics AS joined"
        " ON growth.period_start = joined.period_start"
        " AND joined.metric_id = 'new_members' AND joined.dimension = 'all'"
        " AND growth.metric_id = 'net_member_growth' AND growth.dimension = 'all'"
        " WHERE growth.value = joined.value ORDER BY 1"
    ) == [(date(2026, month, 1),) for month in (7, 9, 10, 11)]
    assert measured.value("net_member_growth", "2026-08-01")[0] == -1


def test_an_action_counts_for_thirty_days_and_registering_is_none(community, measure):
    names = community.members(6)
    community.event("e", "2026-10-20")
    community.did(names[0], "post", "2026-10-02 00:00")  # the first of October's 30
    community.did(names[1], "post", "2026-10-01 23:59")
    community.did(names[2], "register", "2026-10-10")
    community.did(names[3], "reaction", "2026-10-31 23:59")
    community.did(names[4], "no_show", "2026-10-20", event="e")
    community.did(names[5], "attend", "2026-10-20", event="e", points=0)  # told twice
    measured = measure(community)
    assert measured.value("action_rate", "2026-10-01") == (2, 6, 6, 1)
    assert measured.value("active_rate", "2026-10-01", grain="month")[0] == 4


def test_the_rate_of_the_running_month_looks_back_thirty_days(community, measure):
    names = community.members(3)
    community.did(names[0], "post", "2026-10-22 00:01")
    community.did(names[1], "post", "2026-10-21 23:59")
    measured = measure(community)
    assert measured.value("action_rate", "2026-11-01")[:2] == (1, 3)
    assert measured.rows(
        "SELECT is_complete, period_end FROM metrics WHERE metric_id = 'action_rate'"
        " AND period_start = '2026-11-01'"
    ) == [(False, date(2026, 11, 30))]


@pytest.fixture
def heated(community, measure):
    """Monday 2 to Sunday 8 November and the weeks around it."""
    names = community.members(4)
    community.event("e", "2026-11-04", working_group="データ")
    community.did(names[0], "attend", "2026-11-04", event="e")  # 3
    community.did(names[0], "blog", "2026-11-08 23:59")  # 8, of no group
    community.did(names[1], "post", "2026-11-02 00:00", working_group="データ")  # 3
    community.did(
        names[2], "post", "2026-11-01 23:59", working_group="データ"
    )  # before
    community.did(names[3], "post", "2026-11-02", working_group="rust")  # no event's
    community.did(names[3], "watch_only", "2026-11-03")
    return measure(community)


def test_heat_is_the_weight_of_the_week_and_of_four_weeks(heated):
    assert heated.value("heat_index", "2026-11-02") == (17, None, 3, 1)
    assert heated.value("heat_index", "2026-11-02", "データ") == (6, None, 2, 1)
    assert heated.value("heat_index_28d", "2026-11-02") == (20, None, 4, 1)
    assert heated.value("heat_index_28d", "2026-11-02", "データ") == (9, None, 3, 1)
    assert heated.value("heat_index", "2026-11-02", "rust") is None
    assert heated.value("heat_per_member", "2026-11-02") == (17, 3, 3, 1)
    assert heated.value("heat_per_member_28d", "2026-11-02", "データ") == (9, 3, 3, 1)


def test_a_running_week_has_its_whole_window(heated):
    # Monday 16 to the as-of Friday 20: the 28 days start on 24 October.
    assert heated.value("heat_index", "2026-11-16") == (0, None, 0, 1)
    assert heated.value("heat_index_28d", "2026-11-16") == (20, None, 4, 1)
    assert heated.value("heat_per_member", "2026-11-16") is None


def test_weeks_add_up_to_all_points(heated):
    assert heated.rows(
        "SELECT sum(value) = (SELECT sum(points) FROM marts.fct_activities"
        " WHERE activity_type <> 'watch_only')"
        " FROM metrics WHERE metric_id = 'heat_index' AND dimension = 'all'"
    ) == [(True,)]


def test_cohorts_are_the_new_members_and_months_without_anybody_are_zeros(
    community, measure
):
    for name, since in (
        ("a", "2026-08-01"), ("b", "2026-08-31"), ("c", "2026-10-31"),
        ("now", "2026-11-01"),
    ):  # fmt: skip
        community.member(name, since)
    community.member("undated", None)
    community.did("a", "post", "2026-08-31 23:59")
    community.did("a", "attend", "2026-10-01 00:00")
    community.did("b", "blog", "2026-10-31 23:59")
    community.did("c", "post", "2026-11-01 00:00")  # a month that runs
    community.did("undated", "register", "2026-10-01")
    measured = measure(community)
    rows = measured.rows(
        "SELECT cohort_month, month_n, cohort_size, active_count, coverage"
        " FROM marts.cohort_retention WHERE channel = 'all' ORDER BY 1, 2"
    )
    august, october = date(2026, 8, 1), date(2026, 10, 1)
    assert rows == [
        (august, 0, 2, 1, 0.8), (august, 1, 2, 0, 0.8), (august, 2, 2, 2, 0.8),
        (october, 0, 1, 0, 0.8),
    ]  # fmt: skip
    assert measured.rows(
        "SELECT channel, active_count FROM marts.cohort_retention"
        " WHERE cohort_month = '2026-08-01' AND month_n = 2 ORDER BY 1"
    ) == [("all", 2), ("event", 1), ("share", 1)]
    assert measured.value("cohort_retention", "2026-08-01", "02") == (2, 2, 2, 0.8)
    assert measured.value("cohort_retention", "2026-08-01", "00") is None
    assert measured.rows(
        "SELECT DISTINCT cohort_size = new_members.value"
        " FROM marts.cohort_retention INNER JOIN metrics AS new_members"
        " ON cohort_month = period_start AND metric_id = 'new_members'"
        " AND dimension = 'all'"
    ) == [(True,)]


def test_ninety_days_of_silence_before_the_month_are_needed_to_come_back(
    community, measure
):
    # October begins after 30 September: 2 July is 90 days before that, 3 July is 89.
    names = community.members(5)
    community.did(names[0], "post", "2026-07-02 23:59")
    community.did(names[1], "post", "2026-07-03 00:00")
    community.did(names[2], "post", "2026-07-01")
    community.did(names[4], "register", "2026-10-31")  # the first of all
    for day in ("2026-10-01 00:00", "2026-10-20"):
        community.did(names[0], "post", day)
        community.did(names[1], "post", day)
    measured = measure(community)
    assert measured.value("reactivated", "2026-10-01") == (1, None, 1, 1)
    assert measured.value("reactivation_rate", "2026-10-01") == (1, 2, 2, 1)
    assert measured.value("reactivation_rate", "2026-09-01") is None
    assert measured.value("reactivated", "2026-09-01")[0] == 0
    assert measured.value("reactivation_rate", "2026-11-01")[:2] == (0, 1)


def test_the_first_output_of_all_makes_a_new_sharer(community, measure):
    names = community.members(3)
    community.did(names[0], "blog", "2026-09-30 23:59")
    community.did(names[0], "post", "2026-10-01")
    community.did(names[1], "post", "2026-10-01 00:00")
    community.did(names[2], "reply", "2026-10-02")  # no output
    measured = measure(community)
    assert measured.value("new_sharers", "2026-09-01")[0] == 1
    assert measured.value("new_sharers", "2026-10-01")[0] == 1
    assert measured.rows(
        "SELECT sum(value) = (SELECT count(DISTINCT member_id) FROM marts.fct_outputs)"
        " FROM metrics WHERE metric_id = 'new_sharers'"
    ) == [(True,)]


@pytest.mark.parametrize(
    ("actors", "expected"), [(1, (9, 9)), (10, (9, 18)), (11, (10, 19)), (20, (10, 28))]
)
def test_the_busiest_tenth_is_rounded_up(community, measure, actors, expected):
    names = community.members(actors)
    for n in range(9):
        community.did(names[0], "post", f"2026-10-{n + 1:02}")
    for name in names[1:]:
        community.did(name, "post", "2026-10-05")
    measured = measure(community)
    assert measured.value("contribution_share_top10pct", "2026-10-01")[:2] == expected


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_tiny_communities_have_metrics_and_no_impossible_number(
    community, measure, size
):
    names = community.members(size, since="2026-01-01")
    community.event("e", "2026-06-01")
    for name in names:
        community.registered("e", name)
        community.did(name, "post", "2026-10-31", title="?")
    measured = measure(community)
    assert measured.rows(
        "SELECT * FROM metrics WHERE n < 0 OR value < 0 OR coverage NOT BETWEEN 0 AND 1"
        " OR isnan(value) OR isinf(value)"
        " OR abs(value - numerator / denominator) > 1e-9"
    ) == []  # fmt: skip
    found = {name for (name,) in measured.rows("SELECT metric_id FROM metrics")}
    if size == 0:
        assert found == set()
    else:
        assert measured.value("action_rate", "2026-10-01")[:2] == (size, size)
        assert measured.value("second_visit_rate", "2026-06-01")[:2] == (0, size)
        assert {"cohort_retention", "heat_index", "no_show_rate"} <= found


def test_a_day_after_the_as_of_day_does_not_exist(measure):
    community = Community(as_of=date(2026, 10, 31))
    name, other = community.members(2)
    community.did(name, "post", "2026-10-31 23:59", id="p", title="いつですか？")
    community.did(name, "post", "2026-11-01 00:00")
    community.did(other, "reply", "2026-11-01 00:00", parent="p")
    measured = measure(community)
    assert measured.value("action_rate", "2026-10-01")[0] == 1
    assert measured.value("new_sharers", "2026-10-01")[0] == 1
    assert measured.rows("SELECT count(*) FROM marts.fct_interactions") == [(0,)]
    assert measured.rows(
        "SELECT count(*) FROM metrics WHERE period_start > '2026-10-31'"
    ) == [(0,)]
