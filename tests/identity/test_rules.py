"""What links two accounts, and what does not. Each test is a rule of identity.md."""

from typing import Any

import pandas as pd
import pytest

from pipelines.identity import evidence, frames, policy, readings
from pipelines.identity.features import of_accounts
from tests.identity.conftest import Community


def _are_one(community: Community, one: str, other: str) -> bool:
    members = community.resolve()
    return bool(members.loc[one, "member_id"] == members.loc[other, "member_id"])


def test_one_address_given_at_two_sources_is_one_person(community: Community) -> None:
    community.account("connpass:taro", email="taro@corp.co.jp", display_name="taro")
    community.account("hubspot:7", email="Taro@corp.co.jp", display_name="山田太郎")
    members = community.resolve()
    assert members["member_id"].nunique() == 1
    assert members.loc["hubspot:7", "link_rule"] == "verified_email"
    assert members.loc["connpass:taro", "link_rule"] == "first_account"


@pytest.mark.parametrize(
    "address", ["info@corp.co.jp", "devnull@localhost", "not an address", "me@pc.local"]
)
def test_role_and_malformed_addresses_link_nothing(
    community: Community, address: str
) -> None:
    community.account("connpass:taro", email=address)
    community.account("hubspot:7", email=address)
    assert not _are_one(community, "connpass:taro", "hubspot:7")


def test_an_address_used_under_several_names_links_nobody_and_goes_to_review(
    community: Community,
) -> None:
    community.account(
        "connpass:a", email="seminar-pc@corp.co.jp", display_name="佐藤健"
    )
    community.account(
        "peatix:b", email="seminar-pc@corp.co.jp", display_name="鈴木一郎"
    )
    community.account("x:c", email="seminar-pc@corp.co.jp", display_name="高橋花子")
    assert len(community.groups()) == 3
    assert len(community.reviews()) == 2


def test_one_who_signs_colleagues_up_does_not_become_them(community: Community) -> None:
    for nickname in ("taro", "hanako", "jiro"):
        community.account(
            f"connpass:{nickname}", email="taro@corp.co.jp", display_name=nickname
        )
    assert len(community.groups()) == 3


def test_a_disputed_address_still_links_equal_names(community: Community) -> None:
    mail = "pair@corp.co.jp"
    community.account("git:1", email=mail, display_name="Taro Yamada")
    community.account("git:2", email=mail, display_name="Hanako Suzuki")
    community.account("git:3", email=mail, display_name="Yamada Taro")
    assert frozenset({"git:1", "git:3"}) in community.groups()


def test_a_renamed_committer_is_one_person(community: Community) -> None:
    community.account("git:1", email="taro@corp.co.jp", display_name="taro_y")
    community.account("git:2", email="taro@corp.co.jp", display_name="Taro Yamada")
    members = community.resolve()
    assert set(members["link_rule"]) == {"first_account", "same_address"}


@pytest.mark.parametrize("name", ["佐藤健", "Ken Sato"])
def test_a_name_alone_never_links(community: Community, name: str) -> None:
    community.account("connpass:a", display_name=name)
    community.account("hubspot:b", display_name=name, company_name="ABC")
    community.account("git:c", display_name=name, email="one@corp.jp")
    community.account("git:d", display_name=name, email="two@corp.jp")
    assert len(community.groups()) == 4


def test_a_missing_name_or_address_equals_no_other_missing_one(
    community: Community,
) -> None:
    for number in range(4):
        community.account(f"x:{number}")
        community.account(f"git:{number}", display_name="", email="", handle="")
    assert len(community.groups()) == 8


def test_one_crm_contact_is_one_person(community: Community) -> None:
    community.account("hubspot:1", crm_contact_id="1", email="old@corp.jp")
    community.account("hubspot:2", crm_contact_id="1", email="new@corp.jp")
    community.account("hubspot:3", crm_contact_id="3")
    assert frozenset({"hubspot:1", "hubspot:2"}) in community.groups()


@pytest.mark.parametrize("evidence", ["crm_merge", "renamed"])
def test_what_a_platform_says_of_its_own_accounts_is_believed(
    community: Community, evidence: str
) -> None:
    one, other = community.account("hubspot:1"), community.account("hubspot:2")
    community.link(one, other, evidence)
    assert _are_one(community, one, other)


@pytest.mark.parametrize("urls", ["github:Taro-Y", "x:nobody; GitHub:@taro-y", "x"])
def test_a_profile_links_to_the_only_account_with_that_handle(
    community: Community, urls: str
) -> None:
    community.account("github:1", handle="taro-y")
    community.account("speakers:1", profile_urls=urls)
    assert _are_one(community, "github:1", "speakers:1") is (urls != "x")


