"""The decisions file wins, and a line that cannot be used is named."""

from pathlib import Path

import pandas as pd
import pytest

from pipelines.identity import frames, manual, resolve
from tests.identity.conftest import Community

KNOWN = {"connpass:a", "connpass:b", "x:c"}


def _read(data: Path, text: str | bytes) -> manual.ManualDecisions:
    file = manual.file_in(data)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return manual.read(data, KNOWN, _no_log)


def _no_log() -> pd.DataFrame:
    return frames.DECISIONS.empty_table().to_pandas()


def test_a_merge_by_hand_beats_every_objection(community: Community) -> None:
    community.account("connpass:a", email="a@corp.jp")
    community.account("connpass:b", email="b@corp.jp")
    community.decide_by_hand("merge,connpass:a,connpass:b,met them,hanako,2026-11-01")
    members = community.resolve()
    assert members["member_id"].nunique() == 1
    row = community.log().query("decision == 'link'").iloc[0]
    assert (row["rule"], row["decided_by"], row["evidence"]) == (
        "manual",
        "hanako",
        "met them",
    )
    assert members.loc["connpass:b", "is_manual"]


def test_a_split_by_hand_beats_every_rule(community: Community) -> None:
    community.account("connpass:a", email="a@corp.jp", crm_contact_id="1")
    community.account("hubspot:1", email="a@corp.jp", crm_contact_id="1")
    community.decide_by_hand("split,hubspot:1,connpass:a,twins,hanako,2026-11-01")
    assert len(community.groups()) == 2


def test_a_split_also_holds_against_a_chain(community: Community) -> None:
    for number in range(3):
        community.account(f"s{number}:1", email="a@corp.jp")
    community.decide_by_hand("split,s0:1,s2:1,twins,hanako,2026-11-01")
    assert not any({"s0:1", "s2:1"} <= group for group in community.groups())


def test_a_line_waits_while_its_first_account_is_not_in_the_data(
    community: Community,
) -> None:
    community.account("connpass:a")
    community.account("x:b", email="b@corp.jp")
    community.account("hubspot:c", email="b@corp.jp")
    community.decide_by_hand("merge,connpass:a,x:b,met them,hanako,2026-11-01")
    member = community.resolve()["member_id"]
    assert member.nunique() == 1
    gone = community.accounts.pop(0)
    # It names nobody now and is set aside; the others keep person and id.
    assert community.resolve()["member_id"].equals(member.drop("connpass:a"))
    (waiting,) = resolve.rejected_decisions(
        frames.to_table(pd.DataFrame(community.accounts), frames.ACCOUNTS),
        data=community.data,
    ).to_pylist()
    assert "no account 'connpass:a'" in waiting["reason"]
    community.accounts.insert(0, gone)
    assert community.resolve()["member_id"].sort_index().equals(member.sort_index())


def test_the_latest_line_about_a_pair_counts(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "decision,account_a,account_b,reason,who,when\n"
        "split,connpass:b,connpass:a,second,jiro,2026-11-02\n"
        "merge,connpass:a,connpass:b,first,jiro,2026-11-01\n",
    )
    assert [item.decision for item in read.decisions] == ["split"]


def test_a_line_without_a_date_is_as_late_as_the_line_above_it(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        "decision,account_a,account_b,reason,who,when\n"
        "merge,connpass:a,connpass:b,first,jiro,2026-11-01\n"
        "split,connpass:b,connpass:a,second,jiro,\n",
    )
    assert [item.decision for item in read.decisions] == ["split"]
    assert [item.line for item in read.superseded] == [2]


def test_a_person_can_say_who_is_a_bot_or_a_colleague(community: Community) -> None:
    community.account("git:1", email="a@corp.jp", is_bot=True)
    community.account("git:2", email="a@corp.jp")
    community.decide_by_hand(
        "not_bot,git:1,,writes by hand,hanako,", "internal,git:2,,,,"
    )
    assert len(community.groups()) == 1
    accounts = frames.to_table(_frame(community), frames.ACCOUNTS)
    flags = resolve.account_flags(accounts, data=community.data).to_pylist()
    assert [
        (row["account_id"], row["is_bot"], row["is_internal"]) for row in flags
    ] == [("git:1", False, None), ("git:2", None, True)]


def test_a_program_is_flagged_until_a_person_says_no(community: Community) -> None:
    community.account("git:1", display_name="dependabot[bot]")
    community.account("git:2", display_name="taro-bot")
    community.decide_by_hand("not_bot,git:2,,he builds robots,hanako,")
    accounts = frames.to_table(_frame(community), frames.ACCOUNTS)
    flags = resolve.account_flags(accounts, data=community.data).to_pylist()
    assert [(row["account_id"], row["is_bot"], row["decided_by"]) for row in flags] == [
        ("git:1", True, "rules"),
        ("git:2", False, "hanako"),
    ]


def _frame(community: Community) -> pd.DataFrame:
    return pd.DataFrame(community.accounts)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("marge,connpass:a,connpass:b,,,", "unknown decision 'marge'; use one of"),
        ("merge,connpass:a,,,,", "merge needs account_b"),
        ("merge,connpass:a,nobody:1,,,", "no account 'nobody:1'"),
        ("split,x:c,x:c,,,", "names the same account twice"),
        ("bot,,,,,", "bot needs account_a"),
        ("merge,connpass:a,x:c,,,yesterday", "'yesterday' is not a date"),
    ],
)
def test_a_bad_line_is_set_aside_with_file_line_and_reason(
    tmp_path: Path, line: str, words: str
) -> None:
    read = _read(
        tmp_path,
        "decision,account_a,account_b,reason,who,when\n"
        "merge,connpass:a,x:c,,,2026-11-01\n"
        f"{line}\n\n"
        "split,connpass:b,x:c,,,\n",
    )
    assert len(read.decisions) == 2
    rejected = read.rejected[0]
    assert rejected.line == 3
    assert words in rejected.reason
    assert "decisions.csv line 3" in rejected.reason


def test_a_file_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    text = "decision,account_a,account_b,reason\nmerge,connpass:a,x:c,名刺\n"
    for encoding in ("utf-8-sig", "cp932"):
        read = _read(tmp_path, text.encode(encoding))
        assert read.decisions[0].reason == "名刺"


def test_a_file_without_its_columns_is_one_rejected_line(tmp_path: Path) -> None:
    read = _read(tmp_path, "a;b\n1;2\n")
    assert not read.decisions
    assert "no column decision, account_a, account_b" in read.rejected[0].reason


def test_a_reason_may_contain_line_breaks(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        'decision,account_a,account_b,reason\nmerge,connpass:a,x:c,"one\ntwo"\nno,,,\n',
    )
    assert read.decisions[0].reason == "one\ntwo"
    assert read.rejected[0].line == 4


def test_rejected_lines_have_the_shape_of_a_quarantine(community: Community) -> None:
    community.account("x:c")
    community.decide_by_hand("merge,x:c,x:d,,,")
    accounts = frames.to_table(_frame(community), frames.ACCOUNTS)
    rows = resolve.rejected_decisions(accounts, data=community.data).to_pylist()
    assert rows[0]["payload"] == "merge,x:c,x:d,,,"
    assert (rows[0]["source"], rows[0]["table_name"]) == ("identity", "decisions")


def test_without_a_file_nothing_is_decided_by_hand(tmp_path: Path) -> None:
    assert manual.read(tmp_path, KNOWN, _no_log) == manual.ManualDecisions((), ())
