"""What stays of an erased person: keyed hashes, so that the next load knows them.

    <data>/privacy/erase.key            key of the hashes, mode 0600
    <data>/privacy/tombstones/<id>.json one erased person, nothing that can be read
    <data>/privacy/pending/<id>.json    plain values, while an erasure runs: mode 0600

Their accounts stay one member by the tombstone: nothing else says so any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipelines.identity.manual import Decision, ManualDecisions
from pipelines.privacy.person import Person
from pipelines.privacy.rewrite import new_account, new_member_id
from sources._base.erased import ERASED, Erased
from sources._base.tombstones import FOLDER, TOMBSTONES

PENDING: Final = "pending"
WHO: Final = "erase"
MEMBER: Final = "member"  # scope of the hashes of member ids


def name_of(erased: Erased, member_id: str) -> str:
    """What the files about a person are called."""
    return erased.hash(MEMBER, member_id)[:24]


def write(
    data: Path, person: Person, erased: Erased, *, at: datetime, who: str, reason: str
) -> Path:
    """Puts the tombstone up; with it no load brings the person back."""
    path = data / FOLDER / TOMBSTONES / f"{name_of(erased, person.member_id)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    stone = {
        "version": 1,
        "erased_at": at.isoformat(),
        "who": who,
        "reason": reason,
        "member_id": new_member_id(person, erased),
        "members": [
            erased.hash(MEMBER, member)
            for member in (person.member_id, *person.aliases)
        ],
        "accounts": [new_account(account, erased) for account in person.accounts],
        "known": dict(sorted(erased.known.items())),
        "apart": sorted(erased.apart),
    }
    unfinished = path.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(stone, indent=1), encoding="utf-8")
    unfinished.replace(path)
    return path


def read(data: Path) -> Iterator[dict[str, Any]]:
    """Every tombstone of a data folder."""
    for file in sorted((data / FOLDER / TOMBSTONES).glob("*.json")):
        yield json.loads(file.read_text(encoding="utf-8"))


def of_member(data: Path, erased: Erased, member_id: str) -> dict[str, Any] | None:
    """The tombstone of a member by an id of before, or by the one since."""
    made = erased.hash(MEMBER, member_id)
    for stone in read(data):
        if made in stone["members"] or stone["member_id"] == member_id:
            return stone
    return None


def held_together(by_hand: ManualDecisions, data: Path) -> ManualDecisions:
    """The decisions of people, and that the accounts of an erased person are one."""
    merges = tuple(
        Decision(
            decision="merge",
            account_a=stone["accounts"][0],
            account_b=account,
            reason="accounts of one erased person",
            who=WHO,
            when=stone["erased_at"][:10],
            line=0,
        )
        for stone in read(data)
        for account in stone["accounts"][1:]
    )
    return replace(by_hand, decisions=(*by_hand.decisions, *merges))


def is_erased(account: str) -> bool:
    """Whether an account is that of somebody erased."""
    return ERASED in account
