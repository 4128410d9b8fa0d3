"""The tables of the schema identity, one function each; dbt's Python models call these.

account_members resolves and adds to the log; the others read what it left.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from pipelines.identity import evidence, frames, log, manual, model, policy
from pipelines.identity.decide import decide
from pipelines.identity.memory import Memory
from pipelines.privacy import tombstones


def account_members(
    accounts: pa.Table,
    links: pa.Table,
    *,
    data: Path,
    run_at: datetime,
    inbox: Path | None = None,
    remember_from: int = policy.REMEMBER_FROM,
) -> pa.Table:
    """ACCOUNT_MEMBERS of all accounts; appends what is new to the log in `data`.

    remember_from: with so many accounts only what is new is looked at (memory.py)
    """
    if accounts.num_rows == 0:
        # Nobody yet: no member and nothing to decide (frames without rows do not join).
        return frames.ACCOUNT_MEMBERS.empty_table()
    accounts_frame = frames.shaped(accounts.to_pandas(), frames.ACCOUNTS)
    links_frame = frames.shaped(links.to_pandas(), frames.LINKS)
    history = log.read(data)
    by_hand = manual.read(
        inbox or data / "inbox", set(accounts_frame["account_id"]), lambda: history
    )
    by_hand = tombstones.held_together(by_hand, data)
    memory = Memory(data, model.parameters(data), smallest=remember_from)
    outcome = decide(
        accounts_frame, links_frame, by_hand, history, run_at=run_at, memory=memory
    )
    log.append(data, outcome.new_decisions)
    memory.keep()
    return frames.to_table(outcome.account_members, frames.ACCOUNT_MEMBERS)


def _by_hand(
    accounts: Iterable[str], data: Path, inbox: Path | None
) -> manual.ManualDecisions:
    """The decisions file, read once the log has this run's decisions."""
    return manual.read(inbox or data / "inbox", set(accounts), lambda: log.read(data))


def clock(microseconds: int) -> datetime:
    """The run's clock from microseconds since 1970 (UTC)."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def decisions(*, data: Path) -> pa.Table:
    """DECISIONS: the whole log."""
    return frames.to_table(log.read(data), frames.DECISIONS)


def review_queue(*, data: Path) -> pa.Table:
    """REVIEW_QUEUE: what waits for a person."""
    return frames.to_table(log.open_reviews(log.read(data)), frames.REVIEW_QUEUE)


def member_aliases(*, data: Path) -> pa.Table:
    """MEMBER_ALIASES: where the ids of merged members lead today."""
    return frames.to_table(log.aliases(log.read(data)), frames.MEMBER_ALIASES)


def account_flags(
    accounts: pa.Table, *, data: Path, inbox: Path | None = None
) -> pa.Table:
    """ACCOUNT_FLAGS: programs by their names, then what people decided, which wins."""
    frame = frames.shaped(accounts.to_pandas(), frames.ACCOUNTS)
    bots = frame.loc[evidence.bears_bot_name(frame), "account_id"]
    rows: dict[str, dict[str, object]] = {
        account: {
            "account_id": account,
            "is_bot": True,
            "reason": "its name or address says that it is a program",
            "decided_by": policy.RULES,
        }
        for account in sorted(bots)
    }
    for item in _by_hand(frame["account_id"], data, inbox).decisions:
        if item.decision in manual.FLAGS:
            flag, value = manual.FLAGS[item.decision]
            row = rows.setdefault(item.account_a, {"account_id": item.account_a})
            row |= {flag: value, "reason": item.reason, "decided_by": item.who}
    return pa.Table.from_pylist(list(rows.values()), schema=frames.ACCOUNT_FLAGS)


def manual_decisions(
    accounts: pa.Table, *, data: Path, inbox: Path | None = None
) -> pa.Table:
    """MANUAL_DECISIONS: every line of the decisions file and what became of it.

    status: used, superseded (by a later line about the same accounts) or rejected;
    null would be a line that got lost, which the reconciliation shows.
    """
    read = _by_hand(accounts["account_id"].to_pylist(), data, inbox)
    rows: dict[int, dict[str, object]] = {
        line: {"file": str(manual.FILE), "line": line} for line in read.lines
    }
    for status, items in (("used", read.decisions), ("superseded", read.superseded)):
        for item in items:
            rows[item.line] |= {
                "status": status,
                "decision": item.decision,
                "account_a": item.account_a,
                "account_b": item.account_b or None,
                "reason": item.reason,
                "decided_by": item.who,
                "decided_on": item.when,
            }
    for rejected in read.rejected:
        rows[rejected.line]["status"] = "rejected"
    return pa.Table.from_pylist(list(rows.values()), schema=frames.MANUAL_DECISIONS)


def rejected_decisions(
    accounts: pa.Table, *, data: Path, inbox: Path | None = None
) -> pa.Table:
    """REJECTED_DECISIONS: lines of the decisions file that could not be used."""
    known = accounts["account_id"].to_pylist()
    rows = [
        {
            "source": "identity",
            "table_name": "decisions",
            "file": item.file,
            "line": item.line,
            "reason": item.reason,
            "payload": item.payload,
        }
        for item in _by_hand(known, data, inbox).rejected
    ]
    return pa.Table.from_pylist(rows, schema=frames.REJECTED_DECISIONS)
