"""`make review`: what waits for a person, pair by pair; answers go to decisions.csv.

    python -m pipelines.identity.review [--data D] [--inbox I] [--who W] [--clock T]

Every answer is written at once. Nothing in the warehouse changes: the next refresh
takes the answers into account. Exit codes: 0, 1 nothing to read or to write to, 2 wrong
options.
"""

import argparse
import sys
import unicodedata
from dataclasses import dataclass
from typing import TextIO

import numpy as np
import pandas as pd

from pipelines import exit_codes
from pipelines.identity import cli, clusters, lines, log, manual, words
from pipelines.identity.cli import Desk

KEYS = "[a]ccept 同一人物  [r]eject 別人  [l]ater 後で  [s]how more 詳細  [q]uit 終了"
KEY_OF_GROUP = "[g]roup: all these are one person 全員同一人物"
DECISIONS = {"a": "merge", "r": "split"}
# More people than this hang together by a common name, and are asked about singly.
LARGEST_GROUP = 5


@dataclass(frozen=True)
class Asked:
    """A pair of accounts in the queue, and why it is there."""

    one: str
    other: str
    rule: str
    probability: float
    evidence: str


@dataclass(frozen=True)
class Doubt:
    """Two members that may be one person: everything that asks so, the surest first.

    group: the same for doubts that hang together, over members they share
    """

    asked: tuple[Asked, ...]
    activities: int
    group: int = 0

    @property
    def surest(self) -> Asked:
        """The pair to show."""
        return self.asked[0]


def main(arguments: list[str] | None = None) -> int:
    """Walks the queue and returns the exit code."""
    parser = cli.options("review", "Walks what waits for a person.", writes=True)
    return cli.run("review", parser.parse_args(arguments), _review)


def _review(desk: Desk, _: argparse.Namespace) -> int:
    queue = log.open_reviews(desk.history)
    answered = _answered(desk)
    pairs = zip(queue["account_id_a"], queue["account_id_b"], strict=True)
    is_open = [frozenset(pair) not in answered for pair in pairs]
    waiting = queue.loc[np.array(is_open, dtype=np.bool_)]
    people = desk.people.of({*waiting["account_id_a"], *waiting["account_id_b"]})
    if len(queue) > len(waiting):
        count = len(queue) - len(waiting)
        print(f"{count} answered already: the next `make refresh` takes them in.")
    session = Session(desk, people, sys.stdin, sys.stdout)
    try:
        session.walk(doubts(waiting, people))
    except KeyboardInterrupt:
        print()
    print(session.summary())
    return exit_codes.OK


def doubts(queue: pd.DataFrame, people: pd.DataFrame) -> list[Doubt]:
    """One for two members, the most valuable first: probability, then activities.

    queue: REVIEW_QUEUE; people: from `People.of`
    """
    by_member = people.groupby("member_id")["activities"].sum()
    whose = people["member_id"].to_dict()
    between: dict[frozenset[str], list[Asked]] = {}
    columns = ["account_id_a", "account_id_b", "rule", "probability", "evidence"]
    for row in queue[columns].itertuples(index=False, name=None):
        asked = Asked(*row)
        members = whose.get(asked.one, asked.one), whose.get(asked.other, asked.other)
        between.setdefault(frozenset(members), []).append(asked)
    names = pd.Index(sorted(set().union(*between)))
    low = names.get_indexer(pd.Index([min(members) for members in between]))
    high = names.get_indexer(pd.Index([max(members) for members in between]))
    groups = clusters.connected(len(names), low, high)
    found = [
        Doubt(
            asked=tuple(
                sorted(asked, key=lambda it: (-it.probability, it.one, it.other))
            ),
            activities=int(by_member.reindex(list(members)).sum()),
            group=int(groups[names.get_loc(min(members))]),
        )
        for members, asked in between.items()
    ]
    found.sort(
        key=lambda it: (
            -it.surest.probability,
            -it.activities,
            it.surest.one,
            it.surest.other,
        ),
    )
    # What hangs together is asked together, where the surest of it stands.
    place = {it.group: at for at, it in reversed(list(enumerate(found)))}
    return sorted(found, key=lambda it: place[it.group])


