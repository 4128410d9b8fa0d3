"""Decisions of people: <DATA>/inbox/identity/decisions.csv.

    decision,account_a,account_b,reason,who,when
    merge,connpass:taro,hubspot:17,same badge at the desk,hanako,2026-11-02

merge / split take two accounts; bot / not_bot / internal / not_internal take one. Of
several lines about the same accounts the latest (`when`, then line) counts. A line that
cannot be read is set aside with its reason and does not stop the others. The file may
come from a spreadsheet: UTF-8 with or without a mark, or CP932.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE = Path("inbox") / "identity" / "decisions.csv"
COLUMNS = ("decision", "account_a", "account_b", "reason", "who", "when")
ABOUT_TWO = frozenset({"merge", "split"})
FLAGS = {
    "bot": ("is_bot", True),
    "not_bot": ("is_bot", False),
    "internal": ("is_internal", True),
    "not_internal": ("is_internal", False),
}


@dataclass(frozen=True)
class Decision:
    """One valid line. account_b is '' for decisions about one account."""

    decision: str
    account_a: str
    account_b: str
    reason: str
    who: str
    when: str
    line: int


@dataclass(frozen=True)
class Rejected:
    """One line that could not be used, and why, in a sentence."""

    file: str
    line: int
    reason: str
    payload: str


@dataclass(frozen=True)
class ManualDecisions:
    """The file, read: decisions that count, oldest first, and lines set aside.

    superseded: valid lines that a later one about the same accounts replaced.
    lines: numbers of all lines that say anything; (0,) for a file nobody can read.
    """

    decisions: tuple[Decision, ...]
    rejected: tuple[Rejected, ...]
    superseded: tuple[Decision, ...] = ()
    lines: tuple[int, ...] = ()

    def about_two(self, decision: str) -> tuple[Decision, ...]:
        """The merges or the splits."""
        return tuple(item for item in self.decisions if item.decision == decision)

    def flags(self, name: str) -> dict[str, bool]:
        """account -> value of is_bot or is_internal, where a person gave one."""
        return {
            item.account_a: FLAGS[item.decision][1]
            for item in self.decisions
            if item.decision in FLAGS and FLAGS[item.decision][0] == name
        }


def read(data: Path, known_accounts: set[str]) -> ManualDecisions:
    """The decisions file of a data folder; nothing when there is none."""
    path = data / FILE
    if not path.exists():
        return ManualDecisions((), ())
    try:
        text = _decoded(path.read_bytes())
    except UnicodeDecodeError:
        reason = f"{FILE} is neither UTF-8 nor CP932: save it again as CSV UTF-8"
        rejected_file = Rejected(str(FILE), 0, reason, "")
        return ManualDecisions((), (rejected_file,), lines=(0,))
    rows = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in COLUMNS[:3] if name not in header]
    if missing:
        reason = f"{FILE} line 1: no column {', '.join(missing)}; expected {COLUMNS}"
        rejected_file = Rejected(str(FILE), 1, reason, "")
        return ManualDecisions((), (rejected_file,), lines=(1,))

    decisions: list[Decision] = []
    rejected: list[Rejected] = []
    lines: list[int] = []
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        line = rows.line_num
        lines.append(line)
        if objection := _objection(values, known_accounts):
            reason = f"{FILE} line {line}: {objection}"
            rejected.append(Rejected(str(FILE), line, reason, ",".join(cells)))
            continue
        decisions.append(
            Decision(**{name: values.get(name, "") for name in COLUMNS}, line=line)
        )
    latest = _latest(decisions)
    counts = set(latest)
    superseded = tuple(item for item in decisions if item not in counts)
    return ManualDecisions(latest, tuple(rejected), superseded, tuple(lines))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932")


def _objection(values: dict[str, str], known_accounts: set[str]) -> str:
    """Why a line cannot be used; '' when it can."""
    decision = values.get("decision", "")
    if decision not in ABOUT_TWO and decision not in FLAGS:
        choices = ", ".join([*sorted(ABOUT_TWO), *FLAGS])
        return f"unknown decision '{decision}'; use one of {choices}"
    names = ["account_a", "account_b"] if decision in ABOUT_TWO else ["account_a"]
    for name in names:
        account = values.get(name, "")
        if not account:
            return f"{decision} needs {name}"
        if account not in known_accounts:
            return f"no account '{account}'; write it as source:id"
    if decision in ABOUT_TWO and values["account_a"] == values["account_b"]:
        return f"{decision} names the same account twice"
    when = values.get("when", "")
    try:
        datetime.fromisoformat(when or "2000-01-01")
    except ValueError:
        return f"when '{when}' is not a date such as 2026-11-02"
    return ""


def _latest(decisions: list[Decision]) -> tuple[Decision, ...]:
    """The last decision about each pair of accounts and about each flag."""
    latest: dict[tuple[str, ...], Decision] = {}
    for item in sorted(decisions, key=lambda item: (_day(item.when), item.line)):
        subject = "pair" if item.decision in ABOUT_TWO else FLAGS[item.decision][0]
        key = (subject, *sorted((item.account_a, item.account_b)))
        latest.pop(key, None)
        latest[key] = item
    return tuple(latest.values())


def _day(when: str) -> str:
    return datetime.fromisoformat(when).isoformat() if when else ""
