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

import pandas as pd

from pipelines.identity import cli, lines, log, manual, words
from pipelines.identity.cli import Desk

KEYS = "[a]ccept 同一人物  [r]eject 別人  [l]ater 後で  [s]how more 詳細  [q]uit 終了"
DECISIONS = {"a": "merge", "r": "split"}


@dataclass(frozen=True)
class Doubt:
    """A pair to look at. for_it: rule, probability, evidence of each that asks."""

    one: str
    other: str
    probability: float
    activities: int
    for_it: tuple[tuple[str, float, str], ...]


def main(arguments: list[str] | None = None) -> int:
    """Walks the queue and returns the exit code."""
    parser = cli.options("review", "Walks what waits for a person.", writes=True)
    return cli.run("review", parser.parse_args(arguments), _review)


def _review(desk: Desk, _: argparse.Namespace) -> int:
    queue = log.open_reviews(desk.history)
    answered = _answered(desk)
    is_open = [
        frozenset(pair) not in answered
        for pair in zip(queue["account_id_a"], queue["account_id_b"], strict=True)
    ]
    waiting = queue[is_open]
    people = desk.people.of({*waiting["account_id_a"], *waiting["account_id_b"]})
    if len(queue) > len(waiting):
        pairs = queue[[not item for item in is_open]]
        count = len(pairs.drop_duplicates(["account_id_a", "account_id_b"]))
        print(f"{count} answered already: the next `make refresh` takes them in.")
    session = Session(desk, people, sys.stdin, sys.stdout)
    try:
        session.walk(doubts(waiting, people))
    except KeyboardInterrupt:
        print()
    print(session.summary())
    return cli.EXIT_OK


def doubts(queue: pd.DataFrame, people: pd.DataFrame) -> list[Doubt]:
    """One a pair, the most valuable first: probability, then activities behind it.

    queue: REVIEW_QUEUE; people: from `People.of`
    """
    by_member = people.groupby("member_id")["activities"].sum()
    found = []
    for (one, other), rows in queue.groupby(["account_id_a", "account_id_b"]):
        members = {
            people.at[item, "member_id"]
            for item in (one, other)
            if item in people.index
        }
        rows = rows.sort_values(["probability", "rule"], ascending=[False, True])
        reasons = rows[["rule", "probability", "evidence"]]
        found.append(
            Doubt(
                one=str(one),
                other=str(other),
                probability=float(rows["probability"].iloc[0]),
                activities=int(by_member.reindex(list(members)).sum()),
                for_it=tuple(reasons.itertuples(index=False, name=None)),
            )
        )
    return sorted(
        found, key=lambda it: (-it.probability, -it.activities, it.one, it.other)
    )


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

    def walk(self, queue: list[Doubt]) -> None:
        """Asks for each pair. Raises: CannotWrite."""
        for number, doubt in enumerate(queue, start=1):
            if self._member(doubt.one) == self._member(doubt.other):
                continue  # one person by an earlier answer
            self._say(
                f"\n{number} of {len(queue)} · probability {doubt.probability:.2f} ·"
                f" {doubt.activities} activities hang on it"
            )
            self._say(words.side_by_side(self.people, doubt.one, doubt.other))
            for rule, probability, evidence in doubt.for_it:
                self._say(f"\n{words.rule(rule)} ({probability:.2f})")
                for text in str(evidence).split("; "):
                    self._say(f"  - {words.value(text)}")
            if not self._ask(doubt):
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

    def _ask(self, doubt: Doubt) -> bool:
        """Whether to go on after the answer."""
        while True:
            self._say(f"\n{KEYS}; a or r and a reason, if you like")
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
        lines.add_lines(
            self.desk.file,
            [
                self.desk.line(
                    decision,
                    account_a=doubt.one,
                    account_b=doubt.other,
                    reason=reason or f"reviewed: {doubt.for_it[0][0]}",
                )
            ],
        )
        self.counts[decision] += 1
        if decision == "merge":
            self._same[self._member(doubt.one)] = self._member(doubt.other)

    def _member(self, account: str) -> str:
        """The member of an account, after the answers of this sitting."""
        known = account in self.people.index
        member = str(self.people.at[account, "member_id"]) if known else account
        while member in self._same:
            member = self._same[member]
        return member

    def _show_more(self, doubt: Doubt) -> None:
        for side, account in (("A", doubt.one), ("B", doubt.other)):
            self._say(f"\n{side} {account}: last activities 最近の活動")
            recent = self.desk.people.recent(account)
            rows = [[words.value(cell) for cell in row] for row in recent]
            self._say(words.table(rows) if rows else "none")

    def _say(self, text: str) -> None:
        print(text, file=self.out)


def _answered(desk: Desk) -> set[frozenset[str]]:
    """Pairs about which the decisions file has a line already."""
    return {
        frozenset((item.account_a, item.account_b))
        for item in desk.by_hand().decisions
        if item.decision in manual.ABOUT_TWO
    }


if __name__ == "__main__":
    sys.exit(main())
