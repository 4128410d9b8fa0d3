"""The community on which the bench relies at scale is what it says it is."""

import numpy as np
import pandas as pd
import pytest

from pipelines.identity import frames, normalise
from tests.bench.identity_community import Community, community
from tests.bench.identity_names import given_names, romaji, surnames
from tests.bench.identity_people import unlike

SIZE = 12_000


@pytest.fixture(scope="module")
def made() -> Community:
    return community(SIZE, seed=3)


@pytest.fixture(scope="module")
def shown(made: Community) -> pd.DataFrame:
    """Accounts with their person."""
    return made.accounts.to_pandas().merge(made.truth, on="account_id")


def test_it_has_the_size_asked_for_and_the_pipelines_columns(made: Community) -> None:
    assert made.accounts.num_rows == SIZE
    assert made.accounts.schema == frames.ACCOUNTS
    assert made.links.schema == frames.LINKS
    ids = made.accounts["account_id"].to_pandas()
    assert ids.is_unique
    for side in ("account_id_a", "account_id_b"):
        assert set(made.links[side].to_pylist()) <= set(ids)
    assert made.truth["account_id"].is_unique
    assert 0 < SIZE - len(made.truth) < SIZE / 100  # programs are nobody


def test_the_seed_alone_decides(made: Community) -> None:
    again, other = community(SIZE, seed=3), community(SIZE, seed=4)
    assert again.accounts.equals(made.accounts)
    assert again.links.equals(made.links)
    assert not other.accounts.equals(made.accounts)


def test_namesakes_are_as_frequent_as_in_japan() -> None:
    random = np.random.default_rng(1)
    family, given = surnames(random), given_names(random)
    # One in 67 is a Sato; two people share surname and given name once in 500,000.
    assert family.kanji[0] == "佐藤"
    assert family.share[0] == pytest.approx(0.015, rel=0.01)
    assert 1e-6 < (family.share**2).sum() * (given.share**2).sum() < 4e-6
    assert len(set(family.kanji)) > 2_500


def test_a_mailbox_is_one_persons_but_for_what_is_said(shown: pd.DataFrame) -> None:
    address = shown["email"].map(normalise.compare_email)
    mine = shown[address.map(normalise.is_personal_email)].assign(address=address)
    persons = mine.groupby("address")["person_id"].nunique()
    # Couples, colleagues who sign others up: few; and no other way to share one.
    assert 0 < (persons > 1).mean() < 0.03
    assert persons.max() <= 3


def test_strangers_have_one_handle_on_different_platforms(shown: pd.DataFrame) -> None:
    named = shown[shown["handle"].notna()]
    assert not named.duplicated(["source", "handle"]).any()
    persons = named.groupby("handle")["person_id"].nunique()
    assert (persons > 1).sum() > 30


def test_what_comes_last_can_be_held_back(made: Community) -> None:
    before, after = made.parted(100)
    assert after is made
    assert before.accounts.num_rows == SIZE - 100
    first = before.accounts["first_seen_at"].to_pandas()
    assert first.max() <= made.accounts["first_seen_at"].to_pandas().nlargest(100).min()
    known = set(before.accounts["account_id"].to_pylist())
    assert set(before.links["account_id_a"].to_pylist()) <= known
    assert set(before.truth["account_id"]) <= known


@pytest.mark.parametrize(
    ("kana", "passport", "typed", "with_h", "kunrei"),
    [
        ("オオノ", "ono", "oono", "ohno", "oono"),
        ("サトウ", "sato", "satou", "satoh", "satou"),
        ("ジュンイチ", "junichi", "junichi", "junichi", "zyuniti"),
        ("フジワラ", "fujiwara", "fujiwara", "fujiwara", "huziwara"),
    ],
)
def test_a_reading_is_spelt_by_the_system(
    kana: str, passport: str, typed: str, with_h: str, kunrei: str
) -> None:
    systems = ("passport", "typed", "with h", "kunrei")
    spelt = [romaji(kana, system) for system in systems]
    assert spelt == [passport, typed, with_h, kunrei]


def test_whoever_comes_later_puts_a_number_behind() -> None:
    values = np.array(["a", "b", "a", "a"] * 500, dtype=object)
    told = unlike(np.random.default_rng(1), values, values)
    assert told[:2].tolist() == ["a", "b"]
    assert len(set(told)) == len(told)
    assert all(text[0] == value for text, value in zip(told, values, strict=True))
