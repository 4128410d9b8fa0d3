"""`make erase`: takes one person out of everything that is kept.

    python -m pipelines.privacy.erase m_0123456789abcdef [--reason R] [--who W] [--dry]
                                      [--data D] [--inbox I] [--clock T]

Ids become keyed hashes, names and texts NULL; a tombstone keeps the next load from
bringing them back. Ends with the proof: every file is decoded and searched.
Exit codes: 0 nothing is left, 1 something is (the file is named) or nobody of that id,
2 wrong options, 3 another run holds the data folder. docs/privacy.md says the limits.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from datetime import datetime
from pathlib import Path

from pipelines import command, exit_codes
from pipelines.identity import log
from pipelines.privacy import places, tombstones
from pipelines.privacy.person import NoSuchMember, Person, find, survivor
from pipelines.privacy.places import Job
from pipelines.privacy.rewrite import rewriter
from pipelines.privacy.search import rows_left, search
from pipelines.refresh import where
from pipelines.settings import SettingError, read_environment
from pipelines.workspace import Workspace
from sources._base.erased import Erased
from sources._base.tombstones import FOLDER, KEY, CannotRead, key_of


def main(arguments: list[str] | None = None) -> int:
    """Erases and returns the exit code."""
    parser = command.options("erase", "Erases one person.")
    parser.add_argument("member", help="the member's id, m_...")
    parser.add_argument("--reason", default="", help="why; no names, it is kept")
    parser.add_argument("--who", default="", help="your name, it is kept")
    parser.add_argument("--dry", action="store_true", help="only say what would change")
    command.add_clock(parser)
    given = parser.parse_args(arguments)

    def work() -> int:
        clock = command.clock_of(given)
        workspace, _ = where(given, read_environment(os.environ))
        if not workspace.data.is_dir():
            raise SettingError(f"{workspace.data}: there is no such data folder")
        with workspace.lock():
            return _erase(given, workspace, clock)

    return command.exit_code("erase", work, (NoSuchMember, CannotRead))


def _erase(given: argparse.Namespace, workspace: Workspace, clock: datetime) -> int:
    data = workspace.data
    key = _key(data / FOLDER, is_dry=given.dry)
    person = _begun(data, key, given.member)
    if person is None:
        stone = tombstones.of_member(data, Erased(key, {}), given.member)
        if stone is not None:
            print(
                f"{given.member} was erased on {stone['erased_at'][:10]} and counts as"
                f" {stone['member_id']} since. Nothing was changed."
            )
            return exit_codes.OK
        person = _found(data, key, given.member)
    job = Job(workspace, rewriter(person, person.erased(key)), writes=not given.dry)
    for text in (given.reason, given.who):
        if places.is_named(job, text):
            raise SettingError(
                "REASON= or WHO= names the person: it is kept, so say it without names"
            )
    if given.dry:
        places.erase_everywhere(job)
        _tell(job, person, "would change")
        print("Nothing was changed (DRY=1).")
        return exit_codes.OK
    pending = _pending(data, key, person.member_id)
    person.write(pending)
    tombstones.write(
        data,
        person,
        job.rewriter.erased,
        at=clock,
        who=given.who or command.user(),
        reason=given.reason,
    )
    places.erase_everywhere(job)
    _tell(job, person, "changed")
    return _proven(job, pending)


def _key(folder: Path, *, is_dry: bool) -> bytes:
    if is_dry and not (folder / KEY).exists():
        return secrets.token_bytes(32)
    return key_of(folder)


def _pending(data: Path, key: bytes, member_id: str) -> Path:
    name = tombstones.name_of(Erased(key, {}), member_id)
    return data / FOLDER / tombstones.PENDING / f"{name}.json"


def _begun(data: Path, key: bytes, member_id: str) -> Person | None:
    """An erasure that was killed, or that found files it could not rewrite."""
    for path in sorted((data / FOLDER / tombstones.PENDING).glob("*.json")):
        person = Person.read(path)
        if member_id in (person.member_id, *person.aliases):
            print(f"An erasure of {member_id} was begun and not finished; going on.")
            return person
    return None


def _found(data: Path, key: bytes, member_id: str) -> Person:
    history = log.read(data)
    today = survivor(history, member_id)
    if today != member_id:
        print(f"{member_id} was merged into {today}: that member is erased.")
    return find(data, today, history, key)


def _tell(job: Job, person: Person, verb: str) -> None:
    sources = sorted({account.partition(":")[0] for account in person.accounts})
    print(
        f"{person.member_id}: {len(person.accounts)} accounts at {', '.join(sources)}."
    )
    for place, count in sorted(job.changed.items()):
        if count:
            print(f"  {verb}: {place}: {count}")


def _proven(job: Job, pending: Path) -> int:
    """Searches everything; says what was searched and what was found."""
    searched = search(job.data, job.rewriter, job.left_alone)
    left = [
        *searched.found,
        *rows_left(job.data, job.rewriter.erased),
        *job.by_hand,
        *(f"your inbox: {line}" for line in places.originals(job)),
    ]
    known = job.rewriter
    print(
        f"Searched {searched.files} files, {searched.values} decoded values for"
        f" {len(known.strong)} ids, addresses and pages, {len(known.handles)} handles"
        f" and {len(known.names)} names: {len(left)} found."
    )
    if known.own_names and not known.names:
        print("The names were not searched for: others here bear them too.")
    for line in left:
        print(f"  still there: {line}", file=sys.stderr)
    if left:
        print(
            "erase: not everything is clean. Delete or change the files above, then run"
            " the same command again; until then what to search for is kept in"
            f" {pending} (mode 0600).",
            file=sys.stderr,
        )
        return exit_codes.FAILED
    pending.unlink()
    print("Nothing is left. The next `make refresh` makes the warehouse again.")
    return exit_codes.OK


if __name__ == "__main__":
    sys.exit(main())