def test_twitter_is_x(community: Community) -> None:
    community.account("x:1", handle="taro")
    community.account("speakers:1", profile_urls="twitter:taro")
    assert _are_one(community, "x:1", "speakers:1")


def test_a_profile_that_could_mean_two_accounts_links_none(
    community: Community,
) -> None:
    community.account("github:1", handle="taro")
    community.account("github:2", handle="TARO")
    community.account("speakers:1", profile_urls="github:taro")
    assert len(community.groups()) == 3


def test_two_people_who_name_one_team_account_are_not_one(community: Community) -> None:
    community.account("x:1", handle="abc_inc")
    community.account("speakers:1", profile_urls="x:abc_inc")
    community.account("speakers:2", profile_urls="x:abc_inc")
    assert len(community.groups()) == 3
    assert len(community.reviews()) == 2


def test_a_survey_answer_that_names_the_handle_links(community: Community) -> None:
    one, other = community.account("survey:1"), community.account("connpass:taro")
    community.link(one, other, "survey_answer")
    members = community.resolve()
    assert members.loc[other, "link_rule"] == "survey_answer"


def test_a_noreply_address_belongs_to_the_login_in_it(community: Community) -> None:
    community.account("github:9", handle="Taro-Y")
    community.account("git:1", email="12+taro-y@users.noreply.github.com")
    community.account("git:2", email="taro-y@users.noreply.github.com")
    assert len(community.groups()) == 1


def test_a_login_renamed_at_the_platform_is_one_account(community: Community) -> None:
    community.account("github:1", handle="taro")
    community.account("github:2", handle="yamada")
    community.account("git:1", email="12+taro@users.noreply.github.com")
    community.account("git:2", email="12+yamada@users.noreply.github.com")
    assert len(community.groups()) == 1


def test_two_that_always_act_together_are_one_person(community: Community) -> None:
    login, address = community.account("github:1"), community.account("git:1")
    community.link(login, address)
    members = community.resolve()
    assert members.loc[address, "link_rule"] == "always_together"


def test_behaviour_shared_with_anybody_else_is_worthless(community: Community) -> None:
    login = community.account("github:1", handle="octo")
    for number in (1, 2):
        address = community.account(f"git:{number}", email=f"p{number}@corp.jp")
        community.link(login, address, n=100)
    assert len(community.groups()) == 3


def test_shared_behaviour_counts_when_the_name_agrees(community: Community) -> None:
    login = community.account("github:1", handle="taroyamada")
    community.account("git:1", email="one@corp.jp", display_name="Taro Yamada")
    community.account("git:2", email="two@corp.jp", display_name="Yamada Taro")
    community.account("git:3", email="three@corp.jp", display_name="Hanako Suzuki")
    for number in (1, 2, 3):
        community.link(login, f"git:{number}")
    assert community.groups() == {
        frozenset({"github:1", "git:1", "git:2"}),
        frozenset({"git:3"}),
    }


def test_who_acts_with_everybody_says_nothing(community: Community) -> None:
    community.account("github:1", handle="octo")
    community.account("git:1", email="hanako@corp.jp", display_name="Hanako Suzuki")
    community.link("github:1", "git:1", n=2)
    community.account("github:2", handle="merges-it-all")
    for number in range(2, policy.MAX_CLUSTER_SIZE + 3):
        community.account(f"git:{number}", email=f"p{number}@corp{number}.jp")
        community.link("github:2", f"git:{number}")
    community.link("github:2", "git:1", n=40)
    assert frozenset({"github:1", "git:1"}) in community.groups()


def test_a_role_address_at_ones_own_domain_is_ones_own(community: Community) -> None:
    mail = "hello@taroyamada.jp"
    community.account("git:1", email=mail, display_name="Taro Yamada")
    community.account("git:2", email=mail, display_name="taroyamada")
    community.account("hubspot:1", email=mail, display_name="山田 太郎")
    assert community.groups() == {
        frozenset({"git:1", "git:2"}),
        frozenset({"hubspot:1"}),
    }


def test_it_is_an_offices_where_others_use_it(community: Community) -> None:
    mail = "hello@yamada-works.jp"
    for number, name in enumerate(["Taro Yamada", "taroyamada", "Hanako Suzuki"]):
        community.account(f"git:{number}", email=mail, display_name=name)
    assert len(community.groups()) == 3


