"""`make undo`: takes a decision back, by a line in decisions.csv.

    python -m pipelines.identity.undo d_0123456789abcdef [--reason R] [--yes]
                                      [--data D] [--inbox I] [--who W] [--clock T]

Prints what will change and asks. The line carries the accounts that the decision moved,
so that it means the same when the log is gone. The next refresh takes it in.
Exit codes: 0 written, 1 not written, 2 wrong options.
"""

import argparse
import sys
from collections.abc import Iterator

import pandas as pd

from pipelines import exit_codes
from pipelines.command import Refused
from pipelines.identity import cli, decide, lines, undone, words
from pipelines.identity.cli import Desk
from pipelines.identity.undone import CannotUndo, Undone


def main(arguments: list[str] | None = None) -> int:
    """Asks, writes the line and returns the exit code."""
    parser = cli.options("undo", "Takes a decision back.", writes=True)
    parser.add_argument("decision", help="the decision's id, d_...")
    parser.add_argument("--reason", default="", help="why, for the log")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return cli.run("undo", parser.parse_args(arguments), _undo)


def _undo(desk: Desk, given: argparse.Namespace) -> int:
    try:
        said = undone.of(desk.history, given.decision)
    except CannotUndo as error:
        raise Refused(str(error)) from error
    line = desk.line(
        "undo",
        account_a=given.decision,
        reason=given.reason,
        details=said.written(),
    )
    content = lines.with_lines(desk.file, [line])
    _check(desk, content, given.decision)
    print("\n".join(_preview(desk, said, content, given.decision)))
    if not given.yes and not _agreed():
        print("Nothing was written.")
        return exit_codes.FAILED
    lines.add_lines(desk.file, [line])
    print(f"Written to {desk.file}; it counts from the next `make refresh` on.")
    return exit_codes.OK


def _check(desk: Desk, content: bytes, decision_id: str) -> None:
    """Raises: Refused when the line would be rejected or overruled."""
    before, after = desk.by_hand(), desk.by_hand(content)
    if len(after.rejected) > len(before.rejected):
        raise Refused(after.rejected[-1].reason)
    line = next((it for it in after.decisions if it.account_a == decision_id), None)
    if line is not None:
        twins = [it for it in before.decisions if it.undone == line.undone]
        if twins:
            raise Refused(
                f"line {twins[0].line} of {desk.file} undoes that already, as"
                f" {twins[0].account_a}"
            )
    else:
        raise Refused(
            f"a line of {desk.file} that is dated later says otherwise of the same"
            " accounts; change or delete that line instead"
        )


def _preview(
    desk: Desk, said: Undone, content: bytes, decision_id: str
) -> Iterator[str]:
    """What the decision did, and what the next refresh will make of the line."""
    rows = undone.event(desk.history, decision_id)
    row = rows[rows["decision_id"].eq(decision_id)].iloc[0]
    people = desk.people.of(
        [*said.accounts, *said.apart_from, *said.back_with, *said.freed_from]
    )
    yield (
        f"{decision_id}, {row['decided_at']:%Y-%m-%d}:"
        f" {words.decision(row['decision'])} by {words.value(row['decided_by'])}:"
        f" {words.rule(row['rule'])}, {words.value(row['evidence'])}"
    )
    sides = {
        "These accounts moved 動いたアカウント:": said.accounts,
        "They will be another person than 別人に戻す相手:": said.apart_from,
        "They will be one person again with 同一人物に戻す相手:": said.back_with,
        "Nobody keeps them apart any more from 分離を取り消す相手:": said.freed_from,
    }
    for title, accounts in sides.items():
        if accounts:
            yield title
            yield from (f"  {words.described(people, item)}" for item in accounts)
    if not desk.people.is_whole:
        yield "A refresh is running: what changes cannot be worked out before it ends."
        return
    changes = _changes(desk, content)
    yield "The next refresh will change 次回の更新で変わるもの:"
    yield from changes or ["  no account: it is as this line says already"]


def _changes(desk: Desk, content: bytes) -> list[str]:
    """Accounts whose member the line changes: before and after."""
    accounts, links = desk.people.everything()
    maps: list[pd.Series] = []
    for by_hand in (desk.by_hand(), desk.by_hand(content)):
        outcome = decide.decide(
            accounts, links, by_hand, desk.history, run_at=desk.clock
        )
        maps.append(outcome.account_members.set_index("account_id")["member_id"])
    before, after = maps
    changed = before.index[before.ne(after)]
    people = desk.people.of(changed)
    return [
        f"  {words.described(people, item)}: {before[item]} -> {after[item]}"
        for item in changed
    ]


def _agreed() -> bool:
    print("Write the line? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "はい")


if __name__ == "__main__":
    sys.exit(main())
