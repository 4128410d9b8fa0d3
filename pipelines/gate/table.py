"""The rules as the table of docs/reliability.md."""

from __future__ import annotations

from pathlib import Path

from pipelines.gate.rule import Rule
from pipelines.gate.rules import RULES
from pipelines.workspace import PROJECT

DOCUMENT = PROJECT / "docs" / "reliability.md"
MARK = "<!-- the rules of the gate -->"  # stands before the table and after it
# What quality.md of the design calls families, in its order.
FAMILIES = (
    *("arithmetic", "volume", "silence", "time", "scores", "identity", "money"),
    *("text", "completeness", "privacy", "metrics"),
)
COLUMNS = (
    *("family", "check", "what is measured", "compared with", "bound", "else"),
    *("past it needs", "can be acknowledged"),
)


def table() -> str:
    """Returns every rule as a line of Markdown, by family."""
    lines = [COLUMNS, ("---",) * len(COLUMNS)]
    lines += [_line(rule) for rule in sorted(RULES, key=_place)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(document: Path = DOCUMENT) -> None:
    """Puts the table between its marks in the page. Raises: ValueError without them."""
    before, _, after = document.read_text().split(MARK)
    document.write_text(f"{before}{MARK}\n\n{table()}\n{MARK}{after}")


def _place(rule: Rule) -> int:
    return FAMILIES.index(rule.family)


def _line(rule: Rule) -> tuple[str, ...]:
    past = rule.least if rule.least == "none" else f"{rule.least}; {rule.before}"
    check = f"`{rule.mart or '<mart>'}.{rule.check}`"
    may = "yes" if rule.acknowledgeable else "no"
    compared = (rule.statistic, rule.window, rule.bound, rule.reason)
    return (rule.family, check, *compared, past, may)


if __name__ == "__main__":
    write()
