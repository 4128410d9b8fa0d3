"""Undo takes back one decision, exactly, and says what it will do."""

import io

import pandas as pd
import pytest

from pipelines.identity import frames, log, resolve, undo, undone
from tests.identity.conftest import Community


def _decision(community: Community, decision: str, account: str) -> str:
    """The last decision of a kind about an account."""
    rows = community.log()
    found = rows[rows["decision"].eq(decision) & rows["account_id_a"].eq(account)]
    return str(found["decision_id"].iloc[-1])


def _two_families(community: Community) -> pd.Series:
    """Two members of three accounts each; the map."""
    for number in range(3):
        community.account(f"s{number}:a", email="a@corp.jp")
    for number in range(3):
        community.account(f"s{number}:b", email="b@gmail.com")
    return community.resolve()["member_id"]


@pytest.mark.parametrize("row", ["s0:b", "s2:b"])
@pytest.mark.parametrize("with_details", [True, False])
def test_any_row_of_a_merge_undoes_it_whole(
    community: Community, row: str, with_details: bool
) -> None:
    before = _two_families(community)
    community.decide_by_hand("merge,s1:a,s1:b,thought so,hanako,2026-11-01")
    assert community.resolve()["member_id"].nunique() == 1
    community.undo(_decision(community, "link", row), with_details=with_details)
    pd.testing.assert_series_equal(before, community.resolve()["member_id"])
    assert resolve.member_aliases(data=community.data).num_rows == 0


def test_a_merge_by_rules_is_kept_apart_from_then_on(community: Community) -> None:
    _two_families(community)
    community.account("hubspot:1", crm_contact_id="1", email="a@corp.jp")
    community.account("salesforce:1", crm_contact_id="1", email="b@gmail.com")
    assert community.resolve()["member_id"].nunique() == 1
    community.undo(_decision(community, "link", "s0:b"))
    after = community.resolve()["member_id"]
    assert after.loc[["s0:a", "s1:a", "s2:a"]].nunique() == 1
    assert after.loc[["s0:b", "s1:b", "s2:b"]].nunique() == 1
    assert after["s0:a"] != after["s0:b"]
    # Known later: each follows its own evidence.
    assert after["hubspot:1"] in {after["s0:a"], after["s0:b"]}
    assert community.reviews().query("account_id_a == 's0:a'").empty


def test_accounts_of_one_address_stay_together_when_the_oldest_is_taken_away(
    community: Community,
) -> None:
    community.account("s0:a", email="old@corp.jp")
    community.account("s1:b", email="b@corp.jp")
    community.account("s2:b", email="b@corp.jp")
    before = community.resolve()["member_id"]
    # The oldest now has their address: they are linked over it only.
    community.change("s0:a", email="b@corp.jp")
    assert community.resolve()["member_id"].nunique() == 1
    community.undo(_decision(community, "link", "s1:b"))
    pd.testing.assert_series_equal(before, community.resolve()["member_id"])


@pytest.mark.parametrize("with_a_run_between", [True, False])
@pytest.mark.parametrize("with_details", [True, False])
def test_an_undo_holds_when_its_first_account_has_vanished(
    community: Community, with_details: bool, with_a_run_between: bool
) -> None:
    before = _two_families(community)
    community.decide_by_hand("merge,s1:a,s1:b,thought so,hanako,2026-11-01")
    community.resolve()
    community.undo(_decision(community, "link", "s0:b"), with_details=with_details)
    if with_a_run_between:
        community.resolve()
    gone = {"s0:a", "s0:b"}  # the first of either side
    community.accounts = [
        row for row in community.accounts if row["account_id"] not in gone
    ]
    after = community.resolve()["member_id"]
    assert after["s1:a"] == after["s2:a"] == before["s1:a"]
    assert after["s1:b"] == after["s2:b"] != after["s1:a"]
    # The id went back to b's before the first of them vanished, or it never did.
    assert (after["s1:b"] == before["s1:b"]) is with_a_run_between
    assert (
        resolve.rejected_decisions(
            frames.to_table(pd.DataFrame(community.accounts), frames.ACCOUNTS),
            data=community.data,
        ).num_rows
        == 0
    )