def test_a_first_name_at_a_surname_spells_the_full_name() -> None:
    mails = ["taro@yamada.jp", "taro@gmail.com", "info@yamada.jp"]
    accounts = pd.DataFrame({"account_id": [f"git:{mail}" for mail in mails]})
    accounts = accounts.assign(email=mails, display_name="t", source="git")
    people = evidence.prepare(frames.shaped(accounts, frames.ACCOUNTS))
    spelt = of_accounts(people).set_index(people["email"])["address_spelling"]
    assert spelt[mails].tolist() == ["taroyamada", "", ""]
    assert "taroyamada" in readings.spellings("山田太郎")


def test_a_bot_is_never_a_person(community: Community) -> None:
    community.account("git:1", email="release@corp.jp", is_bot=True)
    community.account("git:2", email="release@corp.jp")
    community.account("github:1", is_bot=True)
    community.link("github:1", "git:2")
    assert len(community.groups()) == 3


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("display_name", "dependabot[bot]", True),
        ("handle", "Renovate-Bot", True),
        ("email", "49+dependabot[bot]@users.noreply.github.com", True),
        ("email", "bot@bundler.io", True),
        ("email", "robot@corp.jp", False),
        ("display_name", "Jan Bot", False),
        ("handle", "robotdana", False),
        ("handle", None, False),
    ],
)
def test_a_program_is_known_by_what_it_is_called(
    column: str, value: str | None, expected: bool
) -> None:
    columns = ["handle", "display_name", "email"]
    accounts = pd.DataFrame({name: [None] for name in columns}, dtype="str")
    accounts[column] = pd.Series([value], dtype="str")
    assert evidence.bears_bot_name(accounts).tolist() == [expected]


# Cannot-link (rule 5) -------------------------------------------------------------


def test_two_accounts_at_one_source_are_not_joined_through_a_third(
    community: Community,
) -> None:
    community.account("connpass:a", profile_urls="x:taro")
    community.account("x:1", handle="taro", email="taro@corp.jp")
    community.account("connpass:b", email="taro@corp.jp")
    groups = community.groups()
    assert not any({"connpass:a", "connpass:b"} <= group for group in groups)
    assert "two accounts at connpass" in community.reviews()["evidence"].iloc[0]


def test_one_address_at_one_source_may_be_two_accounts_of_one_person(
    community: Community,
) -> None:
    values: dict[str, Any] = {"email": "taro@corp.jp", "display_name": "山田太郎"}
    community.account("connpass:a", **values)
    community.account("hubspot:1", **values)
    community.account("connpass:b", **values)
    assert len(community.groups()) == 1


@pytest.mark.parametrize("ids", [("1", "2"), ("taro@gmail.com", "Taro@corp.jp")])
def test_an_id_that_is_an_address_is_a_spelling_and_no_stable_id(
    community: Community, ids: tuple[str, str]
) -> None:
    one = community.account(f"zoom:{ids[0]}", email="taro@gmail.com")
    other = community.account(f"zoom:{ids[1]}", email="taro@corp.jp")
    community.account("x:1", handle="taro", email="taro@gmail.com")
    community.account("qiita:1", profile_urls="x:taro", email="taro@corp.jp")
    assert _are_one(community, one, other) is ("@" in one)


def test_two_addresses_at_one_employer_go_to_review(community: Community) -> None:
    community.account("connpass:a", email="t.sato@corp.co.jp", profile_urls="x:ken")
    community.account("x:1", handle="ken", email="k.sato@corp.co.jp")
    assert len(community.groups()) == 2
    assert "one employer" in community.reviews()["evidence"].iloc[0]


def test_two_private_addresses_are_no_objection(community: Community) -> None:
    community.account("connpass:a", email="sato@gmail.com", profile_urls="x:ken")
    community.account("x:1", handle="ken", email="ken@gmail.com")
    assert len(community.groups()) == 1


def test_strangers_are_not_chained_through_a_shared_address(
    community: Community,
) -> None:
    names = ["佐藤健", "鈴木一郎", "高橋花子", "田中次郎"]
    for number, name in enumerate(names):
        community.account(
            f"files{number}:1", email="community@gmail.com", display_name=name
        )
        community.account(f"hubspot:{number}", email=f"p{number}@corp{number}.jp")
        community.link(f"files{number}:1", f"hubspot:{number}", "survey_answer")
    groups = community.groups()
    assert len(groups) == 4
    assert max(len(group) for group in groups) == 2


def test_no_member_grows_beyond_the_bound(community: Community) -> None:
    for number in range(60):
        community.account(f"git:{number}", email="taro@corp.jp", display_name="taro")
    groups = community.groups()
    assert max(len(group) for group in groups) == policy.MAX_CLUSTER_SIZE
    assert "more than 25" in community.reviews()["evidence"].iloc[0]


def test_a_community_without_accounts_has_no_members_and_decides_nothing(community):
    assert community.resolve().empty
    assert community.log().empty
