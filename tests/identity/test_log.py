"""The log: stable ids, nothing learnt nothing written, everything can be undone."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.identity import frames, log, resolve
from tests.identity.conftest import Community


def _pair(community: Community) -> None:
    community.account("connpass:taro", email="taro@corp.jp")
    community.account("hubspot:7", email="taro@corp.jp")


def test_every_account_is_there_exactly_once(community: Community) -> None:
    _pair(community)
    members = community.resolve()
    assert sorted(members.index) == ["connpass:taro", "hubspot:7"]
    assert members.notna().all(axis=None)


def test_a_run_that_learns_nothing_changes_nothing(community: Community) -> None:
    _pair(community)
    first, written = community.resolve(), community.log()
    second = community.resolve()
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(written, community.log())
    assert len(list((community.data / log.FOLDER).iterdir())) == 1


def test_replaying_the_log_gives_the_same_map(community: Community) -> None:
    _pair(community)
    community.account("x:1", handle="t")
    community.resolve()
    community.account("speakers:1", profile_urls="x:t", email="taro@corp.jp")
    members = community.resolve()
    replayed = log.replay(community.log())
    assert replayed["member_id"].to_dict() == members["member_id"].to_dict()


def test_an_older_account_that_arrives_late_does_not_change_the_id(
    community: Community,
) -> None:
    _pair(community)
    before = community.resolve().loc["hubspot:7", "member_id"]
    late = pd.Timestamp("2001-01-01", tz="UTC")
    community.account("peatix:1", email="taro@corp.jp", first_seen_at=late)
    after = community.resolve()
    assert set(after["member_id"]) == {before}
    assert after.loc["peatix:1", "link_rule"] == "verified_email"


def test_a_first_seen_date_that_moves_does_not_change_the_id(
    community: Community,
) -> None:
    _pair(community)
    before = community.resolve()
    earlier = pd.Timestamp("2001-01-01", tz="UTC")
    community.change("hubspot:7", first_seen_at=earlier)
    pd.testing.assert_frame_equal(before, community.resolve())


def test_a_merge_keeps_the_older_id_and_records_the_alias(community: Community) -> None:
    community.account("connpass:taro")
    community.account("hubspot:7", email="taro@corp.jp")
    before = community.resolve()["member_id"]
    community.change("connpass:taro", email="taro@corp.jp")
    after = community.resolve()["member_id"]
    assert set(after) == {before["connpass:taro"]}
    aliases = resolve.member_aliases(data=community.data).to_pandas()
    assert aliases[["alias_member_id", "member_id"]].to_numpy().tolist() == [
        [before["hubspot:7"], before["connpass:taro"]]
    ]


def test_aliases_lead_to_the_member_of_today(community: Community) -> None:
    for number in range(3):
        community.account(f"s{number}:1")
    ids = community.resolve()["member_id"]
    community.decide_by_hand("merge,s1:1,s2:1,same,hanako,2026-11-01")
    community.resolve()
    community.decide_by_hand(
        "merge,s1:1,s2:1,same,hanako,2026-11-01",
        "merge,s0:1,s1:1,same,hanako,2026-11-02",
    )
    community.resolve()
    aliases = resolve.member_aliases(data=community.data).to_pandas()
    assert dict(zip(aliases["alias_member_id"], aliases["member_id"], strict=True)) == {
        ids["s2:1"]: ids["s0:1"],
        ids["s1:1"]: ids["s0:1"],
    }


def test_undoing_a_merge_restores_the_earlier_map(community: Community) -> None:
    for number in range(4):
        community.account(f"s{number}:1", email=f"p{number // 2}@corp.jp")
    before = community.resolve()["member_id"]
    community.decide_by_hand("merge,s0:1,s2:1,thought so,hanako,2026-11-01")
    merged = community.resolve()
    assert merged["member_id"].nunique() == 1
    community.decide_by_hand(
        "merge,s0:1,s2:1,thought so,hanako,2026-11-01",
        "split,s0:1,s2:1,was wrong,hanako,2026-11-02",
    )
    pd.testing.assert_series_equal(before, community.resolve()["member_id"])
    assert resolve.member_aliases(data=community.data).num_rows == 0
    last = community.log().iloc[-2:]
    assert set(last["decision"]) == {"split"}
    assert "hanako" in set(last["decided_by"])


def test_a_split_gives_the_new_part_a_new_id(community: Community) -> None:
    _pair(community)
    before = community.resolve()["member_id"]
    community.decide_by_hand("split,connpass:taro,hubspot:7,father and son,jiro,")
    after = community.resolve()["member_id"]
    assert after["connpass:taro"] == before["connpass:taro"]
    assert after["hubspot:7"] not in set(before)


def test_evidence_that_goes_away_takes_its_link_along(community: Community) -> None:
    _pair(community)
    community.resolve()
    community.change("hubspot:7", email="somebody.else@other.jp")
    members = community.resolve()
    assert members["member_id"].nunique() == 2
    assert community.log().iloc[-1]["decision"] == "split"


def test_a_link_whose_reason_changes_says_so_and_keeps_its_id(
    community: Community,
) -> None:
    _pair(community)
    before = community.resolve().loc["hubspot:7", "member_id"]
    community.change("hubspot:7", email=None, crm_contact_id="7")
    community.change("connpass:taro", crm_contact_id="7")
    after = community.resolve().loc["hubspot:7"]
    assert (after["member_id"], after["link_rule"]) == (before, "crm_contact")


def test_a_deleted_warehouse_does_not_change_ids(
    communities: Callable[[str], Community],
) -> None:
    one, other = communities("one"), communities("other")
    for community in (one, other):
        _pair(community)
    pd.testing.assert_frame_equal(one.resolve(), other.resolve())


def test_a_run_killed_while_writing_leaves_the_log_as_it_was(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pair(community)
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.identity.log.os.fsync", _killed)
        with pytest.raises(KeyboardInterrupt):
            community.resolve()
    assert community.log().empty
    community.runs = 0
    members = community.resolve()
    assert log.replay(community.log())["member_id"].to_dict() == (
        members["member_id"].to_dict()
    )


def _killed(_: int) -> None:
    raise KeyboardInterrupt


def test_a_review_stays_open_until_it_is_settled(community: Community) -> None:
    community.account("connpass:a", email="pc@corp.jp", display_name="佐藤健")
    community.account("hubspot:b", email="pc@corp.jp", display_name="鈴木一郎")
    community.resolve()
    queued = community.reviews()
    community.resolve()
    pd.testing.assert_frame_equal(queued, community.reviews())
    community.decide_by_hand("split,connpass:a,hubspot:b,two people,hanako,")
    community.resolve()
    assert community.reviews().empty


def test_the_log_is_numbered_without_a_gap(community: Community) -> None:
    _pair(community)
    community.resolve()
    community.account("x:1")
    community.resolve()
    assert community.log()["sequence"].tolist() == [0, 1, 2]
    assert community.log()["decision_id"].is_unique
    assert list(community.log().columns) == frames.DECISIONS.names


_ACCOUNTS = st.lists(
    st.tuples(
        st.sampled_from(["git", "connpass", "hubspot", "x"]),
        st.sampled_from(
            ["a@corp.jp", "b@corp.jp", "c@gmail.com", "info@corp.jp", None]
        ),
        st.sampled_from(["佐藤健", "鈴木一郎", "taro", "Taro Yamada", None]),
        st.sampled_from(["x:h1", "x:h2", None]),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=_ACCOUNTS, cut=st.integers(0, 12))
def test_growing_day_by_day_gives_the_same_people_as_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple], cut: int
) -> None:
    daily = Community(tmp_path_factory.mktemp("daily"))
    rebuilt = Community(tmp_path_factory.mktemp("rebuilt"))
    for number, (source, email, name, urls) in enumerate(rows):
        if number == cut and number:
            daily.resolve()
        for community in (daily, rebuilt):
            community.account(
                f"{source}:{number}",
                email=email,
                display_name=name,
                profile_urls=urls,
                handle=f"h{number}",
            )
    people = daily.groups()
    assert people == rebuilt.groups()
    replayed = log.replay(daily.log())["member_id"]
    assert replayed.to_dict() == daily.resolve()["member_id"].to_dict()
    assert replayed.nunique() == len(people)
