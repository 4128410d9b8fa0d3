"""What others got wrong about who is who: rows of ../shared/design/lessons.md as tests.

Each names its row. Two more stand where tables are built: affiliations that an unmerge
did not restore in tests/dbt/test_decisions_in_marts.py, past work counted for today's
employer in tests/pipelines/test_sandbox_identity.py.
"""

import pytest

from pipelines.identity import normalise, policy, readings
from tests.identity.conftest import Community


def test_one_man_is_not_six_rows(community: Community) -> None:
    """insights #2008: one man as six rows."""
    mail, name = "taro@corp.co.jp", "山田 太郎"
    community.account("connpass:taro_y", handle="taro_y", email=mail)
    community.account("hubspot:7", display_name=name, email="Taro@corp.co.jp")
    community.account("qiita:1", handle="taro_y", profile_urls="connpass:taro_y")
    community.account("github:1", handle="taro-y")
    community.account("git:1", email="12+taro-y@users.noreply.github.com")
    community.account("git:2", email=mail, display_name="Taro Yamada")
    community.link("github:1", "qiita:1", "survey_answer")
    assert len(community.groups()) == 1


def test_work_is_not_credited_to_whom_it_was_merged_by(community: Community) -> None:
    """insights #1447: 17,000 contributions credited to the wrong person."""
    for number, (name, mail) in enumerate(
        [("Taro Yamada", "taro@corp.jp"), ("Hanako Suzuki", "hanako@corp.jp")]
    ):
        community.account(f"github:{number}", handle=f"login{number}")
        community.account(f"git:{number}", display_name=name, email=mail)
        community.link(f"github:{number}", f"git:{number}", n=17_000)
    community.link("github:0", "git:1", n=300)
    groups = community.groups()
    assert not any({"git:0", "git:1"} <= group for group in groups)
    assert not any({"github:0", "git:1"} <= group for group in groups)


def test_two_maintainers_do_not_collapse(community: Community) -> None:
    """insights #1364: two maintainers, each merging the other's work, became one."""
    for number in (1, 2):
        community.account(f"github:{number}", handle=f"maintainer{number}")
        community.account(f"git:{number}", email=f"own{number}@corp{number}.jp")
    community.account("git:3", email="release@gmail.com", display_name="release")
    for login in ("github:1", "github:2"):
        for address in ("git:1", "git:2", "git:3"):
            community.link(login, address, n=50)
    assert not any({"github:1", "github:2"} <= group for group in community.groups())


def test_nobody_has_a_thousand_identities(community: Community) -> None:
    """insights #1892, #2839: profiles with 1,000 identities."""
    for number in range(1_000):
        community.account(f"git:{number}", email="ci@gmail.com", display_name="build")
    sizes = [len(group) for group in community.groups()]
    assert sum(sizes) == 1_000
    assert max(sizes) <= policy.MAX_CLUSTER_SIZE


def test_a_wrong_merge_can_be_taken_back(community: Community) -> None:
    """insights #1447 too: what was wrong stayed wrong."""
    community.account("connpass:a", email="tanaka@gmail.com")
    community.account("x:b", email="taro@gmail.com")
    assert len(community.groups()) == 2
    community.change("x:b", email="tanaka@gmail.com")
    assert len(community.groups()) == 1
    log = community.log()
    community.undo(log.loc[log["decision"].eq("link"), "decision_id"].iloc[0])
    assert len(community.groups()) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("ガトウ ケンイチ", "カトウ ケンイチ"), ("Gato Kenichi", "加藤 健一")],
)
def test_dakuten_makes_another_name(one: str, other: str) -> None:
    """SortingHat: dakuten stripped, so that ガトウ is カトウ."""
    assert normalise.compare_name(one) != normalise.compare_name(other)
    spellings = [set(readings.spellings(name)) for name in (one, other)]
    assert all(spellings)
    assert not spellings[0] & spellings[1]
    assert readings.agreement(one, other) not in {"same", "same_sound"}


def test_a_name_without_a_space_is_the_same_name(community: Community) -> None:
    """SortingHat: 山田太郎 without a space never matched."""
    mail = "pair@gmail.com"
    for number, name in enumerate(["山田太郎", "佐藤花子", "山田　太郎"]):
        community.account(f"git:{number}", email=mail, display_name=name)
    assert frozenset({"git:0", "git:2"}) in community.groups()


def test_an_office_address_chains_no_strangers(community: Community) -> None:
    """SortingHat: one shared info@ chains strangers."""
    for number, name in enumerate(["佐藤健", "鈴木一郎", "高橋花子"]):
        community.account(
            f"files{number}:1", email="info@corp.co.jp", display_name=name
        )
        community.account(f"git:{number}", email="info@corp.co.jp", display_name=name)
    assert len(community.groups()) == 6


def test_merged_contacts_do_not_fan_out(community: Community) -> None:
    """dbt_hubspot #46, #58, #134, #168: merged contacts fan out rows."""
    for number in range(5):
        community.account(
            f"hubspot:{number}", email=f"p{number}@gmail.com", crm_contact_id="4"
        )
        for later in range(number + 1, 5):
            community.link(f"hubspot:{number}", f"hubspot:{later}", "crm_merge")
    community.account("connpass:taro", email="p0@gmail.com")
    members = community.resolve()
    assert members.index.is_unique
    assert len(members) == 6
    assert members["member_id"].nunique() == 1


def test_duplicates_are_merged_by_the_run_that_sees_them(community: Community) -> None:
    """crowd.dev #4484: exact duplicates never merged, for no job was scheduled."""
    same = {"email": "taro@gmail.com", "display_name": "山田太郎"}
    community.account("connpass:taro", **same)
    assert len(community.groups()) == 1
    community.account("peatix:1", **same)
    assert len(community.groups()) == 1
    assert community.reviews().empty


def test_a_clear_match_is_never_vetoed(community: Community) -> None:
    """crowd.dev #2899: clear matches vetoed, by a field that merely differs."""
    community.account(
        "connpass:taro",
        email="taro@gmail.com",
        display_name="taro_y",
        company_name="株式会社夕凪製作所",
        department="開発部",
    )
    community.account(
        "hubspot:1",
        email="taro@gmail.com",
        display_name="山田 太郎",
        company_name="雨宿銀行株式会社",
        department="人事部",
    )
    assert len(community.groups()) == 1


def test_japanese_names_are_compared_as_they_are_written(community: Community) -> None:
    """crowd.dev #329: Japanese names come out "weird"."""
    mail = "pair@gmail.com"
    names = ["髙橋 﨑子", "高橋崎子", "ﾀｶﾊｼ ｻｷｺ", "鈴木 一郎"]
    for number, name in enumerate(names):
        community.account(f"git:{number}", email=mail, display_name=name)
    assert community.groups() == {
        frozenset({"git:0", "git:1", "git:2"}),
        frozenset({"git:3"}),
    }


def test_a_part_has_no_more_people_than_the_whole(community: Community) -> None:
    """insights #1334: all repositories 119 people, one of them 242."""
    for number in range(12):
        person = number % 4
        community.account(
            f"{('git', 'connpass', 'hubspot')[number // 4]}:{number}",
            email=f"person{person}@gmail.com",
            display_name=("佐藤健", "鈴木一郎", "高橋花子", "田中次郎")[person],
        )
    members = community.resolve()["member_id"]
    source = members.index.str.partition(":").get_level_values(0)
    parts = members.groupby(source).nunique()
    assert members.nunique() == 4
    assert parts.max() <= members.nunique() <= parts.sum()
