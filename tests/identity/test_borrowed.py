"""An address that may be a colleague's: what is told of it, and what is concluded."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.identity import borrowed, clusters, evidence, frames, policy
from pipelines.identity.clusters import Clusters
from pipelines.identity.pairs import pairs_of
from tests.identity.conftest import Community

OWNERS = "tomoko.fujita@corp.co.jp"
OWN = "kono@gmail.com"
NAMES = ["藤田 智子", "フジタ トモコ", "河野 智子", "佐藤 健", "tomo", None]


def people_of(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    """'source:id', name, address: prepared accounts, in that order."""
    accounts = pd.DataFrame(rows, columns=["account_id", "display_name", "email"])
    accounts["source"] = accounts["account_id"].str.partition(":")[0]
    accounts["first_seen_at"] = pd.date_range("2026-01-01", periods=len(rows), tz="UTC")
    return evidence.prepare(frames.shaped(accounts, frames.ACCOUNTS))


def joined(people: pd.DataFrame, one: int, other: int) -> Clusters:
    """Members by what the rules say of addresses and one inferred pair."""
    known, _ = evidence.same_address(people)
    pairs = pd.concat(
        [known, pairs_of([one], [other], policy.PROBABLE)], ignore_index=True
    )
    return clusters.build(people, pairs, [])


def test_a_name_given_once_with_anothers_address_joins_nobody_to_the_owner() -> None:
    people = people_of(
        ("hubspot:1", "藤田 智子", OWNERS),
        (f"eventhub:{OWNERS}", "河野 智子", OWNERS),
        ("connpass:kono", "河野 智子", OWN),
        (f"eventregist:{OWN}", "河野 智子", OWN),
    )
    found = joined(people, 1, 3)
    assert found.labels.tolist() == [0, 0, 2, 2]
    assert "somebody of another name" in found.refused["reason"].iloc[0]


@pytest.mark.parametrize(
    ("other_name", "account", "why"),
    [
        ("藤田 智子", f"eventregist:{OWN}", "known by both names on both sides"),
        ("河野 智子", "eventhub:1", "a name of an account with an id of its own"),
    ],
)
def test_a_changed_surname_goes_on(other_name: str, account: str, why: str) -> None:
    form = f"eventhub:{OWNERS}" if account != "eventhub:1" else account
    people = people_of(
        ("hubspot:1", "藤田 智子", OWNERS),
        (form, "河野 智子", OWNERS),
        ("connpass:kono", other_name, OWN),
        (f"eventregist:{OWN}", "河野 智子", OWN),
    )
    assert joined(people, 1, 3).labels.tolist() == [0, 0, 0, 0], why


def test_a_name_given_twice_at_an_address_is_its_owners_new_one() -> None:
    people = people_of(
        ("hubspot:1", "藤田 智子", OWNERS),
        (f"eventhub:{OWNERS}", "河野 智子", OWNERS),
        (f"zoom:{OWNERS}", "Tomoko Kono", OWNERS),
        ("connpass:kono", "河野 智子", OWN),
    )
    assert joined(people, 1, 3).labels.tolist() == [0, 0, 0, 0]


def test_a_borrowed_address_is_no_second_one_at_the_employer() -> None:
    """Who was signed up with a colleague's address has one of their own."""
    people = people_of(
        ("hubspot:1", "佐藤 健", "ken.sato@corp.co.jp"),
        (f"eventhub:{OWNERS}", "佐藤 健", OWNERS),
        ("hubspot:2", "藤田 智子", OWNERS),
    )
    assert joined(people, 0, 1).labels.tolist() == [0, 0, 2]


def test_a_name_in_commits_is_no_owners() -> None:
    form = (f"eventhub:{OWNERS}", "河野 智子", OWNERS)
    told = people_of(("hubspot:1", "藤田 智子", OWNERS), form)
    typed = people_of(("git:1", "藤田 智子", OWNERS), form)
    assert borrowed.owners_names(told) == {1: {("藤田 智子", "")}}
    assert borrowed.owners_names(typed) == {}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(NAMES)), min_size=2, max_size=7),
    st.randoms(use_true_random=False),
)
def test_who_may_borrow_an_address(rows: list[Any], random: Any) -> None:
    """A form under a name of its own, whatever the order; nobody who has an account."""
    accounts = [
        (f"source{number}:{OWNERS if is_form else number}", name, OWNERS)
        for number, (is_form, name) in enumerate(rows)
    ]
    people = people_of(*accounts)
    found = borrowed.owners_names(people)
    names = dict(enumerate(borrowed.names(people)))
    for position, owners in found.items():
        assert people.loc[position, "account_id"].endswith(OWNERS)
        assert owners <= {name for at, name in names.items() if at != position}
        assert not any(borrowed.agree(names[position], name) for name in owners)
    random.shuffle(accounts)
    again = people_of(*accounts)
    assert _named(borrowed.owners_names(again), again) == _named(found, people)


def _named(found: dict[int, set[Any]], people: pd.DataFrame) -> dict[str, set[Any]]:
    return {people.loc[at, "account_id"]: owners for at, owners in found.items()}


@pytest.mark.parametrize(("handle", "is_linked"), [("", False), ("Yumii_5bq", True)])
def test_the_mailbox_of_a_disputed_address_is_no_second_evidence(
    community: Community, handle: str, is_linked: bool
) -> None:
    """Three people give it; a handle that two of them chose is evidence of its own."""
    mail = {"email": "zubaryumi77@corp.co.jp", "company_name": "株式会社夕凪運輸"}
    community.account("connpass:a", display_name="k_5bq", handle="yumii_5bq", **mail)
    community.account("peatix:b", display_name="石川 由美", handle=handle, **mail)
    community.account("techplay:c", display_name="鈴木 一郎", **mail)
    assert (frozenset({"connpass:a", "peatix:b"}) in community.groups()) is is_linked
    assert len(community.reviews())
