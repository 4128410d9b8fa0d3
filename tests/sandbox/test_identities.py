"""Whose every account is, told by the sandbox."""

from collections import Counter

from sources._sandbox.community import Community
from sources._sandbox.identities import identities


def test_every_account_is_told_once(community: Community) -> None:
    rows = identities(community)
    several = Counter((row.source, row.account_id) for row in rows)
    assert max(several.values()) == 1
    assert rows == sorted(rows, key=lambda row: (row.source, row.account_id))


def test_who_is_behind_an_account_says_what_kind_it_is(community: Community) -> None:
    people = {person.person_id: person for person in community.people}
    kinds = Counter(row.kind for row in identities(community))
    assert {"person", "internal", "bot", "team"} <= set(kinds)
    for row in identities(community):
        person = people.get(row.person_id)
        if row.kind in ("person", "internal"):
            assert person is not None
            assert person.is_internal == (row.kind == "internal")
        elif row.kind == "shared":
            assert row.person_id == ""
        else:
            assert person is None or person.kind == "bot"
            assert row.person_id


def test_a_third_of_the_people_have_three_accounts_or_more(
    community: Community,
) -> None:
    several = Counter(
        row.person_id for row in identities(community) if row.kind == "person"
    )
    assert sum(count > 2 for count in several.values()) > 0.3 * len(several)
    assert max(several.values()) > 8


def test_accounts_only_grow_with_the_days(community: Community) -> None:
    earlier = community.at(community.today.replace(month=8))
    owners = {(row.source, row.account_id): row for row in identities(community)}
    for row in identities(earlier):
        later = owners[row.source, row.account_id]
        assert later == row or later.kind == "shared"
