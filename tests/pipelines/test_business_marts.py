"""Contracts, surveys, hires and the rest from one inbox: every number known by hand.

The community: 24 members of the portal, 10 contacts of the CRM (the first four are
members too), 25 companies, two events, and lists of everything a company keeps.
"""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.workspace import Workspace
from tests.pipelines.harness import Project
from tests.pipelines.parsed import plant

MEMBERS = range(1, 25)
FREE_TEXT = "田中さんの話がとても良かったです"
METRICS = {
    "contract_user_registration_rate": "measure",
    "referral_rate": "measure",
    "viral_coefficient": "measure",
    "referral_depth": "measure",
    "nps": "measure",
    "csat": "measure",
    "response_rate": "measure",
    "follow_up_rate": "measure",
    "cloud_revenue_share": "association",
    "seats_per_company": "association",
    "champion_gap": "association",
    "attendance_target_rate": "measure",
    "cost_per_attendance": "measure",
    "certs_earned": "measure",
    "cost_per_cert": "measure",
    "media_outputs": "measure",
    "ad_value_equivalent": "measure",
    "community_hires": "measure",
    "net_member_growth": "measure",
    "action_rate": "measure",
    "heat_index": "measure",
    "heat_index_28d": "measure",
    "heat_per_member": "measure",
    "heat_per_member_28d": "measure",
    "no_show_rate": "measure",
    "days_registration_to_event": "measure",
    "cohort_retention": "measure",
    "reactivated": "measure",
    "new_sharers": "measure",
    "speakers": "measure",
    "new_speaker_rate": "measure",
    "speaker_concentration": "measure",
    "answered_rate": "measure",
    "median_first_reply_h": "measure",
    "contribution_share_top10pct": "measure",
    "cross_boundary_rate": "measure",
}


def email(number: int) -> str:
    return f"m{number:02}@mail.example"


def accounts() -> Iterable[dict[str, object]]:
    for n in MEMBERS:
        day = "2026-09-05" if n <= 14 else "2026-10-05"
        yield {
            "source": "portal",
            "account_id": f"m{n:02}",
            "handle": f"handle{n:02}",
            "email": email(n),
            "email_verified": "true",
            "first_seen_at": f"{day}T10:00:00+09:00",
        }
    for n in range(1, 11):  # contacts of the CRM; 1 to 4 are members too
        yield {
            "source": "hubspot",
            "account_id": f"k{n:02}",
            "handle": "",
            "email": email(n) if n <= 4 else f"k{n:02}@mail.example",
            "email_verified": "true",
            "first_seen_at": "2026-09-01T10:00:00+09:00",
        }


def companies() -> Iterable[dict[str, object]]:
    for n in range(1, 25):
        yield {"company_id": f"c{n:02}", "name": f"会社{n:02}"}


def affiliations() -> Iterable[dict[str, object]]:
    for n in range(1, 21):
        yield _works("portal", f"m{n:02}", n)
    for n in range(1, 11):
        yield _works("hubspot", f"k{n:02}", n)


def _works(source: str, account: str, company: int) -> dict[str, object]:
    return {
        "source": source,
        "account_id": account,
        "company": f"会社{company:02}",
        "valid_from": "2026-01-01",
    }


def contracts() -> Iterable[dict[str, object]]:
    def contract(number: str, company: int, **more: object) -> dict[str, object]:
        is_cloud = company % 2 == 0
        return {
            "contract_id": number,
            "company_id": f"c{company:02}",
            "company": f"会社{company:02}",
            "product": "cloud" if is_cloud else "desk",
            "is_cloud": str(is_cloud).lower(),
            "start_date": "2026-01-01",
            "end_date": "",
            "annual_amount": 100 * company,
            "currency": "JPY",
            "licences": 10 if company == 1 else "",
            "status": "active",
            **more,
        }

    for n in range(1, 23):
        yield contract(f"k{n}", n)
    yield contract("usd", 1, product="cloud", is_cloud="true", currency="USD")
    yield contract("ended", 23, end_date="2026-10-15", status="churned")
    yield contract("tomorrow", 24, start_date="2026-11-21")
    yield contract("draft", 25, status="draft")  # a company that no other list names