class Session:
    """One sitting: what was answered, and what that already settles."""

    def __init__(
        self, desk: Desk, people: pd.DataFrame, source: TextIO, out: TextIO
    ) -> None:
        self.desk = desk
        self.people = people
        self.source = source
        self.out = out
        self.counts = {"merge": 0, "split": 0, "later": 0}
        self._same: dict[str, str] = {}
        self._parted: set[int] = set()

    def walk(self, queue: list[Doubt]) -> None:
        """Asks for each. Raises: CannotWrite."""
        for number, doubt in enumerate(queue, start=1):
            one, other = doubt.surest.one, doubt.surest.other
            if self._is_settled(doubt):
                continue  # one person by an earlier answer
            more = self._open_with(doubt, queue[number:])
            self._say(
                f"\n{number} of {len(queue)} · probability"
                f" {doubt.surest.probability:.2f} · {doubt.activities} activities hang"
                " on it"
            )
            self._say(words.side_by_side(self.people, one, other))
            for asked in doubt.asked:
                self._say("\n" + "\n".join(_reasons(asked)))
            if more:
                self._say("\nthe same people in further questions 続く質問:")
            for asked in (asked for it in more for asked in it.asked):
                self._say("\n".join([self._names(asked), *_reasons(asked)]))
            if not self._ask(doubt, more):
                return

    def summary(self) -> str:
        """What was done and what happens next."""
        written = self.counts["merge"] + self.counts["split"]
        later = f"{self.counts['later']} left for later" if self.counts["later"] else ""
        if not written:
            return f"Nothing was written. {later}".strip()
        return (
            f"{written} answers are in {self.desk.file}"
            f" ({self.counts['merge']} one person, {self.counts['split']} two people)"
            f"{'; ' + later if later else ''}."
            " They count from the next `make refresh` on."
        )

    def _is_settled(self, doubt: Doubt) -> bool:
        """Whether both are one person by the answers of this sitting."""
        return self._member(doubt.surest.one) == self._member(doubt.surest.other)

    def _open_with(self, doubt: Doubt, later: list[Doubt]) -> list[Doubt]:
        """Further doubts about these people that one answer may settle."""
        if doubt.group in self._parted:
            return []
        more = [
            it for it in later if it.group == doubt.group and not self._is_settled(it)
        ]
        people = {
            self._member(account)
            for it in (doubt, *more)
            for account in (it.surest.one, it.surest.other)
        }
        return more if len(people) <= LARGEST_GROUP else []

    def _names(self, asked: Asked) -> str:
        """Both accounts of a pair in a line."""
        return " - ".join(
            words.described(self.people, account)
            for account in (asked.one, asked.other)
        )

    def _ask(self, doubt: Doubt, more: list[Doubt]) -> bool:
        """Whether to go on after the answer. more: doubts that `g` settles as well"""
        keys = f"{KEYS}  {KEY_OF_GROUP}" if more else KEYS
        while True:
            self._say(f"\n{keys}; a or r and a reason, if you like")
            print("> ", end="", file=self.out, flush=True)
            answer = self.source.readline()
            if not answer:
                return False
            # Typed with a Japanese keyboard, letters may be wide.
            key, _, reason = (
                unicodedata.normalize("NFKC", answer).strip().partition(" ")
            )
            match key.lower()[:1]:
                case "a" | "r" as chosen:
                    self._write(doubt, DECISIONS[chosen], reason.strip())
                    return True
                case "g" if more:
                    for it in (doubt, *more):
                        if not self._is_settled(it):
                            self._write(it, "merge", reason.strip())
                    return True
                case "l":
                    self.counts["later"] += 1
                    return True
                case "s":
                    self._show_more(doubt)
                case "q":
                    return False
                case _:
                    self._say("One of the letters a, r, l, s, q, please.")

    def _write(self, doubt: Doubt, decision: str, reason: str) -> None:
        """One line makes one person of two; that they are two is said of every pair."""
        pairs = doubt.asked[:1] if decision == "merge" else doubt.asked
        lines.add_lines(
            self.desk.file,
            [
                self.desk.line(
                    decision,
                    account_a=asked.one,
                    account_b=asked.other,
                    reason=reason or f"reviewed: {asked.rule}",
                )
                for asked in pairs
            ],
        )
        self.counts[decision] += 1
        if decision == "split":
            self._parted.add(doubt.group)
        if decision == "merge":
            one, other = doubt.surest.one, doubt.surest.other
            self._same[self._member(one)] = self._member(other)

    def _member(self, account: str) -> str:
        """The member of an account, after the answers of this sitting."""
        known = account in self.people.index
        member = str(self.people.at[account, "member_id"]) if known else account
        while member in self._same:
            member = self._same[member]
        return member

    def _show_more(self, doubt: Doubt) -> None:
        for side, account in (("A", doubt.surest.one), ("B", doubt.surest.other)):
            self._say(f"\n{side} {account}: last activities 最近の活動")
            recent = self.desk.people.recent(account)
            rows = [[words.value(cell) for cell in row] for row in recent]
            self._say(words.table(rows) if rows else "none")

    def _say(self, text: str) -> None:
        print(text, file=self.out)


def _reasons(asked: Asked) -> list[str]:
    """What speaks for it and what against, in words."""
    in_favour, _, against = asked.evidence.rpartition("; ")
    return [
        f"{asked.one} - {asked.other}: {words.rule(asked.rule)}"
        f" ({asked.probability:.2f})",
        f"  for 根拠: {words.value(in_favour)}",
        f"  against 反対: {words.value(against)}",
    ]


def _answered(desk: Desk) -> set[frozenset[str]]:
    """Pairs about which the decisions file has a line already."""
    return {
        frozenset((item.account_a, item.account_b))
        for item in desk.by_hand().decisions
        if item.decision in manual.ABOUT_TWO
    }


if __name__ == "__main__":
    sys.exit(main())
