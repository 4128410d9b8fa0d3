"""Why two accounts are one person or two, in words that a person can check."""

import pytest

from pipelines.identity import explain, log, undone
from tests.identity.conftest import Community


@pytest.fixture
def family(community: Community) -> Community:
    """Three accounts of one person over two links, and a namesake."""
    community.account("connpass:taro", email="t@corp.jp", display_name="山田太郎")
    community.account("hubspot:17", email="t@corp.jp", crm_contact_id="17")
    community.account("salesforce:9", crm_contact_id="17")
    community.account("x:5", handle="@yamada", display_name="山田太郎")
    community.refresh()
    return community


def _said(
    community: Community, capsys: pytest.CaptureFixture[str], *accounts: str
) -> str:
    assert community.command(explain.main, *accounts, who="") == 0
    return capsys.readouterr().out


def test_one_person_is_a_chain_of_decisions_that_can_be_undone(
    family: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    out = _said(family, capsys, "connpass:taro", "salesforce:9")
    chain = out[out.index("ONE PERSON") : out.index("History")]
    assert "verified_email 双方で登録した同じメール (0.999)" in chain
    assert "crm_contact CRMの同じ連絡先 (1.000)" in chain
    assert chain.index("connpass:taro") < chain.index("hubspot:17 (")
    assert chain.rindex("hubspot:17 (") < chain.index("salesforce:9")
    decisions = [word for word in chain.split() if word.startswith("d_")]
    assert len(decisions) == 2
    for decision in decisions:
        assert undone.of(family.log(), decision).apart_from


def test_two_people_are_compared_rule_by_rule(
    family: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    out = _said(family, capsys, "connpass:taro", "x:5")
    assert "TWO PEOPLE 別人" in out
    assert "name: the same (a name alone never links)" in out
    assert "address: only one has one" in out
    assert "CRM contact: neither has one" in out


def test_a_line_that_keeps_them_apart_is_named(
    family: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    family.decide_by_hand("split,connpass:taro,hubspot:17,father,jiro,2026-11-01")
    family.refresh()
    out = _said(family, capsys, "connpass:taro", "salesforce:9")
    assert "decisions.csv line 2, jiro, 2026-11-01: father" in out
    assert "but a person decided that they are two people" in out


def test_an_objection_is_named(
    community: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    community.account("connpass:a", handle="a", email="a@corp.jp")
    community.account("connpass:b", handle="b", email="b@corp.jp")
    community.account("x:1", profile_urls="connpass:a")
    community.account("y:1", profile_urls="connpass:b;x:h", handle="y")
    community.change("x:1", handle="h")
    community.refresh()
    out = _said(community, capsys, "connpass:a", "connpass:b")
    assert "two accounts at connpass would be one person" in out
    assert "two accounts at connpass are two people by default" in out


def test_one_account_alone_shows_its_member_and_history(
    family: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    out = _said(family, capsys, "salesforce:9")
    assert "because of hubspot:17" in out
    assert "link 同一人物とした: salesforce:9 with hubspot:17" in out


@pytest.mark.parametrize("called", ["x:5", "yamada", "@Yamada"])
def test_an_account_is_found_by_what_it_is_called(
    family: Community, capsys: pytest.CaptureFixture[str], called: str
) -> None:
    assert "x:5" in _said(family, capsys, called)


def test_what_is_ambiguous_or_unknown_is_told(
    family: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    assert family.command(explain.main, "T@corp.jp", who="") == 1
    said = capsys.readouterr().err
    assert "is 2 accounts; say which one" in said
    assert "connpass:taro" in said
    assert family.command(explain.main, "nobody", who="") == 1
    assert "no account 'nobody'" in capsys.readouterr().err
    assert family.command(explain.main, "x:5", "yamada", who="") == 1
    assert "both are x:5" in capsys.readouterr().err


def test_every_link_of_a_member_leads_to_its_first_account(
    community: Community,
) -> None:
    # b and c are linked more strongly with each other than with the first.
    community.account("s:a", email="a@corp.jp", handle="ha")
    community.account("t:b", crm_contact_id="1", profile_urls="s:ha")
    community.account("u:c", crm_contact_id="1")
    community.resolve()
    rows = log.replay(community.log())["account_id_b"]
    assert rows.to_dict() | {"s:a": None} == {"s:a": None, "t:b": "s:a", "u:c": "t:b"}
    community.change("t:b", profile_urls=None)
    community.change("u:c", profile_urls="s:ha")
    community.resolve()
    rows = log.replay(community.log())["account_id_b"]
    assert rows.to_dict() | {"s:a": None} == {"s:a": None, "u:c": "s:a", "t:b": "u:c"}
