"""The rules as the table of docs/reliability.md."""

from __future__ import annotations

from pathlib import Path

from pipelines.gate.rules import FAMILIES, RULES
from pipelines.workspace import PROJECT

DOCUMENT = PROJECT / "docs" / "reliability.md"
BEGIN, END = "<!-- gate rules -->", "<!-- /gate rules -->"
HEAD = (
    "| family | check | what is measured | compared with | bound | past it needs"
    " | can be acknowledged |\n| --- | --- | --- | --- | --- | --- | --- |\n"
)


def table() -> str:
    """Returns every rule as a line of Markdown, by family."""
    lines = []
    for rule in sorted(RULES, key=lambda rule: FAMILIES.index(rule.family)):
        past = rule.least if rule.least == "none" else f"{rule.least}; {rule.before}"
        lines.append(
            f"| {rule.family} | `{rule.mart or '<mart>'}.{rule.check}`"
            f" | {rule.statistic} | {rule.window} | {rule.bound}: else {rule.reason}"
            f" | {past} | {'yes' if rule.acknowledgeable else 'no'} |\n"
        )
    return HEAD + "".join(lines)


def write(document: Path = DOCUMENT) -> None:
    """Puts the table between its marks in the page."""
    before, _, rest = document.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    document.write_text(f"{before}{BEGIN}\n{table()}{END}{after}")


if __name__ == "__main__":
    write()
