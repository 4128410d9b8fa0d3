"""Who turned to whom, and what is made of it, counted by hand."""

from __future__ import annotations

import pytest

from tests.metrics.community import Community


@pytest.fixture
def community() -> Community:
    return Community()


@pytest.fixture
def talking(community, measure):
    community.member("a", company="x", department="dev")
    community.member("b", company="x", department="sales")
    community.member("c", company="y", worked_before_at=("x", "2026-09-30"))
    community.member("d")  # works nowhere known
    community.member("own", company="us", is_internal=True)
    community.member("bot", is_bot=True)
    post = community.did("a", "post", "2026-08-01", id="post")
    community.did("own", "post", "2026-08-01", id="news")
    community.did("bot", "post", "2026-08-01", id="feed")
    for n, (who, kind, day, about) in enumerate((
        ("a", "reply", "2026-10-01", post),  # oneself
        ("b", "reply", "2026-10-01", post),  # x and x, two departments
        ("c", "reaction", "2026-09-30 23:59", post),  # x and x, then no department
        ("c", "repost", "2026-10-01 00:00", post),  # y and x
        ("d", "answer", "2026-10-02", post),
        ("own", "reply", "2026-10-02", post),
        ("b", "review_approved", "2026-10-03", "news"),
        ("b", "reply", "2026-10-03", "feed"),
        ("bot", "reply", "2026-10-03", post),
        ("b", "reply", "2026-10-03", "unknown"),
        ("b", "sign_in", "2026-10-04", post),
    )):  # fmt: skip
        community.did(who, kind, day, id=f"i{n}", parent=about)
    for source in ("slack", "export"):  # one reaction that two sources tell of
        community.did(
            "c", "reaction", "2026-10-05", id=f"{source}:r", key="r",
            parent=post, source=source,
        )  # fmt: skip
    community.referred("b", "a", "2026-10-06")
    community.referred("c", None, "2026-10-06")
    community.referred("d", "a", None)
    return measure(community)


def test_every_interaction_has_its_sides_and_their_companies_of_that_day(talking):
    rows = talking.rows(
        "SELECT activity_id, from_member_id, to_member_id, type, from_company_id,"
        " to_company_id, is_cross_company, is_cross_department, is_internal"
        " FROM marts.fct_interactions ORDER BY occurred_at, activity_id"
    )
    assert rows == [
        ("i2", "c", "a", "reaction", "x", "x", False, None, False),
        ("i3", "c", "a", "repost", "y", "x", True, None, False),
        ("i1", "b", "a", "reply", "x", "x", False, True, False),
        ("i4", "d", "a", "answer", None, "x", None, None, False),
        ("i5", "own", "a", "reply", "us", "x", True, None, True),
        ("i6", "b", "own", "review_approved", "x", "us", True, None, True),
        ("export:r", "c", "a", "reaction", "y", "x", True, None, False),
        ("referral:b", "a", "b", "referral", "x", "x", False, True, False),
    ]


def test_boundaries_are_those_of_interactions_with_both_sides_known(talking):
    # October, without the organiser: i3 and r between companies, i1 and the referral
    # between departments; i4 is not known.
    assert talking.value("cross_boundary_rate", "2026-10-01") == (4, 4, 4, 4 / 5)
    company = talking.value("cross_boundary_rate", "2026-10-01", "company")
    assert company == (2, 4, 4, 4 / 5)
    department = talking.value("cross_boundary_rate", "2026-10-01", "department")
    assert department == (2, 2, 2, 1)
    assert talking.value("cross_boundary_rate", "2026-09-01") == (0, 1, 1, 1)
    assert talking.value("cross_boundary_rate", "2026-09-01", "department") is None


@pytest.fixture
def asked(community, measure):
    community.members(4)
    community.member("own", is_internal=True)

    def question(name: str, day: str, title: str = "", **more: str) -> None:
        kind = more.pop("kind", "question")
        community.did("m01", kind, day, id=name, title=title, **more)

    question("in time", "2026-10-01 09:00")
    community.did("m02", "reply", "2026-10-08 09:00", parent="in time")
    question("late", "2026-10-01 09:00")
    community.did("m02", "answer", "2026-10-08 09:01", parent="late")
    question("quick", "2026-10-31 23:59", "いつですか？", kind="post")
    community.did("m03", "reply", "2026-11-01 01:59", parent="quick")
    community.did("m02", "reply", "2026-11-01 03:59", parent="quick")
    question(
        "alone", "2026-10-02", "どなたか教えてください", kind="post", source="slack"
    )
    community.did("m01", "reply", "2026-10-02 13:00", parent="alone")
    community.did("own", "answer", "2026-10-02 13:00", parent="alone")
    community.did("m02", "reaction", "2026-10-02 13:00", parent="alone")
    question("public", "2026-10-03", "いつですか？", kind="post", source="x")
    question("address", "2026-10-03", "https://a.example/?q=1 です", kind="post")
    question("quoted", "2026-10-03", "「これ何?」と聞かれました", kind="post")
    question("comment", "2026-10-03", "本当ですか？", kind="post", parent="late")
    question("young", "2026-11-14")
    question("old enough", "2026-11-13 23:59")
    community.did("own", "question", "2026-10-04", id="theirs")
    return measure(community)


def test_a_question_is_answered_by_another_member_within_168_hours(asked):
    assert asked.value("answered_rate", "2026-10-01") == (2, 5, 5, 1)
    assert asked.rows(
        "SELECT activity_id FROM intermediate.int_metric_questions"
        " WHERE first_reply_at IS NOT NULL ORDER BY 1"
    ) == [("in time",), ("late",), ("quick",)]


def test_the_first_reply_decides_how_long_it_took(asked):
    # 168 hours and 2 hours; two of five questions are in it
    assert asked.value("median_first_reply_h", "2026-10-01") == (85, None, 2, 2 / 5)


def test_a_question_whose_week_is_not_over_is_not_judged(asked):
    assert asked.value("answered_rate", "2026-11-01") == (0, 1, 1, 1 / 2)
    assert asked.value("median_first_reply_h", "2026-11-01") is None