def events() -> Iterable[dict[str, object]]:
    for event, day, target, cost in (
        ("e1", "2026-10-31", 20, 5000),
        ("e2", "2026-11-10", "", 1400),
        ("e3", "2026-12-10", 50, 100),
    ):
        yield {
            "source": "portal",
            "event_id": event,
            "title": f"第{event[1]}回",
            "started_at": f"{day}T19:00:00+09:00",
            "format": "offline",
            "attendance_target": target,
            "cost_jpy": cost,
        }


def registrations() -> Iterable[dict[str, object]]:
    def row(
        event: str, n: int, day: str, attended: bool, referrer: str = ""
    ) -> dict[str, object]:
        return {
            "source": "portal",
            "event_id": event,
            "account_id": f"m{n:02}",
            "status": "accepted",
            "role": "speaker" if n <= 2 else "attendee",
            "registered_at": f"{day}T12:00:00+09:00",
            "attended": str(attended).lower(),
            "referrer_account_id": referrer,
        }

    for n in range(1, 13):
        yield row("e1", n, "2026-09-20", n <= 10)
    for n in range(1, 7):
        yield row("e2", n, "2026-10-20", True)
    yield row("e2", 15, "2026-10-06", True, "m05")


def activities() -> Iterable[dict[str, object]]:
    def row(name: str, n: int, kind: str, when: str, **more: str) -> dict[str, object]:
        return {
            "source": "portal",
            "activity_id": name,
            "account_id": f"m{n:02}",
            "activity_type": kind,
            "occurred_at": when,
            "event_id": more.get("event", ""),
            "parent_activity_id": more.get("parent", ""),
        }

    for n, day, event in (
        (1, "2026-11-05", "e1"),
        (2, "2026-11-14", ""),  # about no event: the last day of the fourteen
        (3, "2026-11-15", "e1"),  # a day late
        (11, "2026-11-05", "e1"),  # was not there
    ):
        yield row(f"f{n}", n, "follow_up", f"{day}T12:00:00+09:00", event=event)
    for name, n, when in (
        ("q1", 3, "2026-10-31T15:30:00Z"),  # half an hour into November in Tokyo
        ("q2", 4, "2026-11-02T12:00:00+09:00"),
        ("q3", 5, "2026-11-02T12:00:00+09:00"),
        ("q4", 6, "2026-11-02T12:00:00+09:00"),
        ("q5", 3, "2026-11-03T12:00:00+09:00"),
        ("q6", 7, "2026-10-31T23:59:00+09:00"),
    ):
        yield row(name, n, "question", when)
    for name, n, kind, when, parent in (
        ("a1", 4, "answer", "2026-11-01T02:30:00+09:00", "q1"),
        ("a2", 5, "answer", "2026-11-02T16:00:00+09:00", "q2"),
        ("a3", 6, "answer", "2026-11-02T18:00:00+09:00", "q3"),
        ("a4", 6, "reply", "2026-11-02T18:00:00+09:00", "q4"),  # to his own question
        ("l1", 4, "reaction", "2026-11-03T13:00:00+09:00", "q5"),
        ("l2", 5, "reaction", "2026-11-03T13:00:00+09:00", "q5"),
        ("l3", 6, "reaction", "2026-11-03T13:00:00+09:00", "q5"),
        ("l4", 21, "reaction", "2026-11-03T13:00:00+09:00", "q1"),  # of no company
    ):
        yield row(name, n, kind, when, parent=parent)
    yield row("left", 24, "leave", "2026-11-05T12:00:00+09:00")


