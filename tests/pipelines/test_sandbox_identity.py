"""Who is who in the sandbox, against its truth: accounts, links, employers by day."""

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations

import pandas as pd
import pytest

from pipelines.privacy import decode, tombstones
from pipelines.privacy.erase import main as erase
from sources.qiita import sandbox as qiita
from sources.youtube import sandbox as youtube
from sources.youtube.sandbox_videos import channel_of
from sources.zoom import sandbox as zoom
from tests.pipelines.harness import CLOCK
from tests.pipelines.sandbox_build import MEMBERS, Built, built

DEFAULT_SEED = 1
# Seed -> of the pairs that are one person's, the share that is found (0.508,
# 0.505, 0.495; by addresses, profiles and the CRM alone 0.465, 0.431, 0.459).
RECALL_FLOORS = {DEFAULT_SEED: 0.507, 2: 0.505, 3: 0.494}
# Of people's days since they were first seen, those with the right employer: 0.924; on
# 6.6 % no employer is known, on 1.0 % it is the one before or after a move.
RIGHT_EMPLOYER_FLOOR = 0.92


@pytest.fixture(scope="module")
def default(tmp_path_factory) -> Built:
    """The community of `make refresh`, with employers by day."""
    folder = tmp_path_factory.mktemp("default")
    return built(folder, *MEMBERS, "+member_companies", seed=DEFAULT_SEED)


@pytest.fixture(scope="module", params=sorted(RECALL_FLOORS), ids="seed {}".format)
def resolved(request, default, tmp_path_factory) -> Built:
    """Three communities that share nothing but how people behave."""
    if request.param == DEFAULT_SEED:
        return default
    return built(tmp_path_factory.mktemp("other"), seed=request.param)


def truth_of(sandbox: Built) -> pd.DataFrame:
    """person_id and kind, by account_id as int_accounts has it."""
    rows = sandbox.truth("identities")
    return rows.set_index(rows["source"] + ":" + rows["account_id"])


def accounts_of(sandbox: Built) -> pd.DataFrame:
    """Accounts with their member and the truth, by account_id."""
    rows = sandbox.frame(
        "SELECT accounts.*, members.member_id, members.link_rule"
        " FROM intermediate.int_accounts AS accounts"
        " INNER JOIN identity.account_members AS members USING (account_id)"
    ).set_index("account_id")
    return rows.join(truth_of(sandbox)[["person_id", "kind"]])


def pairs_within(accounts: pd.DataFrame, column: str) -> set[tuple[str, str]]:
    """Pairs of accounts with one value; accounts of several people are not judged."""
    judged = accounts[accounts["person_id"].ne("")]
    groups = judged.groupby(column).groups.values()
    return {pair for ids in groups for pair in combinations(sorted(ids), 2)}


