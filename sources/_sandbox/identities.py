"""Whose every account is: the truth about who is who.

Data flow:
    sources/*/sandbox.py: accounts(community), the portal's files
        -> identities()  one row an account, named as intermediate.int_accounts does
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sources._sandbox.model import Person
from sources._sandbox.platforms import sandbox_modules

if TYPE_CHECKING:
    from sources._sandbox.community import Community

# What no person is behind; `Account.who` names it, and it begins so.
TEAM, BOT = "team:", "bot:"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a platform shows it: `who` is behind it, or a team or a bot."""

    source: str
    account_id: str
    who: Person | str


@dataclass(frozen=True, slots=True)
class Identity:
    """An account and who is behind it.

    person_id: also of a team or a bot, for they are somebody else than any person;
               '' where several people are shown under one account
    kind:      person, internal (of the vendor), team, bot, shared
    """

    source: str
    account_id: str
    person_id: str
    kind: str


def identities(community: "Community") -> list[Identity]:
    """Every account that any system has shown by now, by source and id."""
    owners: dict[tuple[str, str], dict[str, str]] = {}
    for account in _accounts(community):
        person_id, kind = _behind(account.who)
        key = account.source, account.account_id
        owners.setdefault(key, {})[person_id] = kind
    return [
        Identity(source, account_id, *_told(people))
        for (source, account_id), people in sorted(owners.items())
    ]


def _accounts(community: "Community") -> Iterator[Account]:
    for module in sandbox_modules():
        if hasattr(module, "accounts"):
            yield from module.accounts(community)
    yield from _in_house_portal(community)


def _in_house_portal(community: "Community") -> Iterable[Account]:
    for person in community.known_people():
        if person.portal:
            yield Account("portal", person.portal_id, person)


def _behind(who: Person | str) -> tuple[str, str]:
    """(id, kind)."""
    if isinstance(who, str):
        return who, "team" if who.startswith(TEAM) else "bot"
    if who.kind == "bot":
        return who.person_id, "bot"
    return who.person_id, "internal" if who.is_internal else "person"


def _told(people: dict[str, str]) -> tuple[str, str]:
    if len(people) > 1:
        return "", "shared"
    ((person_id, kind),) = people.items()
    return person_id, kind