def test_undo_after_a_third_member_came_to_the_two(community: Community) -> None:
    before = _two_families(community)
    community.account("peatix:c", email="c@mail.jp")
    third = community.resolve()["member_id"]["peatix:c"]
    merge = "merge,s0:a,s0:b,,hanako,2026-11-01"
    community.decide_by_hand(merge)
    community.resolve()
    first = _decision(community, "link", "s0:b")
    community.decide_by_hand(merge, "merge,s2:b,peatix:c,,hanako,2026-11-02")
    assert community.resolve()["member_id"].nunique() == 1
    community.undo(first)
    after = community.resolve()["member_id"]
    assert set(after.filter(regex="a$")) == {before["s0:a"]}
    assert set(after.filter(regex="[bc]$")) == {before["s0:b"]}
    assert third not in set(after)


def test_a_later_merge_of_the_same_people_wins_over_the_undo(
    community: Community,
) -> None:
    _two_families(community)
    community.decide_by_hand("merge,s0:a,s0:b,,hanako,2026-11-01")
    community.resolve()
    community.undo(_decision(community, "link", "s0:b"))
    community.resolve()
    file = community.data / "inbox/identity/decisions.csv"
    with file.open("a", encoding="utf-8") as text:
        text.write("merge,s2:a,s2:b,sure now,hanako,2026-12-01\n")
    assert community.resolve()["member_id"].nunique() == 1


def test_undoing_the_undo_brings_the_merge_back(community: Community) -> None:
    _two_families(community)
    community.decide_by_hand("merge,s0:a,s0:b,,hanako,2026-11-01")
    merged = community.resolve()["member_id"]
    community.undo(_decision(community, "link", "s0:b"))
    community.resolve()
    community.undo(_decision(community, "split", "s0:b"))
    pd.testing.assert_series_equal(merged, community.resolve()["member_id"])
    row = community.log().query("account_id_a == 's1:b'").iloc[-1]
    assert (row["decided_by"], "undo of d_" in row["evidence"]) == ("jiro", True)


def test_a_split_by_rules_becomes_one_person_again(community: Community) -> None:
    before = _two_families(community)
    community.change("s2:a", email="other@mail.jp")
    assert community.resolve()["member_id"].nunique() == 3
    community.undo(_decision(community, "split", "s2:a"))
    pd.testing.assert_series_equal(before, community.resolve()["member_id"])


def test_a_split_by_hand_is_taken_back_and_the_evidence_decides(
    community: Community,
) -> None:
    before = _two_families(community)
    community.decide_by_hand("split,s0:a,s2:a,,hanako,2026-11-01")
    community.resolve()
    community.undo(_decision(community, "split", "s2:a"))
    pd.testing.assert_series_equal(before, community.resolve()["member_id"])
    community.change("s2:a", email="other@mail.jp")
    assert community.resolve()["member_id"].nunique() == 3


def test_an_account_that_came_as_somebodys_stands_alone_after_undo(
    community: Community,
) -> None:
    _two_families(community)
    community.undo(_decision(community, "link", "s1:a"))
    after = community.resolve()["member_id"]
    assert after["s0:a"] == after["s2:a"] != after["s1:a"]


def test_the_log_names_the_line_and_its_author(community: Community) -> None:
    _two_families(community)
    community.decide_by_hand("merge,s0:a,s0:b,,hanako,2026-11-01")
    community.resolve()
    decision = _decision(community, "link", "s0:b")
    size = len(community.log())
    community.undo(decision)
    community.resolve()
    rows = community.log().iloc[size:].query("decision == 'split'")
    assert set(rows["decided_by"]) == {"jiro"}
    assert rows["evidence"].str.contains(f"undo of {decision} ", regex=False).all()


