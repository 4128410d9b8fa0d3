"""What a value becomes where no role says what it is: releases, logs, exported files.

Strong values name one person wherever they stand: account ids, addresses, pages, member
ids. Weak ones do in a row that a strong one names: names, handles, bare ids, texts. A
full name that nobody else bears goes from other rows and texts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from pipelines.identity import log
from pipelines.privacy.person import Person
from sources._base.erased import (
    EMAIL,
    ERASED,
    MAIL,
    URL,
    Erased,
    is_login,
    is_pseudonym,
    spelt,
)

MASK: Final = "***"
SHORTEST_NAME: Final = 3
SHORTEST_TEXT: Final = 8
SHORTEST_HANDLE: Final = 4
# Ids that are made of what a person did; in rows of theirs they become keyed hashes.
OWN_IDS: Final = (
    *("activity_id", "output_id", "response_id", "certification_id"),
    *("registration_id", "interaction_id", "mention_id"),
)
# A handle with a digit or a mark in it is no ordinary word.
_DISTINCT: Final = re.compile(r"[A-Za-z].*[0-9_.-]|[0-9_.-].*[A-Za-z]")
_WORD: Final = re.compile(r"[A-Za-z0-9_]{3,}")
_END: Final = r"(?![A-Za-z0-9_-])"


@dataclass
class Rewriter:
    """Rewrites values of one person. Built by `rewriter`.

    strong: value -> what stands for it; weak: spelt value -> the same, None for NULL.
    names: full names nobody else bears; exact: texts that go wherever they stand whole.
    """

    strong: dict[str, str]
    weak: dict[str, str | None]
    names: list[str]
    exact: set[str]
    erased: Erased
    handles: dict[str, str] = field(default_factory=dict)
    own_names: list[str] = field(default_factory=list)
    _anchors: dict[str, list[str]] = field(default_factory=dict)
    _plain: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.index(self.strong)

    def index(self, values: Iterable[str]) -> None:
        """Files strong values under their longest word, to be found by it."""
        for value in values:
            words = _WORD.findall(value)
            if not words:
                self._plain.append(value)
                continue
            anchor = max(words, key=len).lower()
            self._anchors.setdefault(anchor, []).append(value)

    def found(self, text: str) -> list[str]:
        """Strong values and full names in a text, longest first."""
        return sorted(
            {
                *(value for value in self._near(text) if _search(value, text)),
                *(name for name in self.names if name in text),
                *(f"@{handle}" for handle in self._screen_names(text)),
            },
            key=lambda value: (-len(value), value),
        )

    def text(self, text: str) -> str:
        """A text without the person: strong values replaced, names masked."""
        for value in self.found(text):
            if value in self.strong:
                text = re.sub(_bounded(value), self.strong[value], text, flags=re.I)
            elif value.startswith("@"):
                text = re.sub(_bounded(value), f"@{self.handles[value[1:]]}", text)
            else:
                text = text.replace(value, MASK)
        return text

    def value(self, value: str) -> str | None:
        """A cell of whatever row."""
        if value in self.strong:
            return self.strong[value]
        if value in self.exact:
            return None
        return self.text(value)

    def own(self, value: str) -> str | None:
        """A cell of a row of the person."""
        key = spelt(value)
        if key in self.weak:
            return self.weak[key]
        new = self.value(value)
        for name in self.own_names if new else ():
            new = new.replace(name, MASK) if new else new
        return new

    def table(self, rows: pa.Table) -> tuple[pa.Table, int]:
        """Returns the rows rewritten and how many of them changed."""
        texts = [
            (at, column.name)
            for at, column in enumerate(rows.schema)
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        ]
        mine = pa.array([False] * rows.num_rows, pa.bool_())
        changed = mine
        new: dict[str, pa.ChunkedArray] = {}
        for _, name in texts:
            values = [it for it in rows[name].unique().to_pylist() if it is not None]
            hits = pa.array([it for it in values if self.found(it)], rows[name].type)
            exact = {it: None for it in values if it in self.exact}
            if len(hits):
                mine = pa.compute.or_(mine, _is_in(rows[name], hits))
            replaced = {it: self.value(it) for it in hits.to_pylist()} | exact
            if replaced:
                changed = pa.compute.or_(
                    changed, _is_in(rows[name], pa.array(replaced, rows[name].type))
                )
                new[name] = _mapped(rows[name], replaced)
        at = [row for row, is_mine in enumerate(mine.to_pylist()) if is_mine]
        for index, name in texts:
            column = new.get(name, rows[name])
            if at:
                column = self._own_cells(column, at)
            rows = rows.set_column(index, rows.schema.field(name), column)
        return rows, int(pa.compute.sum(pa.compute.or_(changed, mine)).as_py() or 0)

    def _own_cells(self, column: pa.ChunkedArray, at: list[int]) -> pa.ChunkedArray:
        values = column.to_pylist()
        for row in at:
            value = values[row]
            if value is None:
                continue
            values[row] = self.own(value)
        return pa.chunked_array([pa.array(values, column.type)])

    def learn_ids(self, rows: pa.Table) -> None:
        """Makes the ids of what the person did strong values, for other tables too."""
        whose = [
            name for name in ("member_id", "account_id") if name in rows.schema.names
        ]
        ids = [name for name in OWN_IDS if name in rows.schema.names]
        if not whose or not ids:
            return
        own = pa.array(list(self.strong), pa.string())
        mine = pa.compute.is_in(rows[whose[0]].cast(pa.string()), own)
        news: dict[str, str] = {}
        for name in ids:
            for value in rows[name].filter(mine).unique().to_pylist():
                if value and value not in self.strong and not is_pseudonym(value):
                    news[value] = ERASED + self.erased.hash("row", value)[:24]
        self.strong |= news
        self.index(news)

    def _near(self, text: str) -> Iterable[str]:
        for word in {word.lower() for word in _WORD.findall(text)}:
            yield from self._anchors.get(word, ())
        yield from (value for value in self._plain if value in text)

    def _screen_names(self, text: str) -> Iterable[str]:
        if "@" in text:
            words = set(re.findall(r"(?<![\w.])@([\w.-]+)", text))
            yield from words & self.handles.keys()


def rewriter(person: Person, erased: Erased) -> Rewriter:
    """Returns what rewrites the values of a person. erased: knows them alone."""
    strong: dict[str, str] = {}
    weak: dict[str, str | None] = {}
    handles: dict[str, str] = {}
    for account in person.accounts:
        strong[account] = new_account(account, erased)
        weak[spelt(account.partition(":")[2])] = strong[account].partition(":")[2]
    new_member = new_member_id(person, erased)
    for member in (person.member_id, *person.aliases):
        strong[member] = new_member
    for scope, value in sorted(person.keys):
        if scope == URL and value.startswith("http"):
            strong[value] = erased.page(value)
            strong[re.sub(r"^https?://", "", value)] = re.sub(
                r"^https?://", "", strong[value]
            )
        elif scope == URL:
            strong[value] = erased.cell(URL, "url", value, {})
        elif scope == MAIL or EMAIL.fullmatch(value):
            strong[value] = erased.pseudonym(MAIL, value)
        else:
            made = erased.pseudonym(scope, value)
            strong[f"{scope}:{value}"] = f"{scope}:{made}"
            weak.setdefault(spelt(value), made)
            if _is_handle(value):
                handles[value.removeprefix("@")] = made
                if _DISTINCT.search(value) and spelt(value) not in person.shared:
                    strong.setdefault(value.removeprefix("@"), made)
    weak |= {spelt(name): None for name in (*person.names, *person.phones)}
    weak |= {spelt(text): None for text in person.texts if len(text) >= SHORTEST_TEXT}
    return Rewriter(
        strong=strong,
        weak={value: made for value, made in weak.items() if value},
        names=sorted(full_names(person), key=len, reverse=True),
        exact=full_names(person),
        own_names=sorted(
            (name for name in person.names if len(name) >= SHORTEST_NAME),
            key=len,
            reverse=True,
        ),
        erased=erased,
        handles=handles,
    )


def _is_handle(value: str) -> bool:
    return is_login(value) and len(value) >= SHORTEST_HANDLE and not value.isdigit()


def full_names(person: Person) -> set[str]:
    """Names long enough to be somebody's that nobody else here bears."""
    return {
        name
        for name in person.names
        if len(name) >= SHORTEST_NAME
        and spelt(name) not in person.shared
        and (not name.isascii() or " " in name.strip())
    }