def survey_responses() -> Iterable[dict[str, object]]:
    def answer(form: str, kind: str, text: object, who: str, day: str) -> dict:
        return {
            "source": "forms",
            "survey_id": "s1",
            "response_id": form,
            "question_id": kind,
            "question": {"nps": "友人に勧めますか", "csat": "満足度", "text": "感想"}[
                kind
            ],
            "question_kind": kind,
            "scale_max": 5 if kind == "csat" else "",
            "answer": text,
            "event_id": "portal:e1",
            "email": who,
            "submitted_at": f"{day}T04:00:00+09:00",
        }

    for form, who, day, nps, csat in (
        ("r1", email(1), "2026-11-02", 10, 5),
        ("r2", email(2), "2026-11-02", 9, 4),
        ("r3", email(3), "2026-11-16", 3, 2),
        ("r4", "somebody@mail.example", "2026-11-02", 8, 3),
        ("r5", "", "2026-11-02", 10, 5),
        ("r6", email(4), "2026-11-02", 6, ""),
        ("r7", "", "2026-11-21", 0, 1),  # after the as-of day
    ):
        yield answer(form, "nps", nps, who, day)
        yield answer(form, "csat", csat, who, day)
    yield answer("r1", "text", FREE_TEXT, email(1), "2026-11-02")


def referrals() -> Iterable[dict[str, object]]:
    for n, referrer, kind, day in (
        (16, email(1), "email", "2026-10-05"),
        (17, "m16", "account_id", "2026-10-05"),
        (18, "山田", "name", "2026-10-05"),  # a name leads to nobody
        (19, "m20", "account_id", "2026-10-06"),
        (20, "m19", "account_id", "2026-10-07"),  # closes a circle: cut
        (21, "handle02", "handle", "2026-10-05"),
    ):
        yield {
            "source": "portal",
            "account_id": f"m{n:02}",
            "referrer": referrer,
            "referrer_kind": kind,
            "referred_at": f"{day}T12:00:00+09:00",
        }


def certifications() -> Iterable[dict[str, object]]:
    for what, day, who, department, cost in (
        ("A", "2026-09-10", email(5), "開発", ""),
        ("A", "2026-11-01", email(1), "開発", 30_000),
        ("A", "2026-11-20", email(1), "開発", ""),  # again in the same month
        ("A", "2026-11-02", email(2), "開発", 10_000),
        ("A", "2026-11-03", "stranger@mail.example", "営業", ""),
        ("B", "2026-11-04", email(1), "開発", ""),
        ("B", "2026-11-21", email(2), "開発", 1),  # tomorrow
    ):
        yield {
            "certification": what,
            "earned_date": day,
            "email": who,
            "department": department,
            "training_cost": cost,
        }


def hires() -> Iterable[dict[str, object]]:
    for hire, day, who, channel in (
        ("h1", "2026-10-15", email(1), ""),  # registered in September
        ("h2", "2026-11-01", "h2@mail.example", "コミュニティ"),
        ("h3", "2026-11-01", "h3@mail.example", "エージェント"),
        ("h4", "2026-11-02", "", ""),
        ("h5", "2026-11-25", email(2), ""),  # not yet
        ("h6", "2026-09-01", email(3), ""),  # before the first touch
    ):
        yield {"hire_id": hire, "hired_date": day, "email": who, "channel": channel}


def costs() -> Iterable[dict[str, object]]:
    for cost, day, amount, category, event in (
        ("1", "2026-10-30", 3000, "会場費", "e1"),
        ("2", "2026-10-31", 1000, "飲食", "e1"),
        ("3", "2026-11-21", 900, "飲食", "e1"),  # tomorrow
        ("4", "2026-09-03", 5000, "研修費", ""),
        ("5", "2026-09-04", 20_000, "制作費", ""),
        ("6", "2026-11-04", 7_777, "研修費", ""),  # certificates name their own
    ):
        yield {
            "cost_id": cost,
            "date": day,
            "amount": amount,
            "category": category,
            "source": "portal" if event else "",
            "event_id": event,
            "vendor": "架空商店",
        }


def media_mentions() -> Iterable[dict[str, object]]:
    for title, day, kind, cost in (
        ("九月の記事", "2026-09-10", "記事", ""),
        ("放送", "2026-11-01", "tv", 100_000),
        ("十一月の記事", "2026-11-02", "記事", ""),
        ("飛行船", "2026-11-03", "blimp", 999),
    ):
        yield {
            "published_date": day,
            "media": "架空新聞",
            "title": title,
            "type": kind,
            "email": email(1),
            "production_cost": cost,
        }


def targets() -> Iterable[dict[str, object]]:
    yield {
        "metric": "集客目標",
        "period_start": "2026-11-01",
        "target": 10,
        "source": "portal",
        "event_id": "e2",
    }


