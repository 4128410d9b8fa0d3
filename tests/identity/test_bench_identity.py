"""What the bench compares with, shows and writes."""

from pathlib import Path

import pandas as pd
import pytest

from pipelines.identity import frames, measure
from tests.bench import identity_write
from tests.bench.benchmark import Benchmark
from tests.bench.identity_baselines import by_email, by_email_or_name
from tests.bench.identity_look import NOTHING, Looker
from tests.bench.results import Results

PEOPLE = """
a:1 | Taro Mori | t@corp.jp     |           | 1
b:1 | taro      | T@corp.jp     |           | 1
c:1 | taro mori | other@else.jp |           | 1
d:1 | taro      |               | taro_mori | 2
e:1 | 森 太郎   | z@third.jp    |           | 2
f:1 | 森 太郎   |               | unlike    | 3
g:1 | 林 花子   |               |           | 4
"""


@pytest.fixture
def people() -> measure.LabelledSet:
    rows = [[cell.strip() for cell in line.split("|")] for line in PEOPLE.split("\n")]
    columns = ["account_id", "display_name", "email", "handle", "person_id"]
    table = pd.DataFrame(rows[1:-1], columns=columns).replace("", None)
    table["source"] = table["account_id"].str.partition(":")[0]
    return measure.LabelledSet(
        "tiny",
        frames.shaped(table.assign(is_bot=False), frames.ACCOUNTS),
        frames.shaped(pd.DataFrame(), frames.LINKS),
        table[["account_id", "person_id"]],
    )


def groups(members: pd.DataFrame) -> list[str]:
    """The accounts of each member of several, by their first letters."""
    found = members.groupby("member_id")["account_id"].agg(
        lambda ids: "".join(sorted(account[0] for account in ids))
    )
    return sorted(text for text in found if len(text) > 1)


def test_equal_addresses_link_whatever_the_case(people: measure.LabelledSet) -> None:
    assert groups(by_email(people)) == ["ab"]


def test_equal_full_names_link_and_first_names_do_not(
    people: measure.LabelledSet,
) -> None:
    assert groups(by_email_or_name(people)) == ["abc", "ef"]


def test_a_pair_is_of_a_kind_by_what_its_members_show(
    people: measure.LabelledSet,
) -> None:
    members = pd.DataFrame(
        {"account_id": people.accounts["account_id"], "member_id": list("mmnopqr")}
    )
    columns = ["account_id_a", "account_id_b", "rule", "strength", "evidence"]
    nothing = pd.DataFrame(columns=columns)
    pairs = pd.DataFrame([["a:1", "b:1", "r", 1, "it says so"]], columns=columns)
    looker = Looker(people, measure.Resolution(members, pairs, nothing))
    # b has no full name of its own: a's, of the same member, counts
    assert looker.kind("b:1", "c:1") == "same name"
    assert looker.kind("a:1", "d:1") == "a handle spells the name"
    assert looker.kind("e:1", "f:1") == "same name, as others have"
    assert looker.kind("b:1", "f:1") == "names of one reading"
    assert looker.kind("b:1", "g:1") == NOTHING
    assert looker.missed() == [("a:1", "c:1"), ("d:1", "e:1"), ("b:1", "c:1")]
    shown = "\n".join(looker.show("a:1", "b:1"))
    assert "-> r: it says so" in shown
    assert "t@corp.jp" in shown


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(identity_write, "DOCUMENT", tmp_path / "identity.md")
    return tmp_path / "identity.md"


def test_only_what_is_between_the_markers_is_written(document: Path) -> None:
    begin, end = identity_write.BEGIN, identity_write.END
    document.write_text(f"# prose\n{begin}\nold\n{end}\nmore prose\n")
    unfinished = Benchmark("sympy", "a set", lambda bench: {}, str)
    results = Results(document.with_name("results.json"))
    identity_write.write([unfinished], results, date="2026-11-22", command="make x")
    text = document.read_text()
    assert text.startswith(f"# prose\n{begin}\n")
    assert text.endswith(f"{end}\nmore prose\n")
    assert "old" not in text
    assert "- a set (`sympy`)" in text
    assert "`make x`" in text


def test_a_document_without_markers_is_left_alone(document: Path) -> None:
    document.write_text("# prose\n")
    results = Results(document.with_name("results.json"))
    with pytest.raises(ValueError, match="put them where the tables belong"):
        identity_write.write([], results, date="2026-11-22", command="make x")
    assert document.read_text() == "# prose\n"