def new_account(account: str, erased: Erased) -> str:
    """The id an account has once its rows are rewritten."""
    scope, _, own = account.partition(":")
    if scope in ("zoom", "blog") and "/" in own and not EMAIL.fullmatch(own):
        place, _, name = own.rpartition("/")
        return f"{scope}:{place}/{erased.pseudonym(scope, name)}"
    return f"{scope}:{erased.pseudonym(scope, own)}"


def new_member_id(person: Person, erased: Erased) -> str:
    """The id of the member from now on: what a rebuild from nothing makes of it too."""
    import pandas as pd

    old = log.hashed("m_", pd.Series(person.accounts)).tolist()
    founders = [
        account
        for account, made in zip(person.accounts, old, strict=True)
        if made == person.member_id
    ]
    founder = (founders or person.accounts)[0]
    return str(log.hashed("m_", pd.Series([new_account(founder, erased)])).iloc[0])


def _bounded(value: str) -> str:
    start = r"(?<![A-Za-z0-9_])" if value[:1].isalnum() else ""
    return start + re.escape(value) + (_END if value[-1:].isalnum() else "")


def _search(value: str, text: str) -> bool:
    return re.search(_bounded(value), text, flags=re.IGNORECASE) is not None


def _is_in(column: pa.ChunkedArray, values: pa.Array) -> pa.Array:
    found = pa.compute.is_in(column, values)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _mapped(column: pa.ChunkedArray, new: dict[str, Any]) -> pa.ChunkedArray:
    values = [new.get(value, value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(values, column.type)])