LISTS = (
    *(accounts, companies, affiliations, contracts, events, registrations, activities),
    *(survey_responses, referrals, certifications, hires, costs, media_mentions),
    targets,
)


@pytest.fixture(scope="module")
def business(tmp_path_factory) -> Project:
    folder = tmp_path_factory.mktemp("business")
    inbox = folder / "inbox"
    inbox.mkdir()
    for make in LISTS:
        rows = list(make())
        with (inbox / f"{make.__name__}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    plant(Workspace(folder / "data"))
    project = Project(folder / "data", runs_unit_tests=False, is_forked=True)
    done = project.refresh("--inbox", str(inbox))
    assert done.returncode == 0, done.stdout
    return project


def shareable(project: Project) -> Path:
    return project.folder / "published" / "community_shareable.duckdb"


def metric(project: Project, name: str, grain: str, start: str, part: str = "all"):
    """(numerator, denominator, n, coverage) of one published value."""
    rows = project.query(
        "SELECT numerator, denominator, n, coverage FROM marts.metrics"
        f" WHERE metric_id = '{name}' AND period_grain = '{grain}'"
        f" AND period_start = DATE '{start}' AND dimension_value = '{part}'"
    )
    assert len(rows) == 1, (name, grain, start, part, rows)
    return rows[0]


def test_every_row_of_every_list_reaches_its_mart(business):
    rows = {
        mart: business.query(f"SELECT count(*) FROM marts.{mart}")[0][0]
        for mart in (
            *("fct_contracts", "fct_survey_responses", "fct_certifications"),
            *("fct_hires", "fct_costs", "fct_media_mentions", "fct_referrals"),
        )
    }
    assert rows == {
        "fct_contracts": 26,
        "fct_survey_responses": 15,
        "fct_certifications": 7,
        "fct_hires": 6,
        "fct_costs": 6,
        "fct_media_mentions": 4,
        "fct_referrals": 7,  # six of the list, one of a registration
    }
    assert business.query("SELECT count(*) FROM marts.quarantined_rows") == [(0,)]


def test_every_metric_is_published_in_both_languages_and_of_its_kind(business):
    rows = business.query(
        "SELECT metric_id, kind FROM marts.metric_definitions"
        " WHERE is_published AND name_ja <> name_en AND description_ja <> ''"
        f" AND metric_id IN {tuple(METRICS)}"
    )
    assert dict(rows) == METRICS


@pytest.mark.parametrize(
    ("name", "grain", "start", "part", "expected"),
    [
        ("contract_user_registration_rate", "month", "2026-11-01", "all",
         (4, 10, 10, 4 / 20)),
        ("contract_user_registration_rate", "month", "2026-11-01", "desk",
         (2, 5, 5, 2 / 10)),
        # company 1 has both products
        ("contract_user_registration_rate", "month", "2026-11-01", "cloud",
         (3, 6, 6, 3 / 11)),
        ("referral_rate", "month", "2026-09-01", "all", (0, 20, 20, 1)),
        ("referral_rate", "month", "2026-10-01", "all", (5, 10, 10, 1)),
        ("viral_coefficient", "month", "2026-10-01", "all", (5, 12, 12, 1)),
        ("referral_depth", "run", "2026-11-20", "all", (6, 5, 5, 5 / 7)),
        ("referral_depth", "run", "2026-11-20", "max", (2, None, 5, 5 / 7)),
        ("nps", "event", "2026-10-31", "portal:e1", (1, 6, 6, 6 / 10)),
        ("nps", "quarter", "2026-10-01", "all", (1, 6, 6, 6 / 17)),
        ("csat", "event", "2026-10-31", "portal:e1", (3, 5, 5, 5 / 10)),
        ("csat", "quarter", "2026-10-01", "all", (3, 5, 5, 5 / 17)),
        ("response_rate", "event", "2026-10-31", "portal:e1", (6, 10, 10, 1)),
        ("response_rate", "quarter", "2026-10-01", "all", (6, 10, 10, 1 / 2)),
        # members 1, 2 and 4; the fourteen days of the second event are not over
        ("follow_up_rate", "event", "2026-10-31", "portal:e1", (3, 10, 10, 1)),
        ("follow_up_rate", "month", "2026-10-01", "all", (3, 10, 10, 1)),
        ("attendance_target_rate", "event", "2026-10-31", "portal:e1",
         (10, 20, 10, 1)),
        ("attendance_target_rate", "event", "2026-11-10", "portal:e2", (7, 10, 7, 1)),
        ("attendance_target_rate", "month", "2026-11-01", "all", (7, 10, 7, 1)),
        # the list's rows, not the 5,000 of the event; the event's own where no row is
        ("cost_per_attendance", "event", "2026-10-31", "portal:e1",
         (4000, 10, 10, 1)),
        ("cost_per_attendance", "month", "2026-11-01", "all", (1400, 7, 7, 1)),
        # 100 yen times the company's number, even ones cloud; 21 and 22 without members
        ("cloud_revenue_share", "month", "2026-11-01", "all",
         (11_000, 21_000, 20, 20 / 21)),
        ("cloud_revenue_share", "month", "2026-11-01", "all_companies",
         (13_200, 25_300, 22, 22 / 23)),
        # 1 to 12 and 15 are active; ten licences at company 1, one seat at 19 others
        ("seats_per_company", "month", "2026-11-01", "all", (13, 29, 20, 20 / 24)),
        ("certs_earned", "month", "2026-09-01", "all", (1, None, 1, 1)),
        ("certs_earned", "month", "2026-10-01", "all", (0, None, 0, 1)),
        ("certs_earned", "month", "2026-11-01", "all", (4, None, 4, 1)),
        ("certs_earned", "month", "2026-11-01", "開発", (3, None, 3, 1)),
        ("certs_earned", "month", "2026-11-01", "営業", (1, None, 1, 1)),
        ("cost_per_cert", "month", "2026-09-01", "all", (5000, 1, 1, 1)),
        ("cost_per_cert", "month", "2026-11-01", "all", (40_000, 2, 2, 2 / 4)),
        ("cost_per_cert", "month", "2026-11-01", "開発", (40_000, 2, 2, 2 / 3)),
        ("media_outputs", "month", "2026-11-01", "all", (3, None, 3, 1)),
        ("media_outputs", "month", "2026-11-01", "blimp", (1, None, 1, 1)),
        ("ad_value_equivalent", "month", "2026-09-01", "all", (280_000, None, 1, 1)),
        ("ad_value_equivalent", "month", "2026-11-01", "all",
         (3_200_000, None, 2, 2 / 3)),
        # six of the contacts were nothing else: 20 in September, 10 in October
        ("net_member_growth", "month", "2026-09-01", "all", (20, None, 20, 1)),
        ("net_member_growth", "month", "2026-11-01", "all", (-1, None, 1, 1)),
        ("net_member_growth", "month", "2026-11-01", "withdrawn", (1, None, 1, 1)),
        ("action_rate", "month", "2026-10-01", "all", (10, 30, 30, 1)),
        ("action_rate", "month", "2026-11-01", "all", (12, 30, 30, 1)),
        # the second event: two talks and five who came
        ("heat_index", "week", "2026-11-09", "all", (35, None, 7, 1)),
        ("heat_per_member", "week", "2026-11-09", "all", (35, 7, 7, 1)),
        # 31 October to 10 November: two events, 15 of the questions, 12 of the answers,
        # a reply and four reactions, and the question of October
        ("heat_index_28d", "week", "2026-11-09", "all",
         (20 + 24 + 35 + 15 + 12 + 1 + 0.8 + 3, None, 12, 1)),
        ("no_show_rate", "event", "2026-10-31", "portal:e1", (2, 12, 12, 1)),
        ("no_show_rate", "month", "2026-11-01", "all", (0, 7, 7, 1)),
        ("no_show_rate", "month", "2026-11-01", "mean_over_persons", (2, 13, 13, 1)),
        ("cohort_retention", "month", "2026-09-01", "01", (10, 20, 20, 1)),
        ("reactivated", "month", "2026-11-01", "all", (0, None, 0, 1)),
        ("new_sharers", "month", "2026-11-01", "all", (3, None, 3, 10 / 30)),
        ("speakers", "quarter", "2026-10-01", "all", (2, None, 2, 1)),
        ("answered_rate", "month", "2026-11-01", "all", (3, 5, 5, 1)),
        # five of the twenty actions are by one of eight
        ("contribution_share_top10pct", "month", "2026-11-01", "all", (5, 20, 8, 1)),
        ("cross_boundary_rate", "month", "2026-11-01", "all", (6, 6, 6, 6 / 7)),
        ("community_hires", "quarter", "2026-07-01", "all", (0, None, 1, 1)),
        ("community_hires", "quarter", "2026-10-01", "all", (2, None, 4, 3 / 4)),
    ],
)  # fmt: skip
def test_a_published_number_is_the_one_counted_by_hand(
    business, name, grain, start, part, expected
):
    assert metric(business, name, grain, start, part) == pytest.approx(expected)


def test_medians_have_no_parts(business):
    assert business.query(
        "SELECT metric_id, period_start, dimension_value, value, n, is_suppressed"
        " FROM marts.metrics WHERE metric_id IN ('median_first_reply_h',"
        " 'days_registration_to_event') AND period_start > DATE '2026-10-30'"
        " ORDER BY ALL"
    ) == [
        ("days_registration_to_event", date(2026, 10, 31), "portal:e1", 41, 12, False),
        ("days_registration_to_event", date(2026, 11, 1), "all", 21, 7, False),
        ("days_registration_to_event", date(2026, 11, 10), "portal:e2", 21, 7, False),
        ("median_first_reply_h", date(2026, 11, 1), "all", None, 3, True),
    ]


def test_what_is_not_over_or_too_little_says_so(business):
    rows = business.query(
        "SELECT metric_id, absent_reason FROM marts.metric_definitions"
        " WHERE metric_id IN ('second_visit_rate', 'hit_rate') ORDER BY 1"
    )
    said = "Nothing to measure yet: what is connected holds no completed period."
    assert rows == [("hit_rate", said), ("second_visit_rate", said)]


def test_interactions_of_two_members_are_published(business):
    assert business.query(
        "SELECT type, count(*), count(DISTINCT from_member_id), count(to_company_id)"
        " FROM marts.fct_interactions GROUP BY 1 ORDER BY 1"
    ) == [("answer", 3, 3, 3), ("reaction", 4, 4, 4), ("referral", 5, 5, 4)]


def test_the_ended_contract_counted_until_it_ended(business):
    # Company 23 is under contract at the end of September, not of October.
    september = metric(
        business, "cloud_revenue_share", "month", "2026-09-01", "all_companies"
    )
    october = metric(
        business, "cloud_revenue_share", "month", "2026-10-01", "all_companies"
    )
    assert (september[1], october[1]) == (25_300 + 2300, 25_300)


def test_champion_gaps_are_the_companies_without_an_active_member_of_rank(business):
    ((with_champion,),) = business.query(
        "SELECT count(DISTINCT company_id) FROM marts.dim_members"
        " WHERE stage IN ('active', 'candidate', 'star')"
        " AND last_active_date > DATE '2026-11-20' - 180"
    )
    assert 0 < with_champion < 20
    gap, companies, n, _ = metric(business, "champion_gap", "month", "2026-11-01")
    assert (gap, companies, n) == (22 - with_champion, 22, 22)
    assert business.query(
        "SELECT count(*) FILTER (is_champion_gap), count(is_champion_gap)"
        " FROM marts.company_summary"
    ) == [(gap, 22)]


def test_single_companies_are_too_few_to_be_shown(business):
    assert business.query(
        "SELECT count(*), count(value), bool_and(is_suppressed) FROM marts.metrics"
        " WHERE metric_id = 'seats_per_company' AND dimension = 'company'"
    ) == [(20, 0, True)]


def test_nothing_is_said_of_events_ahead_or_of_days_after_the_as_of_day(business):
    assert (
        business.query(
            f"SELECT * FROM marts.metrics WHERE metric_id IN {tuple(METRICS)}"
            " AND (dimension_value = 'portal:e3' OR period_start > DATE '2026-11-20'"
            " OR metric_id = 'follow_up_rate' AND period_start > DATE '2026-11-01')"
        )
        == []
    )


def test_the_circle_is_cut_at_its_newest_link_and_a_name_leads_to_nobody(business):
    rows = business.query(
        """
        SELECT referred.source_account_id, referrers.source_account_id, evidence, depth
        FROM marts.fct_referrals AS referrals
        INNER JOIN marts.member_accounts AS referred
            ON referrals.member_id = referred.member_id AND referred.source = 'portal'
        LEFT JOIN marts.member_accounts AS referrers
            ON referrals.referrer_member_id = referrers.member_id
            AND referrers.source = 'portal'
        ORDER BY 1
        """
    )
    assert rows == [
        ("m15", "m05", "registration", 1),
        ("m16", "m01", "file", 1),
        ("m17", "m16", "file", 2),
        ("m18", None, "file", None),
        ("m19", "m20", "file", 1),
        ("m20", None, "file", None),
        ("m21", "m02", "file", 1),
    ]


def test_a_company_that_only_a_contract_names_is_a_company(business):
    assert business.query(
        "SELECT name, has_active_contract FROM marts.company_summary"
        " WHERE company_id = 'files:c25'"
    ) == [("会社25", False)]


def test_the_week_of_the_second_event_is_the_one_counted_by_hand(business):
    """Seven came: two gave talks (10), five listened (3); one for the first time.

    No event names a group, so what belongs to none is all there is.
    """
    assert business.query(
        "SELECT working_group, events, events_with_attendance, attendances,"
        " first_time_attendees, actions, heat FROM marts.community_health"
        " WHERE week_start = DATE '2026-11-09' ORDER BY 1"
    ) == [("(all)", 1, 1, 7, 1, 7, 35), ("(none)", 1, 1, 7, 1, 7, 35)]


def test_the_two_who_spoke_twice_are_candidates_since_the_second_talk(business):
    """10 x 0.5 ^ (10 / 90) + 10 is 19 points; who listened twice has 6."""
    assert business.query(
        "SELECT period_start, value, n FROM marts.metrics"
        " WHERE metric_id = 'star_candidates' AND period_start >= DATE '2026-11-02'"
        " ORDER BY 1"
    ) == [
        (date(2026, 11, 2), 0.0, 0),
        (date(2026, 11, 9), 2.0, 2),
        (date(2026, 11, 16), 2.0, 2),
    ]
    assert business.query(
        "SELECT DISTINCT value, n, is_suppressed FROM marts.metrics"
        " WHERE metric_id = 'days_in_candidate'"
    ) == [(None, 2, True)]


def test_summaries_show_the_same_targets_and_costs_as_the_metrics(business):
    assert business.query(
        "SELECT event_id, attendance_target, cost_jpy, cost_per_attendance_jpy"
        " FROM marts.event_summary WHERE is_held ORDER BY event_id"
    ) == [("portal:e1", 20, 4000, 400.0), ("portal:e2", 10, 1400, 200.0)]


def test_the_shareable_file_has_numbers_but_no_answers_and_no_hires(business):
    with duckdb.connect(str(shareable(business)), read_only=True) as connection:
        found = connection.execute("SHOW TABLES FROM marts").fetchall()
        tables = {name for (name,) in found}
        assert "fct_hires" not in tables
        whole = ""
        for table in tables - {"metric_definitions"}:
            whole += str(connection.execute(f"FROM marts.{table}").fetchall())
        scores = connection.execute(
            "SELECT count(nps), count(csat) FROM marts.fct_survey_responses"
        ).fetchone()
        ids = connection.execute(
            "SELECT survey_response_id, response_id FROM marts.fct_survey_responses"
            " UNION ALL"
            " SELECT certification_id, member_id FROM marts.fct_certifications"
        ).fetchall()
    assert scores == (7, 6)
    own = business.query("SELECT survey_response_id FROM marts.fct_survey_responses")
    own += business.query("SELECT certification_id FROM marts.fct_certifications")
    assert not {first for first, _ in ids} & {first for (first,) in own}
    for text in (FREE_TEXT, "@mail.example", "架空商店", "飛行船"):
        assert text not in whole, text
