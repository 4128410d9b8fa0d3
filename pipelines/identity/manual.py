"""Decisions of people: <inbox>/identity/decisions.csv.

    decision,account_a,account_b,reason,who,when
    merge,connpass:taro,hubspot:17,same badge at the desk,hanako,2026-11-02
    undo,d_0123456789abcdef,,those are father and son,hanako,2026-11-03

merge / split take two accounts; bot / not_bot / internal / not_internal take one; undo
takes the id of a decision in the log, in account_a, and `details` if `make undo` wrote
it: the accounts that it moved, so that the file means the same without the log. Of
several lines about the same accounts the latest counts (`when`, then line; without a
date as of the line above). A line that cannot be read is set aside with its reason and
does not stop the others. The file may come from a spreadsheet: UTF-8 with or without a
mark, or CP932.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from pipelines import csv_cells
from pipelines.identity import statements, undone
from pipelines.identity.undone import Undone

FILE = Path("inbox") / "identity" / "decisions.csv"  # as messages name it
COLUMNS = ("decision", "account_a", "account_b", "reason", "who", "when")
DETAILS = "details"
ABOUT_TWO = frozenset({"merge", "split"})
UNDO = "undo"
FLAGS = {
    "bot": ("is_bot", True),
    "not_bot": ("is_bot", False),
    "internal": ("is_internal", True),
    "not_internal": ("is_internal", False),
}


@dataclass(frozen=True)
class Decision:
    """One valid line. account_b is '' for decisions about one account.

    account_a: of an undo the id of the decision; undone: what undoing it says
    """

    decision: str
    account_a: str
    account_b: str
    reason: str
    who: str
    when: str
    line: int
    undone: Undone | None = None

    @property
    def words(self) -> str:
        """The reason as the log gives it; an undo names itself and its line."""
        if self.decision != UNDO:
            return self.reason
        undo = f"undo of {self.account_a} (decisions.csv line {self.line})"
        return f"{undo}: {self.reason}" if self.reason else undo


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

    def flags(self, name: str) -> dict[str, bool]:
        """account -> value of is_bot or is_internal, where a person gave one."""
        return {
            item.account_a: FLAGS[item.decision][1]
            for item in self.decisions
            if item.decision in FLAGS and FLAGS[item.decision][0] == name
        }


def inbox_of(environment: Mapping[str, str]) -> Path:
    """The inbox that dbt's models read: TSUNAGARI_INBOX, else the data folder's own."""
    given = environment.get("TSUNAGARI_INBOX")
    return Path(given) if given else Path(environment["TSUNAGARI_DATA"]) / "inbox"


def file_in(inbox: Path) -> Path:
    """Where the decisions file of an inbox lies."""
    return inbox / "identity" / FILE.name


def read(
    inbox: Path,
    known_accounts: set[str],
    history: Callable[[], pd.DataFrame],
) -> ManualDecisions:
    """The decisions file of an inbox; nothing when there is none.

    history: gives the log (DECISIONS); asked only for an undo without `details`
    """
    path = file_in(inbox)
    if not path.exists():
        return ManualDecisions((), ())
    return parsed(path.read_bytes(), known_accounts, history)


def parsed(
    content: bytes, known_accounts: set[str], history: Callable[[], pd.DataFrame]
) -> ManualDecisions:
    """The same of a file's content."""
    try:
        text = decoded(content)[0]
    except UnicodeDecodeError:
        reason = f"{FILE} is neither UTF-8 nor CP932: save it again as CSV UTF-8"
        rejected_file = Rejected(str(FILE), 0, reason, "")
        return ManualDecisions((), (rejected_file,), lines=(0,))
    rows = csv.reader(io.StringIO(text, newline=""))
    header = header_of(next(rows, []))
    missing = [name for name in COLUMNS[:3] if name not in header]
    if missing:
        reason = f"{FILE} line 1: no column {', '.join(missing)}; expected {COLUMNS}"
        rejected_file = Rejected(str(FILE), 1, reason, "")
        return ManualDecisions((), (rejected_file,), lines=(1,))

    reader = _Reader(known_accounts, history)
    rejected: list[Rejected] = []
    lines: list[int] = []
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        texts = (csv_cells.plain(cell.strip()) for cell in cells)
        values = dict(zip(header, texts, strict=False))
        lines.append(rows.line_num)
        try:
            reader.take(values, rows.line_num)
        except _Unusable as problem:
            reason = f"{FILE} line {rows.line_num}: {problem}"
            rejected.append(Rejected(str(FILE), rows.line_num, reason, ",".join(cells)))
    counts = _latest(reader.decisions)
    used = set(counts)
    superseded = tuple(item for item in reader.decisions if item not in used)
    return ManualDecisions(counts, tuple(rejected), superseded, tuple(lines))


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file and the encoding it is in. Raises: UnicodeDecodeError."""
    if content.startswith(b"\xef\xbb\xbf"):
        return content.decode("utf-8-sig"), "utf-8-sig"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp932"), "cp932"


def header_of(cells: list[str]) -> list[str]:
    """Names of the columns as they are compared."""
    return [name.strip().lower() for name in cells]


class _Unusable(Exception):
    """Why a line cannot be used."""


class _Reader:
    """Takes one line after the other."""

    def __init__(
        self, known_accounts: set[str], history: Callable[[], pd.DataFrame]
    ) -> None:
        self.known_accounts = known_accounts
        self.decisions: list[Decision] = []
        self._history = history
        self._log: pd.DataFrame | None = None
        self._undone_in: dict[str, int] = {}

    def take(self, values: dict[str, str], line: int) -> None:
        """Adds the line's decision. Raises: _Unusable."""
        decision = values.get("decision", "")
        if decision == UNDO:
            said: Undone | None = self._what_is_undone(values)
        else:
            self._check_accounts(decision, values)
            said = None
        when = values.get("when", "")
        try:
            datetime.fromisoformat(when or "2000-01-01")
        except ValueError as error:
            raise _Unusable(
                f"when '{when}' is not a date such as 2026-11-02"
            ) from error
        if said is not None:
            self._undone_in[values["account_a"]] = line
        fields = {name: values.get(name, "") for name in COLUMNS}
        self.decisions.append(Decision(**fields, line=line, undone=said))

    def _check_accounts(self, decision: str, values: dict[str, str]) -> None:
        if decision not in ABOUT_TWO and decision not in FLAGS:
            choices = ", ".join([*sorted(ABOUT_TWO), UNDO, *FLAGS])
            raise _Unusable(f"unknown decision '{decision}'; use one of {choices}")
        names = ["account_a", "account_b"] if decision in ABOUT_TWO else ["account_a"]
        for name in names:
            account = values.get(name, "")
            if not account:
                raise _Unusable(f"{decision} needs {name}")
            if account not in self.known_accounts:
                raise _Unusable(f"no account '{account}'; write it as source:id")
        if decision in ABOUT_TWO and values["account_a"] == values["account_b"]:
            raise _Unusable(f"{decision} names the same account twice")

    def _what_is_undone(self, values: dict[str, str]) -> Undone:
        decision_id = values.get("account_a", "")
        if not decision_id:
            raise _Unusable("undo needs the id of a decision (d_...) in account_a")
        if decision_id in self._undone_in:
            raise _Unusable(
                f"line {self._undone_in[decision_id]} undoes {decision_id} already"
            )
        if cell := values.get(DETAILS, ""):
            try:
                return undone.parse(cell)
            except ValueError as error:
                raise _Unusable(
                    f"its {DETAILS} are not what `make undo` wrote ({error}); empty"
                    " them to have them read from the log"
                ) from error
        if self._log is None:
            self._log = self._history()
        try:
            return undone.of(self._log, decision_id)
        except undone.CannotUndo as error:
            raise _Unusable(str(error)) from error


def _latest(decisions: list[Decision]) -> tuple[Decision, ...]:
    """The decisions that count, oldest first: see `statements`; one of each flag."""
    in_order = _in_order(decisions)
    flags = {
        (FLAGS[item.decision][0], item.account_a): item
        for item in in_order
        if item.decision in FLAGS
    }
    others = [item for item in in_order if item.decision not in FLAGS]
    counts = {*flags.values(), *statements.in_force(others)}
    return tuple(item for item in in_order if item in counts)


def _in_order(decisions: list[Decision]) -> list[Decision]:
    """By date, then line; a line without a date is as old as the line above it."""
    days: list[str] = []
    for item in decisions:
        above = days[-1] if days else ""
        days.append(
            datetime.fromisoformat(item.when).isoformat() if item.when else above
        )
    dated = sorted(
        zip(days, decisions, strict=True), key=lambda it: (it[0], it[1].line)
    )
    return [item for _, item in dated]
