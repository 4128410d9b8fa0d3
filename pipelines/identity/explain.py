"""`make explain`: why two accounts are one person or two, and how it came to that.

    python -m pipelines.identity.explain A [B] [--data D] [--inbox I]

A, B: an account as source:id, or a handle, an address or a name that only one has.
One person: the chain of links in the log, each with the decision that can be undone.
Two people: what the rules and the model say of them is worked out again from all
accounts, links and lines, as a refresh would; while one runs the log alone answers.
Exit codes: 0, 1 nothing to read or no such account, 2 wrong options.
"""

import argparse
import sys
from collections import deque
from collections.abc import Iterator

import pandas as pd

from pipelines import exit_codes
from pipelines.command import Refused
from pipelines.identity import (
    cli,
    decide,
    log,
    model,
    normalise,
    policy,
    statements,
    words,
)
from pipelines.identity.cli import Desk
from pipelines.identity.decide import Weighed
from pipelines.identity.memory import Memory
from pipelines.identity.people import member_of
from pipelines.identity.statements import Sense


def main(arguments: list[str] | None = None) -> int:
    """Prints the explanation and returns the exit code."""
    parser = cli.options("explain", "Why accounts are one person or not.", writes=False)
    parser.add_argument("a", help="an account: source:id, handle, address or name")
    parser.add_argument("b", nargs="?", default="", help="another one")
    return cli.run("explain", parser.parse_args(arguments), _explain)


def _explain(desk: Desk, given: argparse.Namespace) -> int:
    one = account(desk, given.a)
    other = account(desk, given.b) if given.b else ""
    people = desk.people.of([item for item in (one, other) if item])
    if not other:
        print("\n".join(_alone(desk, people, one)))
        return exit_codes.OK
    if one == other:
        raise Refused(f"both are {one}")
    print(words.side_by_side(people, one, other) + "\n")
    is_one = member_of(people, one) == member_of(people, other)
    told = _one_person if is_one else _two_people
    print("\n".join(told(desk, people, one, other)))
    print("\n" + "\n".join(_history(desk, one, other)))
    return exit_codes.OK


