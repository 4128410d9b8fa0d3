"""next_stage_needs: every form of the sentence, in both languages, as people say it."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta

import pytest

from tests.scoring.communities import AS_OF
from tests.scoring.conftest import PROJECT, Scores
from tests.scoring.reference import Activity, Community, Contract, Member, Override

SEED = PROJECT / "dbt_project" / "seeds" / "activity_types.csv"
AGO_100 = AS_OF - timedelta(days=100)
AGO_200 = AS_OF - timedelta(days=200)
TODAY = AS_OF

# member: what was done and on which day; then stage, next stage and the sentence.
FORMS: dict[str, tuple[list[tuple[str, date]], str, str, str | None]] = {
    "known": (
        [],
        "none",
        "new",
        "あと活動1回（内容は問わない） / any one activity away",
    ),
    # 3 - 0.5; a visit is 3 points, online 2
    "newcomer": (
        [("register", TODAY)],
        "new",
        "light",
        "あと参加1回（2.5点。オンラインなら2回）"
        " / one event away (2.5 points; two if online)",
    ),
    "replier": (
        [("reply", TODAY)],
        "new",
        "light",
        "あと投稿1件（2点） / one post away (2 points)",
    ),
    "visitor": (
        [("attend", TODAY), ("survey_answer", TODAY), ("watch_only", TODAY)],
        "light",
        "active",
        "あと参加1回（1点） / one event away (1 point)",
    ),
    # 6 - 3 x 0.5 ^ (1/90) = 3.02: three points would not do
    "yesterday": (
        [("attend", TODAY - timedelta(days=1))],
        "light",
        "active",
        "あと参加2回（3.1点） / two events away (3.1 points)",
    ),
    "helper": (
        [("answer", TODAY)],
        "light",
        "active",
        "あと投稿1件（2点） / one post away (2 points)",
    ),
    "organiser": (
        [("organise", TODAY)],
        "active",
        "candidate",
        "あと登壇1回（7点） / one talk away (7 points)",
    ),
    "blogger": (
        [("blog", TODAY)],
        "active",
        "candidate",
        "あとブログ1本（7点） / one blog post away (7 points)",
    ),
    # 20 event points and 20 share points are missing 4 and 20
    "speaker": (
        [("speak", TODAY), ("attend", TODAY), ("attend", TODAY)],
        "candidate",
        "star",
        "あと参加2回とスライド2本（イベント4点・シェア20点）"
        " / two events and two slide decks away (4 event and 20 share points)",
    ),
    "sharer": (
        [("speak", TODAY), ("speak", TODAY), ("blog", TODAY), ("blog", TODAY)],
        "candidate",
        "star",
        "あと投稿2件（シェア4点） / two posts away (4 share points)",
    ),
    "host": (
        [("organise", TODAY)] * 3 + [("blog", TODAY)] * 3,
        "candidate",
        "star",
        "あとLT1回（365日以内の登壇・紹介・事例が条件）"
        " / one lightning talk away"
        " (needs a talk, referral or customer story within 365 days)",
    ),
    "writer": (
        [("organise", TODAY)] * 2 + [("blog", TODAY)] * 3,
        "candidate",
        "star",
        "あとLT1回（イベント4点。365日以内の登壇・紹介・事例が条件）"
        " / one lightning talk away (4 event points;"
        " needs a talk, referral or customer story within 365 days)",
    ),
    "quiet": (
        [("speak", AGO_100)],
        "dormant",
        "light",
        "活動1回で復帰（内容は問わない） / back with any one activity",
    ),
    "gone": (
        [("attend", AGO_200)],
        "lapsed",
        "new",
        "活動1回で復帰（内容は問わない） / back with any one activity",
    ),
    # the points would make them active, light or higher again; nothing they do moves it
    "held down": (
        [("speak", TODAY)],
        "new",
        "light",
        "手動で決定（期限なし） / decided by hand (no end)",
    ),
    "held for a while": (
        [("attend", TODAY)],
        "active",
        "candidate",
        f"手動で決定（{TODAY + timedelta(days=9)}まで。以後はルールどおり）"
        f" / decided by hand until {TODAY + timedelta(days=9)},"
        " by the rules after that",
    ),
    "sent to sleep": (
        [("speak", TODAY)],
        "dormant",
        "active",
        "手動で決定（期限なし） / decided by hand (no end)",
    ),
    "free again": (
        [("attend", TODAY), ("survey_answer", TODAY), ("watch_only", TODAY)],
        "light",
        "active",
        "あと参加1回（1点） / one event away (1 point)",
    ),
}
WITH_CRM: dict[str, tuple[list[tuple[str, date]], str]] = {
    "all but": (
        [("speak", TODAY)] * 2 + [("slide", TODAY)] * 2,
        "あとは勤務先の有効な契約だけ"
        " / only an active contract of their company is missing",
    ),
    "both": (
        [("speak", TODAY)] * 2 + [("slide", TODAY)],
        "あとスライド1本（シェア10点。勤務先の有効な契約も必要）"
        " / one slide deck away"
        " (10 share points; their company needs an active contract too)",
    ),
    "employed": (
        [("speak", TODAY)] * 2 + [("slide", TODAY)],
        "あとスライド1本（シェア10点） / one slide deck away (10 share points)",
    ),
}


def done(member_id: str, rows: list[tuple[str, date]]) -> list[Activity]:
    return [
        Activity(f"{member_id}/{number}", member_id, kind, day)
        for number, (kind, day) in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def told(scores: Scores) -> dict[str, tuple[str, str, str | None]]:
    community = Community(
        members=tuple(Member(name, AGO_200) for name in FORMS),
        activities=tuple(
            activity for name, form in FORMS.items() for activity in done(name, form[0])
        ),
        overrides=(
            Override("held down", "new", TODAY, None),
            Override("held for a while", "active", TODAY, TODAY + timedelta(days=9)),
            Override("sent to sleep", "dormant", TODAY, None),
            Override("free again", "active", AGO_100, TODAY - timedelta(days=1)),
        ),
    )
    scores.run(community, AS_OF)
    return {
        member_id: (stage, following, needs)
        for member_id, stage, following, needs in scores.rows(
            "select member_id, stage, next_stage, next_stage_needs "
            "from marts.member_scores"
        )
    }


@pytest.mark.parametrize("name", FORMS)
def test_a_member_is_told_what_is_missing(
    name: str, told: dict[str, tuple[str, str, str | None]]
) -> None:
    assert told[name] == FORMS[name][1:]


def test_a_contract_is_asked_for_where_a_crm_is_connected(scores: Scores) -> None:
    community = Community(
        members=tuple(Member(name) for name in WITH_CRM),
        activities=tuple(
            activity
            for name, form in WITH_CRM.items()
            for activity in done(name, form[0])
        ),
        contracts=(Contract("employed", AGO_200, None),),
        has_crm=True,
    )
    scores.run(community, AS_OF)
    assert dict(
        scores.rows("select member_id, next_stage_needs from marts.member_scores")
    ) == {name: form[1] for name, form in WITH_CRM.items()}


def test_a_star_is_told_nothing(scores: Scores) -> None:
    rows = [("speak", TODAY)] * 2 + [("slide", TODAY)] * 2
    scores.run(
        Community(members=(Member("me"),), activities=tuple(done("me", rows))), AS_OF
    )
    assert scores.rows(
        "select stage, next_stage, next_stage_needs from marts.member_scores"
    ) == [("star", None, None)]


def test_what_is_suggested_is_enough(
    scores: Scores, told: dict[str, tuple[str, str, str | None]]
) -> None:
    """Whoever does as told, all of it in person and today, has the next stage."""
    with SEED.open(encoding="utf-8") as file:
        kinds = {
            label: row["activity_type"]
            for row in csv.DictReader(file)
            if row["is_suggested"] == "true"
            for label in (row["label_en"], row["plural_en"])
        }
    counts = {"one": 1, "two": 2, "any": 1}
    activities: list[Activity] = []
    for name, (rows, *_) in FORMS.items():
        told_to = (told[name][2] or "").partition(" / ")[2]
        asked = [
            (kinds.get(what, "post"), TODAY)
            for count, what in re.findall(
                r"(?:^|and )(one|two) (.+?)(?= and | away)", told_to
            )
            for _ in range(counts[count])
        ]
        if "any one activity" in told_to:
            asked = [("reaction", TODAY)]
        activities += done(name, rows + asked)
    members = tuple(Member(name, AGO_200) for name in FORMS)
    scores.run(Community(members=members, activities=tuple(activities)), AS_OF)
    reached = dict(scores.rows("select member_id, stage from marts.member_scores"))
    reached = {
        name: stage for name, stage in reached.items() if "by hand" not in told[name][2]
    }
    assert reached == {
        name: following for name, (_, following, _) in told.items() if name in reached
    }


def test_every_suggestion_can_be_counted_in_both_languages() -> None:
    with SEED.open(encoding="utf-8") as file:
        suggested = [
            row for row in csv.DictReader(file) if row["is_suggested"] == "true"
        ]
    assert {row["category"] for row in suggested} == {"event", "share"}
    assert all(row["counter_ja"] and row["plural_en"] for row in suggested)