@pytest.mark.parametrize(
    ("decision", "account", "words"),
    [
        ("found", "s0:a", "nothing was before it"),
        ("alias", "s0:b", "undo the decision that moved its accounts: d_"),
        ("review", "connpass:x", "is a review and moved nobody"),
        ("settled", "connpass:x", "is a settled and moved nobody"),
    ],
)
def test_what_moved_nobody_cannot_be_undone(
    community: Community, decision: str, account: str, words: str
) -> None:
    _two_families(community)
    community.account("connpass:x", email="pc@corp.jp", display_name="佐藤健")
    community.account("hubspot:y", email="pc@corp.jp", display_name="鈴木一郎")
    community.resolve()
    community.decide_by_hand(
        "merge,s0:a,s0:b,,hanako,2026-11-01", "split,connpass:x,hubspot:y,,hanako,"
    )
    community.resolve()
    with pytest.raises(undone.CannotUndo, match=words):
        undone.of(community.log(), _decision(community, decision, account))


def test_a_further_reason_names_the_decision_to_undo(community: Community) -> None:
    _two_families(community)
    first = _decision(community, "link", "s1:a")
    community.decide_by_hand("merge,s0:a,s1:a,met them,hanako,2026-11-01")
    community.resolve()
    with pytest.raises(undone.CannotUndo, match=f"undo {first} instead"):
        undone.of(community.log(), _decision(community, "link", "s1:a"))


def test_lines_that_undo_nothing_are_rejected(community: Community) -> None:
    _two_families(community)
    community.decide_by_hand("merge,s0:a,s0:b,,hanako,2026-11-01")
    community.resolve()
    known = _decision(community, "link", "s0:b")
    community.undo(known)
    community.undo(known)
    file = community.data / "inbox/identity/decisions.csv"
    with file.open("a", encoding="utf-8") as text:
        text.write("undo,d_unknown,,,,\nundo,,,,,\n")
        text.write(f'undo,{_decision(community, "link", "s1:b")},,,,,"[1]"\n')
    accounts = pd.DataFrame(community.accounts)[["account_id"]]
    rejected = resolve.rejected_decisions(
        frames.to_table(accounts, frames.ACCOUNTS), data=community.data
    ).to_pylist()
    assert [row["line"] for row in rejected] == [4, 5, 6, 7]
    assert "line 3 undoes" in rejected[0]["reason"]
    assert "no decision 'd_unknown' in the log" in rejected[1]["reason"]
    assert "needs the id of a decision" in rejected[2]["reason"]
    assert "details are not what `make undo` wrote" in rejected[3]["reason"]


def test_without_the_log_an_undo_by_hand_is_rejected_and_one_by_make_counts(
    community: Community,
) -> None:
    _two_families(community)
    community.decide_by_hand("merge,s0:a,s0:b,,hanako,2026-11-01")
    community.resolve()
    community.undo(_decision(community, "link", "s0:b"))
    for file in (community.data / log.FOLDER).iterdir():
        file.unlink()
    assert community.resolve()["member_id"].nunique() == 2


def test_make_undo_tells_what_changes_asks_and_writes(
    community: Community,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = _two_families(community)
    community.decide_by_hand("merge,s0:a,s0:b,thought so,hanako,2026-11-01")
    community.refresh()
    decision = _decision(community, "link", "s0:b")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert community.command(undo.main, decision) == 1
    assert len(community.lines()) == 1
    out = capsys.readouterr().out
    assert f"s1:b (b@gmail.com): {before['s0:a']} -> {before['s0:b']}" in out
    assert "s1:a" in out
    assert "Nothing was written" in out

    assert community.command(undo.main, decision, "--yes", "--reason", "twins") == 0
    assert community.lines()[-1].startswith(
        f"undo,{decision},,twins,hanako,2026-11-21,"
    )
    pd.testing.assert_series_equal(before, community.refresh()["member_id"])
    assert community.command(undo.main, decision, "--yes") == 1
    assert "undoes" in capsys.readouterr().err
    twin = _decision(community, "link", "s1:b")
    assert community.command(undo.main, twin, "--yes") == 1
    assert f"undoes that already, as {decision}" in capsys.readouterr().err


def test_make_undo_is_refused_where_a_later_line_says_otherwise(
    community: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    _two_families(community)
    community.decide_by_hand("merge,s0:a,s0:b,,hanako,2027-01-01")
    community.refresh()
    decision = _decision(community, "link", "s0:b")
    assert community.command(undo.main, decision, "--yes") == 1
    assert "dated later says otherwise" in capsys.readouterr().err
    assert len(community.lines()) == 1