def described(
    accounts: pd.DataFrame, pairs: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The pairs with what makes them look like one person."""
    shown = ["display_name", "email", "link_rule", "person_id"]
    words = {
        str(index): f"{index} {' '.join(map(str, row))}"
        for index, row in accounts[shown].iterrows()
    }
    return [(words[one], words[other]) for one, other in sorted(pairs)]


def not_shown(sandbox: Built) -> set[str]:
    """Accounts that exist, and which a first run has no way to see."""
    community = sandbox.community
    merged = {
        f"hubspot:{contact.id}"
        for contact in community.contacts
        if contact.merged_at and contact.merged_at <= community.now
    }
    since = community.now - timedelta(days=7)
    on_x = {post.person for post in community.posts if post.created_at >= since}
    quiet = {
        f"x:{person.x_id}" for person in community.people if person.index not in on_x
    }
    return (
        merged
        | quiet
        | untagged_authors(sandbox)
        | commenters_of_private_videos(sandbox)
        | old_registrants(sandbox)
    )


def untagged_authors(sandbox: Built) -> set[str]:
    """Authors on Qiita without an article under the tag that is searched."""
    written = list(qiita.articles(sandbox.community))
    tagged = {item.author for item in written if "tsunagari" in item.entry.tags}
    return {
        f"qiita:{qiita.permanent_id(item.author)}"
        for item in written
        if item.author not in tagged
    }


def commenters_of_private_videos(sandbox: Built) -> set[str]:
    """Who has commented under what nobody can see any more."""
    return {
        f"youtube:{channel_of(comment)}"
        for video in youtube.own_videos(sandbox.community)
        if video.is_private(sandbox.community.now)
        for comment in video.comments or ()
    }


def old_registrants(sandbox: Built) -> set[str]:
    """Who was at Zoom's events only so long ago that it is not asked for them."""
    community = sandbox.community
    since = community.today - timedelta(days=30 * zoom.MONTHS)
    return {
        f"zoom:{account.account_id}"
        for row in zoom.held(community)
        if row.event.day < since
        for account in zoom.accounts_at(community, row)
    }


def test_every_account_is_explained_by_the_truth(resolved):
    accounts, truth = accounts_of(resolved), truth_of(resolved)
    assert len(accounts) > 500
    assert sorted(accounts.index.difference(truth.index)) == []


def test_every_account_of_the_truth_is_there_or_cannot_be_seen(resolved):
    accounts, truth = accounts_of(resolved), truth_of(resolved)
    missing = set(truth.index.difference(accounts.index))
    assert len(missing) > 50
    assert sorted(missing - not_shown(resolved)) == []


def test_no_two_people_are_linked(resolved):
    accounts = accounts_of(resolved)
    linked = pairs_within(accounts, "member_id")
    right = linked & pairs_within(accounts, "person_id")
    assert len(linked) > 400
    wrong = described(accounts, linked - right)
    assert len(right) / len(linked) >= 0.999, wrong


def test_the_accounts_of_a_person_are_found(resolved):
    accounts = accounts_of(resolved)
    true = pairs_within(accounts, "person_id")
    found = true & pairs_within(accounts, "member_id")
    assert len(true) > 1_000
    assert len(found) / len(true) >= RECALL_FLOORS[resolved.community.seed]


def employers_by_day(sandbox: Built) -> "Counter[str]":
    """Days of people since somebody first saw them: right, unknown, former, wrong.

    Of a person with several members the one with most accounts is looked at. former: an
    employer of theirs on another day.
    """
    accounts = accounts_of(sandbox)
    people = accounts[accounts["kind"].isin(["person", "internal"])]
    sizes = people.groupby(["person_id", "member_id"]).size().reset_index(name="size")
    sizes = sizes.sort_values(["size", "member_id"], ascending=[False, True])
    member_of = sizes.drop_duplicates("person_id").set_index("person_id")["member_id"]
    seen = people.groupby("person_id")["first_seen_at"].min().dt.date
    said, true = employers_said(sandbox), employers_true(sandbox)
    days: Counter[str] = Counter()
    for person, member in member_of.items():
        for ordinal in range(
            seen[person].toordinal(), sandbox.community.today.toordinal() + 1
        ):
            day = date.fromordinal(ordinal)
            now = {
                name for name, start, end in said.get(member, []) if start <= day <= end
            }
            real = {name for name, start, end in true[person] if start <= day < end}
            ever = {name for name, _, _ in true[person]}
            if not now:
                days["unknown"] += 1
            elif now == real:
                days["right"] += 1
            else:
                days["former" if now <= ever else "wrong"] += 1
    return days


Stays = dict[str, list[tuple[str, date, date]]]


def employers_said(sandbox: Built) -> Stays:
    """member -> (company, from, to inclusive), by the names of the truth."""
    rows = sandbox.frame(
        "SELECT stays.member_id, stays.valid_from,"
        " coalesce(companies.name, stays.company_id) AS name,"
        " coalesce(stays.valid_to, DATE '2999-12-31') AS valid_to"
        " FROM marts.member_companies AS stays"
        " LEFT JOIN (SELECT DISTINCT company_id, name"
        "   FROM intermediate.int_company_aliases WHERE source = 'hubspot'"
        " ) AS companies USING (company_id)"
    )
    return stays(rows, "member_id", "name")


def employers_true(sandbox: Built) -> Stays:
    """person -> (company, from, to exclusive)."""
    rows = sandbox.truth("moves").replace({"valid_to": {"": "2999-12-31"}})
    return stays(rows, "person_id", "company")


def stays(rows: pd.DataFrame, who: str, company: str) -> Stays:
    found: Stays = {}
    for row in rows[[who, company, "valid_from", "valid_to"]].itertuples(index=False):
        start, end = (date.fromisoformat(str(day)[:10]) for day in row[2:])
        found.setdefault(row[0], []).append((row[1], start, end))
    return found


def test_people_worked_where_the_truth_says_on_nearly_all_days(default):
    """insights #1954, #1455: past work counted for today's employer (lessons.md)."""
    days = employers_by_day(default)
    assert sum(days.values()) > 50_000
    assert days["right"] / sum(days.values()) >= RIGHT_EMPLOYER_FLOOR, days
    assert days["wrong"] <= 0.002 * sum(days.values()), days


COUNTED = """
    SELECT accounts.source, count(*) AS accounts, count(accounts.company_name)
        AS employers, count(DISTINCT members.member_id) AS members,
        (SELECT count(*) FROM intermediate.int_activities AS acts
            WHERE acts.source = accounts.source) AS activities,
        (SELECT count(*) FROM intermediate.int_registrations AS regs
            WHERE regs.source = accounts.source) AS registrations
    FROM intermediate.int_accounts AS accounts
    INNER JOIN identity.account_members AS members USING (account_id)
    GROUP BY ALL ORDER BY ALL
"""


def test_an_erased_person_is_counted_as_before_and_does_not_come_back(
    default, tmp_path
):
    before = default.frame(COUNTED)
    people = default.frame("FROM identity.account_members")
    member = people["member_id"].value_counts().index[0]
    mine = people.loc[people["member_id"].eq(member), "account_id"]
    assert mine.str.split(":").str[0].nunique() > 5
    data = shutil.copytree(default.workspace.data, tmp_path / "data")
    assert erase([member, "--data", str(data), "--clock", CLOCK]) == 0
    # the platforms and the files bring them back: the sandbox exports them anew
    again = built(data, *MEMBERS)
    pd.testing.assert_frame_equal(again.frame(COUNTED), before)
    (stone,) = tombstones.read(data)
    whose = again.frame("FROM identity.account_members")
    now = whose.loc[whose["account_id"].isin(stone["accounts"]), "member_id"]
    assert len(now) == len(mine)
    assert set(now) == {stone["member_id"]}
    assert not whose["account_id"].isin(mine).any()
    handles = {it.partition(":")[2] for it in mine if re.search("[a-z].*[0-9_]", it)}
    kept = {
        text
        for path in (data / "raw").rglob("*.parquet")
        for _, text in decode.texts(path)
    }
    assert handles
    assert not handles & kept
