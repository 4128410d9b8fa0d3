"""What each raw column says of a person: roles, declared once per table.

A role is written on the table's card: `personal={"nickname": "id", "name": "name"}`.
Where a row tells of several people the role names whose it is, before a dot:
`{"owner_nickname": "owner.id"}`; a handle elsewhere names the platform:
`{"twitterhandle": "x:handle"}`.

    id        what the platform knows the person by; a key that other rows refer to
    email     an address; handle: a login or screen name
    page      the address of a feed, which may be one person's
    link      two ids in one text: `contact:501>company:77`
    own_id    the id of what the person wrote (a post, a comment)
    url       the page of what the person wrote; links: pages of the person
    name      a name in any script; name_id: a name where nothing else says who it is
    phone     a telephone number
    text      what the person wrote, titles included
    answers   list of {question, answer}; answer: one answer of a survey
    fields    fields that a platform's customers add, by name
    line      a line of a file as it stood, in the quarantine
    refs      ids, handles or pages of anybody, in a text or a list

`job` (employer, department, title) and `place` are told by a person and no identifiers:
figures of companies need them, so they stay when a person is erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

# Cells that say whose row it is.
IDENTIFYING: Final = frozenset({"id", "email", "handle", "name_id", "page"})
ROLES: Final = IDENTIFYING | {
    *("own_id", "url", "links", "name", "phone", "text", "answers", "answer"),
    *("fields", "line", "link", "refs", "job", "place"),
}
# What people may write into a file: which of its columns tell of whom. The order of
# columns does not matter, and a table has only some of them.
OF_FILES: Final[Mapping[str, str]] = {
    "account_id": "id",
    "handle": "handle",
    "name": "name",
    "name_kana": "name",
    "email": "email",
    "company": "job",
    "department": "job",
    "title": "job",
    "prefecture": "place",
    "profile_urls": "links",
    "employee_id": "id",
    "extra": "fields",
}
OF_FILE_KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "accounts": {},
    "events": {
        **{"title": "refs", "place": "refs", "prefecture": "", "extra": "refs"},
        **{"url": "refs", "mentioned_urls": "refs"},
    },
    "registrations": {"referrer_account_id": "referrer.id"},
    "activities": {
        **{"activity_id": "own_id", "title": "text", "url": "refs"},
        **{"object_key": "refs", "parent_activity_id": "refs"},
    },
    "companies": {"name": "", "extra": ""},
    "affiliations": {},
    "links": {"account_id_a": "a.id", "account_id_b": "b.id", "extra": "refs"},
    "deals": {"extra": "refs"},
    "labels": {},
    "survey_responses": {"response_id": "own_id", "answer": "answer"},
    "contracts": {"company": "", "extra": "refs"},
    "certifications": {},
    "hires": {"referrer_email": "referrer.email"},
    "costs": {"vendor": "refs", "note": "refs", "extra": "refs"},
    "media_mentions": {"title": "text", "url": "url", "mention_id": "own_id"},
    "referrals": {"referrer": "referrer.id", "evidence": "refs"},
    "targets": {"extra": ""},
}


def of_file(kind: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Returns the roles of the columns of one kind of file."""
    roles = {**OF_FILES, **OF_FILE_KINDS[kind]}
    return {name: roles[name] for name in columns if roles.get(name)}


@dataclass(frozen=True)
class Column:
    """One personal column. platform: whose handle it is, '' for the row's source."""

    name: str
    role: str
    platform: str = ""

    @property
    def is_identifying(self) -> bool:
        return self.role in IDENTIFYING


@lru_cache
def _grouped(written: tuple[tuple[str, str], ...]) -> dict[str, tuple[Column, ...]]:
    groups: dict[str, list[Column]] = {}
    for name, told in written:
        whose, _, kind = told.rpartition(".")
        platform, _, role = kind.rpartition(":")
        groups.setdefault(whose, []).append(Column(name, role, platform))
    return {whose: tuple(columns) for whose, columns in groups.items()}


def by_person(personal: Mapping[str, str]) -> Mapping[str, tuple[Column, ...]]:
    """Returns the columns by whose they are; '' is the row's own person."""
    return _grouped(tuple(personal.items()))


def scope_of(source: str, whose: str, row: Mapping[str, Any]) -> str:
    """The platform that ids of a row are ids of.

    Users of a CRM have ids of their own; its links are of other things than people too.
    """
    if whose == "owner" and source in ("hubspot", "salesforce"):
        return f"{source}/owner"
    if whose in ("from", "to") and "contact" not in str(row.get(f"{whose}_type")):
        return f"{source}/none"
    if whose and row.get(f"source_{whose}"):
        return str(row[f"source_{whose}"])
    if row.get("platform"):
        return str(row["platform"])
    # Tables of files say of every row where it is from; X's `source` is a program.
    return str(row["source"]) if "account_id" in row and row.get("source") else source
