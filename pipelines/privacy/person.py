"""One person to erase: what raw and the log of identity know them by.

Everything starts from the accounts of the member. A row of raw that one of them names
tells further ids, addresses and names; those that another member is known by too are
left alone, so that erasing one person never touches a namesake.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow.parquet as pq

from pipelines.identity import log
from pipelines.privacy.raw_rows import raw_files
from sources._base.erased import (
    EMAIL,
    MAIL,
    URL,
    Erased,
    is_login,
    is_pseudonym,
    spelt,
)
from sources._base.personal import Column, by_person, scope_of

ROUNDS: Final = 5  # an id leads to an address, that to a row of another source ...
PEOPLE: Final = ("dim_members", "member_accounts")  # marts that have names
_GUEST: Final = "zoom"  # guests without an address are known by name


class NoSuchMember(Exception):
    """Nobody of that id; the message says what to do."""


@dataclass
class Person:
    """What names one person. Plain values: written to `pending` alone, then gone.

    keys: (scope, value) of what a row is found by; accounts: ids of int_accounts.
    """

    member_id: str
    aliases: list[str]
    accounts: list[str]
    keys: set[tuple[str, str]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)  # addresses at a domain of their own
    # Spelt: names that others bear, ids and handles that they have somewhere.
    shared: set[str] = field(default_factory=set)

    def erased(self, key: bytes) -> Erased:
        """Looks up this person alone. key: of the hashes."""
        plain = Erased(key, {})
        made = [plain.hash(scope, value) for scope, value in self.keys]
        apart = frozenset(plain.hash(MAIL, value) for value in self.apart)
        return Erased(key, {it: it for it in made}, apart)

    def write(self, path: Path) -> None:
        """Keeps the values until everything is rewritten: a killed run starts here."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        values = {
            name: sorted(value) if isinstance(value, set) else value
            for name, value in asdict(self).items()
        }
        unfinished.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> Person:
        """What `write` wrote."""
        values = json.loads(path.read_text(encoding="utf-8"))
        keys = {(scope, value) for scope, value in values.pop("keys")}
        sets = ("names", "phones", "texts", "apart", "shared")
        read = {name: set(values[name]) for name in sets}
        return cls(**(values | read), keys=keys)


def survivor(history: pd.DataFrame, member_id: str) -> str:
    """The member an id leads to today. Raises: NoSuchMember."""
    if history.empty:
        raise NoSuchMember(
            "nobody is known here yet; is DATA= the folder you mean? (make refresh"
            " makes members)"
        )
    if member_id in set(log.replay(history)["member_id"]):
        return member_id
    aliases = log.aliases(history).set_index("alias_member_id")["member_id"]
    if member_id in aliases.index:
        return str(aliases[member_id])
    raise NoSuchMember(
        f"no member {member_id}; ids look like m_0123456789abcdef, and `make explain"
        " A=<account or name>` tells whose an account is"
    )


def find(data: Path, member_id: str, history: pd.DataFrame, key: bytes) -> Person:
    """Everything that names a member of today. key: of the hashes."""
    whose = log.replay(history)["member_id"]
    mine = sorted(whose.index[whose.eq(member_id)])
    aliases = log.aliases(history)
    person = Person(
        member_id=member_id,
        aliases=sorted(
            aliases.loc[aliases["member_id"].eq(member_id), "alias_member_id"]
        ),
        accounts=mine,
    )
    for account in mine:
        person.keys.update(_keys_of(account))
    others = {
        key for account in whose.index[whose.ne(member_id)] for key in _keys_of(account)
    }
    _grow(person, data, {(scope, spelt(value)) for scope, value in others}, key)
    return person


def _keys_of(account: str) -> set[tuple[str, str]]:
    """What a row of raw may say for an account."""
    scope, _, own = account.partition(":")
    if EMAIL.fullmatch(own):
        return {(MAIL, own)}
    keys = {(scope, own)}
    if own.startswith("http"):
        keys.add((scope, own.rstrip("/").rpartition("/")[2]))
    if scope == _GUEST and "/" in own:
        keys = {(scope, own.rpartition("/")[2])}
    if scope == "blog":
        site, _, author = own.partition("/")
        keys = {(scope, author or site)}
    return keys


