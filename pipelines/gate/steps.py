"""What to do next, said with the exact commands: after a block and after a release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.gate import commands
from pipelines.gate.facts import Facts
from pipelines.gate.findings import DBT_TEST, MODEL, UNIT_TEST

FEW = 5  # more findings than this are let through by the name of their check


@dataclass(frozen=True)
class Step:
    """One thing to do, and the commands that do it."""

    words: str
    commands: tuple[str, ...] = ()


def next_steps(facts: Facts) -> Iterator[Step]:
    """Yields what to do, in order."""
    if facts.made is None:
        yield from _after_a_block(facts)
    else:
        yield from _after_a_release(facts)


def _after_a_block(facts: Facts) -> Iterator[Step]:
    run, blocking = facts.run, facts.record.blocking
    real = [one for one in blocking if one.acknowledgeable]
    wrong = [one for one in blocking if not one.acknowledgeable]
    if wrong:
        yield Step(
            "Repair what has to be repaired: the file, the setting or the decision that"
            " the check names. Rows that nobody could read are in"
            " marts.quarantined_rows with file, line and reason; how each source is"
            " doing says:",
            (commands.sources(run),),
        )
    if any(one.home in (DBT_TEST, MODEL, UNIT_TEST) for one in wrong):
        yield Step(
            "A test of the SQL failed. When the code is new, it is the change; when"
            " not, it is a row that nobody had met. The log names the query:",
            (f"less {facts.log}",),
        )
    if real:
        each = {(one.mart, one.rule): one for one in real}
        few = len(real) <= FEW
        yield Step(
            "If a change is real (a conference, a new source), let it through once,"
            " with the reason that readers will see. If it is not, repair its cause."
            + (
                ""
                if few
                else " A check's name lets all of its findings through, with"
                " `:subject` after it one of them."
            ),
            tuple(
                commands.acknowledge(run, one if few else replace(one, subject=""))
                for one in (real if few else each.values())
            ),
        )
    yield Step(
        "Publish. What was blocked is checked again, all of it:",
        (commands.refresh(run),),
    )
    yield Step(f"Everything else about this run is in its log: {facts.log}")


def _after_a_release(facts: Facts) -> Iterator[Step]:
    run, before = facts.run, facts.record.position.release_id
    late = [
        load.source
        for load in facts.loads
        if load.is_late(facts.record.clock, run.settings.late_after_hours)
    ]
    if late:
        yield Step(
            f"Late: {', '.join(late)}. The release shows what they brought last.",
            (commands.sources(run),),
        )
    if before:
        yield Step(
            "Nothing, if the numbers are right. If they are not, readers get the"
            " release before back in a second:",
            (commands.rollback(run, before),),
        )
    else:
        yield Step("Nothing. From the next release on, changes are judged too.")
    yield Step(f"Everything else about this run is in its log: {facts.log}")
