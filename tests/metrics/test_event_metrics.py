"""No-shows, lead times, second visits, speakers and hits, counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.metrics.community import Community


@pytest.fixture
def community() -> Community:
    return Community()


@pytest.fixture
def october(community, measure):
    """One event on two platforms, one where nobody took attendance, and a later one."""
    names = community.members(12)
    community.member("staff")
    community.member("own", is_internal=True)
    community.event("connpass:1", "2026-10-31 23:30", group="real:1")
    community.event("peatix:1", "2026-10-31 23:30", group="real:1")
    community.registered("connpass:1", *names[:4])
    community.registered("connpass:1", names[4], attended=None)  # blank: not attended
    community.registered("connpass:1", names[5], attended=False)
    community.registered("peatix:1", names[5], attended=True)  # there, after all
    community.registered("peatix:1", names[6], attended=False, days_before=None)
    community.registered(
        "connpass:1", names[7], attended=None, status="cancelled",
        cancelled="2026-10-31 23:29",
    )  # fmt: skip
    community.registered(
        "connpass:1", names[8], attended=None, status="cancelled",
        cancelled="2026-10-31 23:30",
    )  # fmt: skip
    community.registered("connpass:1", names[9], attended=None, status="waitlisted")
    community.registered("connpass:1", "staff", attended=None, role="staff")
    community.registered("connpass:1", "own", attended=False)
    community.event("untaken", "2026-10-15", is_taken=False)
    community.registered("untaken", *names[:6], attended=None, days_before=3)
    community.event("november", "2026-11-01")
    community.registered("november", names[4], names[5], days_before=0)
    return measure(community)


def test_who_was_accepted_at_the_start_and_did_not_come_is_a_no_show(october):
    # Accepted at the start: 1 to 7 and 9, who cancelled too late; 5, 7 and 9 missed it.
    assert october.value("no_show_rate", "2026-10-01") == (3, 8, 8, 1 / 2)
    assert october.value("no_show_rate", "2026-10-31", "connpass:1") == (2, 6, 6, 1)
    assert october.value("no_show_rate", "2026-10-31", "peatix:1") == (1, 2, 2, 1)


def test_shows_and_no_shows_are_all_that_were_accepted(october):
    assert october.rows(
        "SELECT DISTINCT shows.numerator + missed.numerator = shows.denominator,"
        " shows.denominator = missed.denominator"
        " FROM metrics AS shows INNER JOIN metrics AS missed"
        " ON shows.period_grain = missed.period_grain"
        " AND shows.period_start = missed.period_start"
        " AND shows.dimension_value = missed.dimension_value"
        " WHERE shows.metric_id = 'show_rate' AND missed.metric_id = 'no_show_rate'"
    ) == [(True, True)]


def test_the_mean_over_persons_weighs_everybody_alike(october):
    # By October five of eight are at 0 and three at 1; then the fifth comes once.
    part = "mean_over_persons"
    assert october.value("no_show_rate", "2026-10-01", part) == (3, 8, 8, 1 / 2)
    assert october.value("no_show_rate", "2026-11-01", part) == (2.5, 8, 8, 2 / 3)


def test_persons_have_a_year(community, measure):
    (name,) = community.members(1)
    for event, day in (("first", "2025-10-31"), ("second", "2025-11-01")):
        community.event(event, day)
        community.registered(event, name, attended=event == "first")
    measured = measure(community)
    part = "mean_over_persons"
    assert measured.value("no_show_rate", "2026-09-01", part)[:2] == (0.5, 1)
    assert measured.value("no_show_rate", "2026-10-01", part)[:2] == (1, 1)


def test_lead_times_are_medians_of_those_that_say_when(october):
    # At the first platform nine at 10 days; at the second one of two says when.
    metric = "days_registration_to_event"
    assert october.value(metric, "2026-10-31", "connpass:1") == (10, None, 8, 1)
    assert october.value(metric, "2026-10-31", "peatix:1") == (10, None, 1, 1 / 2)
    assert october.value(metric, "2026-10-01") == (10, None, 15, 15 / 16)
    assert october.value(metric, "2026-11-01", "november") == (0, None, 2, 1)


def test_second_visits_are_on_a_later_day_within_ninety(community, measure):
    names = community.members(6)
    first = date(2026, 7, 31)
    for n, days in enumerate((0, 90, 91, 30)):
        day = str(first + timedelta(days=days))
        community.event(f"e{n}", day, is_taken=n != 3)
    community.event("e0b", "2026-07-31 12:00", group="e0")  # the other platform
    community.event("evening", "2026-07-31 20:00")
    community.registered("e0", *names[:4])
    community.registered("e0b", names[1])  # the same event again
    community.registered("evening", names[1])  # another, the same day
    community.registered("e1", names[0])
    community.registered("e2", names[2])
    community.registered("e3", names[3], attended=None)  # not taken: nobody knows
    community.event("august", "2026-08-01")
    community.registered("august", names[4], names[0])
    measured = measure(community)
    # Only the first came again in time: on the 1st of August, and on the 90th day.
    expected = (1, 4, 4, 4 / 5)
    assert measured.value("second_visit_rate", "2026-07-01") == expected
    assert measured.starts("second_visit_rate") == ["2026-07-01"]  # August is young
    assert measured.value("first_time_attendees", "2026-07-01", grain="month")[0] == 4


@pytest.mark.parametrize(
    ("as_of", "months"),
    [(date(2026, 10, 28), []), (date(2026, 10, 29), ["2026-07-01"])],
)
def test_a_cohort_appears_when_its_ninety_days_are_over(measure, as_of, months):
    community = Community(as_of=as_of)
    community.event("e", "2026-07-01")
    community.registered("e", *community.members(5))
    assert measure(community).starts("second_visit_rate") == months


def test_ninety_days_count_from_the_first_visit_and_not_from_the_month(
    community, measure
):
    names = community.members(2)
    for event, day in (("a", "2026-07-01"), ("b", "2026-09-29"), ("c", "2026-09-30")):
        community.event(event, day)
    community.registered("a", *names)
    community.registered("b", names[0])  # the 90th day
    community.registered("c", names[1])
    assert measure(community).value("second_visit_rate", "2026-07-01")[:2] == (1, 2)


@pytest.fixture
def spoken(community, measure):
    """Fiscal quarters from April: a talk before and after each boundary."""
    names = community.members(7, since="2025-12-01")
    for event, day, status in (
        ("march", "2026-03-31 23:59", "scheduled"),
        ("april", "2026-04-01 00:00", "scheduled"),
        ("december", "2025-12-31 23:59", "scheduled"),
        ("january", "2026-01-01 00:00", "scheduled"),
        ("off", "2026-05-01", "cancelled"),
        ("silent", "2026-05-02", "scheduled"),
    ):
        community.event(event, day, status=status)
    for event in ("march", "december", "january"):
        community.registered(event, names[0], role="speaker")
        community.did(names[0], "speak", "2026-01-02", event=event)  # told again
    community.registered("april", *names, role="speaker")
    community.registered("off", names[1], role="speaker")
    community.did(names[1], "speak", "2026-06-30", key="talk", source="a")  # no event
    community.did(names[1], "speak", "2026-06-30", key="talk", source="b")
    return measure(community)


def test_speakers_are_counted_by_fiscal_quarter(spoken):
    assert spoken.value("speakers", "2025-10-01")[0] == 1
    assert spoken.value("new_speaker_rate", "2025-10-01")[:2] == (1, 1)
    assert spoken.value("new_speaker_rate", "2026-01-01")[:2] == (0, 1)
    assert spoken.value("new_speaker_rate", "2026-04-01") == (6, 7, 7, 1 / 2)
    assert spoken.value("speakers", "2026-07-01")[0] == 0
    assert spoken.value("new_speaker_rate", "2026-07-01") is None
    assert spoken.rows(
        "SELECT period_end, is_complete FROM metrics"
        " WHERE metric_id = 'speakers' AND period_start = '2026-04-01'"
    ) == [(date(2026, 6, 30), True)]


def test_every_speaker_was_new_once(spoken):
    assert spoken.rows(
        "SELECT sum(numerator) FROM metrics WHERE metric_id = 'new_speaker_rate'"
    ) == [(7,)]


def test_concentration_is_that_of_four_quarters(spoken):
    # 11 talks: four by the first, two by the second, one by each of the other five.
    assert spoken.value("speaker_concentration", "2026-04-01")[:3] == (9, 11, 7)
    assert spoken.value("speaker_concentration", "2026-07-01")[:3] == (9, 11, 7)
    # a quarter later the talk of December is out
    assert spoken.value("speaker_concentration", "2026-10-01")[:3] == (8, 10, 7)
    assert spoken.value("speaker_concentration", "2026-01-01")[:3] == (3, 3, 1)


def test_quarters_move_with_the_fiscal_year(measure):
    community = Community(fiscal_start=2)
    (name,) = community.members(1)
    community.did(name, "speak", "2026-05-01", key="talk")
    measured = measure(community)
    assert measured.starts("new_speaker_rate") == ["2026-05-01"]
    quarters = ["2026-05-01", "2026-08-01", "2026-11-01"]
    assert measured.starts("speakers") == quarters


def hits(community: Community, *attendances: int | None, group: str | None = None):
    for n, count in enumerate(attendances):
        event = f"{group}{n}"
        community.event(
            event, f"2026-{n % 10 + 1:02}-{n // 10 + 1:02}", working_group=group,
            is_taken=False, attended_reported=count,
        )  # fmt: skip
        community.event(f"{event}b", "2026-10-30", group=event, is_taken=False)


def test_hits_need_thirteen_events_of_which_the_number_is_known(community, measure):
    community.members(1)
    hits(community, *([50] * 4), *([49] * 9), None, group="データ")
    hits(community, *([60] * 12), None, group="全体")
    measured = measure(community)
    assert measured.value("hit_rate", "2026-10-01") == (16, 25, 25, 25 / 27)
    assert measured.value("hit_rate", "2026-10-01", "データ") == (4, 13, 13, 13 / 14)
    assert measured.value("hit_rate", "2026-10-01", "全体") is None


def test_hits_are_those_of_thirteen_months(community, measure):
    community.member("m", "2025-10-01")
    community.event("old", "2025-09-30", is_taken=False, attended_reported=99)
    community.event("first", "2025-10-01", is_taken=False, attended_reported=99)
    hits(community, *([10] * 12))
    measured = measure(community)
    assert measured.value("hit_rate", "2026-09-01")[:2] == (2, 13)  # one is to come
    assert measured.value("hit_rate", "2026-10-01")[:2] == (1, 13)
    assert measured.starts("hit_rate") == ["2026-09-01", "2026-10-01"]


def test_hits_count_who_came_and_not_who_registered(community, measure):
    names = community.members(60)
    hits(community, *([10] * 12))
    community.event("full", "2026-10-20")
    community.registered("full", *names[:50])
    community.registered("full", *names[50:], attended=False)
    community.event("empty", "2026-10-21", attended_reported=60)
    community.registered("empty", *names[:49])
    community.registered("empty", *names[49:], attended=False)
    community.event("speakers", "2026-10-22")
    community.registered("speakers", *names, role="speaker")  # no audience on the list
    community.event("told", "2026-10-23", attended_reported=70)
    community.registered("told", names[0], role="speaker")
    hit_rate = measure(community).value("hit_rate", "2026-10-01")
    assert hit_rate == (2, 15, 15, 15 / 16)