def _grow(person: Person, data: Path, others: set[tuple[str, str]], key: bytes) -> None:
    """Adds what rows of the person tell, until they tell nothing new."""
    files = list(raw_files(data / "raw"))
    theirs = _Seen(others)
    _published(person, theirs, data)
    for _ in range(ROUNDS):
        before = len(person.keys)
        mine = person.erased(key)
        for file in files:
            for row in file.rows():
                _learn(person, theirs, mine, file.source, file.table.personal, row)
        # An address that rows of somebody else bear as well says who nobody is.
        person.keys -= {
            (scope, value)
            for scope, value in person.keys
            if scope == MAIL and spelt(value) in theirs.addresses
        }
        if len(person.keys) <= before:
            break
    domains = {address.rpartition("@")[2] for address in theirs.addresses}
    person.apart = {
        value
        for scope, value in person.keys
        if scope == MAIL and spelt(value).rpartition("@")[2] not in domains
    }
    person.shared = theirs.names | {value for _, value in theirs.keys}


@dataclass
class _Seen:
    """What other people's rows bear. keys: of their accounts, spelt."""

    keys: set[tuple[str, str]]
    addresses: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


def _learn(
    person: Person,
    theirs: _Seen,
    mine: Erased,
    source: str,
    personal: Any,
    row: dict[str, Any],
) -> None:
    own = False
    for whose, columns in sorted(by_person(personal).items()):
        scope = scope_of(source, whose, row)
        told = [it for it in columns if it.is_identifying and row.get(it.name)]
        is_mine = any(mine.identifies(scope, it, row) for it in told)
        if not whose:
            own = is_mine
        if is_mine or (own and not told):
            for column in columns:
                _keep(person, theirs, column, scope, row)
            person.names.update(_joined(columns, row))
            continue
        if any(_of_somebody(theirs, scope, it, row) for it in told):
            theirs.addresses.update(
                spelt(str(row[it.name])) for it in told if it.role == "email"
            )
        theirs.names.update(
            spelt(str(row[it.name]))
            for it in columns
            if it.role in ("name", "name_id") and row.get(it.name)
        )
        theirs.names.update(spelt(name) for name in _joined(columns, row))


def _of_somebody(
    theirs: _Seen, scope: str, column: Column, row: dict[str, Any]
) -> bool:
    value = str(row[column.name])
    key = (MAIL if EMAIL.fullmatch(value) else column.platform or scope, spelt(value))
    return column.role in ("id", "handle") and key in theirs.keys


def _keep(
    person: Person, theirs: _Seen, column: Column, scope: str, row: dict[str, Any]
) -> None:
    value = row.get(column.name)
    if value is None or value == "" or is_pseudonym(str(value)):
        return
    text = str(value)
    where = column.platform or scope
    if column.role == "handle" and not is_login(text):
        person.names.add(text)
    elif column.role in ("id", "handle", "email", "own_id"):
        key = (MAIL, text) if EMAIL.fullmatch(text.strip()) else (where, text)
        if (key[0], spelt(text)) not in theirs.keys:
            person.keys.add(key)
    elif column.role == "url" or (column.role == "page" and _is_own_feed(row)):
        person.keys.add((URL, text))
    elif column.role in ("name", "name_id"):
        person.names.add(text)
    elif column.role == "phone":
        person.phones.add(text)
    elif column.role == "text":
        person.texts.add(text)


def _is_own_feed(row: dict[str, Any]) -> bool:
    return row.get("feed_kind") == "author"


def _published(person: Person, theirs: _Seen, data: Path) -> None:
    """Names and addresses that kept releases have, though raw has them no more."""
    mine = {person.member_id, *person.aliases, *person.accounts}
    for path in sorted(data.glob("published/releases/*/parquet/*.parquet")):
        if path.stem not in PEOPLE:
            continue
        for row in pq.ParquetFile(path).read().to_pylist():
            is_mine = bool(mine & {row.get("member_id"), row.get("account_id")})
            for name in ("display_name", "name_kana"):
                value = row.get(name)
                if not value or is_pseudonym(value):
                    continue
                if is_mine:
                    person.names.add(value)
                else:
                    theirs.names.add(spelt(value))
            for name in ("primary_email", "email"):
                value = row.get(name)
                if not value or is_pseudonym(value):
                    continue
                if is_mine:
                    person.keys.add((MAIL, value))
                else:
                    theirs.addresses.add(spelt(value))


def _joined(columns: tuple[Column, ...], row: dict[str, Any]) -> set[str]:
    """Full names of rows that have surname and given name apart."""
    parts = [
        str(row[it.name])
        for it in columns
        if it.role == "name"
        and row.get(it.name)
        and it.name in ("first_name", "last_name", "firstname", "lastname")
    ]
    if len(parts) != 2:
        return set()
    return {" ".join(parts), " ".join(reversed(parts)), "".join(parts)}