def account(desk: Desk, text: str) -> str:
    """The account that is meant. Raises: Refused, listing candidates."""
    found = desk.people.called(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(
            f"no account '{text}'; write it as source:id (connpass:taro), or as the"
            " handle, address or name that it has"
        )
    people = desk.people.of(found[:20])
    listed = "".join(f"\n  {words.described(people, item)}" for item in found[:20])
    raise Refused(f"'{text}' is {len(found)} accounts; say which one:{listed}")


def _alone(desk: Desk, people: pd.DataFrame, one: str) -> Iterator[str]:
    """One account: who it is, with whom, and how it came to that."""
    member = member_of(people, one)
    yield f"{words.described(people, one)} is member {member}, with:"
    last = log.replay(desk.history)
    for item in people.index:
        row = last.loc[item]
        because = f" because of {row['account_id_b']}" if row["account_id_b"] else ""
        yield (
            f"  {words.described(people, item)}: {words.rule(row['rule'])}{because},"
            f" {words.value(row['evidence'])} ({row['probability']:.3f}, since"
            f" {row['decided_at']:%Y-%m-%d}, {row['decision_id']})"
        )
    yield ""
    yield from _history(desk, one)


def _one_person(
    desk: Desk, people: pd.DataFrame, one: str, other: str
) -> Iterator[str]:
    """The chain of links between the two; each holds, or the run had ended it."""
    yield f"ONE PERSON 同一人物: {member_of(people, one)}, by this chain:"
    for here, there, row in _chain(desk, people, one, other):
        yield f"  {words.described(people, here)}"
        yield (
            f"    = {words.rule(row['rule'])} ({row['probability']:.3f}):"
            f" {words.value(row['evidence'])}"
        )
        yield (
            f"      since {row['decided_at']:%Y-%m-%d}, by {row['decided_by']},"
            f" {row['decision_id']}"
        )
        if there == other:
            yield f"  {words.described(people, there)}"


def _two_people(
    desk: Desk, people: pd.DataFrame, one: str, other: str
) -> Iterator[str]:
    """What was compared, what was found and what stands against it."""
    members = member_of(people, one), member_of(people, other)
    yield f"TWO PEOPLE 別人: {members[0]} and {members[1]}."
    sides = [list(people.index[people["member_id"].eq(item)]) for item in members]
    yield from _by_hand(desk, sides[0], sides[1])
    weighed = _weighed(desk)
    if weighed is None:
        yield from _open_reviews(desk, sides[0], sides[1])
        return
    found = list(_found_between(weighed, sides[0], sides[1]))
    yield "Found between their accounts 見つかった手掛かり:"
    yield from found or ["  nothing: no rule links them, none asks a person"]
    yield "Compared 比較:"
    for item in compared(weighed.people, one, other):
        yield f"  {item}"
    if not any("probable" in item for item in found):
        yield "  probability: below 0.70 or never worth comparing, by the model"


def compared(people: pd.DataFrame, one: str, other: str) -> Iterator[str]:
    """What the plain rules see when they look at the two accounts."""
    rows = people.set_index("account_id").loc[[one, other]]
    a, b = rows.iloc[0], rows.iloc[1]
    yield _same("CRM contact", a["crm_contact_id"], b["crm_contact_id"])
    for row in (a, b):
        if pd.notna(row["email"]) and not row["address"]:
            yield f"address: {words.value(row['email'])} is no person's own"
    yield _same("address", a["address"], b["address"])
    names = [normalise.compare_name(row["display_name"] or "") for row in (a, b)]
    yield _same("name", *names) + " (a name alone never links)"
    yield _same("handle", a["handle_key"], b["handle_key"])
    for row, target in ((a, b), (b, a)):
        if pd.notna(row["profile_urls"]):
            yield (
                f"profile of {row.name}: names {words.value(row['profile_urls'])}, for"
                f" {target.name} it would name {target['source']}:"
                f"{words.value(target['handle'])}"
            )
    if a["source"] == b["source"]:
        yield f"source: two accounts at {a['source']} are two people by default"


def _same(what: str, one: object, other: object) -> str:
    here, there = words.value(one), words.value(other)
    if words.NOTHING in (here, there):
        missing = "neither has one" if here == there else "only one has one"
        return f"{what}: {missing}"
    return f"{what}: the same" if here == there else f"{what}: {here} is not {there}"


def _weighed(desk: Desk) -> Weighed | None:
    """All evidence of today; None while a refresh has the accounts."""
    if not desk.people.is_whole:
        return None
    accounts, links = desk.people.everything()
    memory = Memory(
        desk.workspace.data,
        model.parameters(desk.workspace.data),
        smallest=policy.REMEMBER_FROM,
    )
    return decide.weigh(accounts, links, desk.by_hand(), memory)


def _chain(
    desk: Desk, people: pd.DataFrame, one: str, other: str
) -> list[tuple[str, str, pd.Series]]:
    """Steps (here, there, decision) from one account to the other, as few as possible.

    The links of a member form a tree, so there is one way only.
    """
    last = log.last_assigning(desk.history)
    rows = last[last["account_id_a"].isin(people.index) & last["account_id_b"].notna()]
    steps: dict[str, list[tuple[str, pd.Series]]] = {}
    for _, row in rows.iterrows():
        steps.setdefault(row["account_id_a"], []).append((row["account_id_b"], row))
        steps.setdefault(row["account_id_b"], []).append((row["account_id_a"], row))
    came: dict[str, list[tuple[str, str, pd.Series]]] = {one: []}
    queue = deque([one])
    while queue:
        here = queue.popleft()
        for there, row in steps.get(here, []):
            if there not in came:
                came[there] = [*came[here], (here, there, row)]
                queue.append(there)
    if other not in came:
        raise Refused("the log has no chain between them; run `make refresh` first")
    return came[other]


def _found_between(weighed: Weighed, one: list[str], other: list[str]) -> Iterator[str]:
    """Evidence between two members that did not join them, and why not."""
    ids = weighed.people["account_id"]
    here, there = (ids.index[ids.isin(set(side))] for side in (one, other))
    refused = weighed.grouped.refused
    for frame, verdict in ((refused, "but"), (weighed.doubts, "for a person:")):
        is_between = (frame["a"].isin(here) & frame["b"].isin(there)) | (
            frame["a"].isin(there) & frame["b"].isin(here)
        )
        for _, row in frame[is_between].iterrows():
            yield (
                f"  {ids[row['a']]} - {ids[row['b']]}: {words.rule(row['rule'])}"
                f" ({row['probability']:.3f}), {words.value(row['evidence'])};"
                f" {verdict} {row['reason']}"
            )


def _by_hand(desk: Desk, one: list[str], other: list[str]) -> Iterator[str]:
    """Lines of the decisions file that keep the two members apart."""
    for line in desk.by_hand().decisions:
        for said in statements.of(line):
            sides = set(said.one), set(said.other)
            is_about = any(
                first.intersection(one) and second.intersection(other)
                for first, second in (sides, sides[::-1])
            )
            if is_about and said.sense is Sense.APART:
                yield (
                    f"Kept apart by hand 人の判断: decisions.csv line {line.line},"
                    f" {words.value(line.who)}, {words.value(line.when)}:"
                    f" {words.value(line.words)}"
                )


def _open_reviews(desk: Desk, one: list[str], other: list[str]) -> Iterator[str]:
    """What waits for a person between the two members, from the log."""
    queue = log.open_reviews(desk.history)
    first, second = queue["account_id_a"], queue["account_id_b"]
    is_between = (first.isin(one) & second.isin(other)) | (
        first.isin(other) & second.isin(one)
    )
    for _, row in queue[is_between].iterrows():
        yield (
            f"  {row['account_id_a']} - {row['account_id_b']}:"
            f" {words.rule(row['rule'])} ({row['probability']:.3f}),"
            f" {words.value(row['evidence'])}"
        )


def _history(desk: Desk, *accounts: str) -> Iterator[str]:
    """What the log has on the accounts, in order."""
    yield "History 履歴:"
    rows = desk.history[
        desk.history["account_id_a"].isin(accounts)
        | (
            desk.history["account_id_b"].isin(accounts)
            & desk.history["decision"].isin(["review", "settled"])
        )
    ]
    for _, row in rows.iterrows():
        whose = (
            f" {words.value(row['previous_member_id'])} -> {row['member_id']}"
            if pd.notna(row["previous_member_id"])
            else f" {row['member_id']}"
            if pd.notna(row["member_id"])
            else ""
        )
        other = f" with {row['account_id_b']}" if pd.notna(row["account_id_b"]) else ""
        yield (
            f"  {row['decided_at']:%Y-%m-%d} {row['decision_id']}"
            f" {words.decision(row['decision'])}: {row['account_id_a']}{other}{whose},"
            f" {words.rule(row['rule'])}: {words.value(row['evidence'])}"
            f" (by {row['decided_by']})"
        )


if __name__ == "__main__":
    sys.exit(main())
