"""What moved since earlier releases: volume, scores, people, money, rows, metrics.

The bounds are learnt in pipelines/gate; here each rule is one expectation on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import duckdb
import great_expectations.expectations as gxe
import pandas as pd

from pipelines.audit import AuditContext
from pipelines.gate.bound import BLOCKED, EXEMPT, KNOWN, WARNED
from pipelines.gate.bounds import bounds
from pipelines.gate.findings import Finding
from pipelines.gate.rules import CHANGES, of_check
from pipelines.gate.statistics import measure


def frame(connection: duckdb.DuckDBPyConnection, context: AuditContext) -> pd.DataFrame:
    """Returns one row per rule and subject.

    subject: str, the key. mart: str, what it holds back. observed, lower, upper: float.
    verdict, reason: str. One bool per rule, named by its check: false where it blocks;
    empty in the rows of other rules.
    """
    measured = measure(
        connection,
        as_of=context.as_of,
        previous=context.previous,
        connectors=context.connectors,
    )
    return judged(bounds(measured))


def judged(found: pd.DataFrame) -> pd.DataFrame:
    """Returns bounds as the expectations look at them."""
    columns = ["subject", "mart", "observed", "lower", "upper", "verdict", "reason"]
    rows = found[columns].copy()
    holds = found["verdict"].ne(BLOCKED).astype("object")
    for rule in CHANGES:
        rows[rule.check] = holds.where(found["rule"].eq(rule.check), None)
    return rows


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold for each rule about change."""
    return [
        gxe.ExpectColumnValuesToBeInSet(
            column=rule.check,
            value_set=[True],
            meta={"reason": rule.reason, "acknowledgeable": rule.acknowledgeable},
        )
        for rule in CHANGES
    ]


def marts(frame: pd.DataFrame, check: str) -> list[str]:
    """Returns the marts that a rule looked at; its own when it saw nothing."""
    seen = set(frame.loc[frame[check].notna(), "mart"])
    return sorted(seen or {of_check(check).mart} - {""})


def explained(finding: Finding, frame: pd.DataFrame, check: str) -> Finding:
    """Returns the finding with what it was compared with, or why it was not judged."""
    rows = frame[frame[check].notna() & frame["mart"].eq(finding.mart)]
    if finding.subject:
        off = rows[rows["subject"].eq(finding.subject) & rows["verdict"].eq(BLOCKED)]
        compared = "; ".join(sorted(off["reason"]))
        return replace(finding, reason=f"{finding.reason} ({compared})")
    counts = Counter(rows["verdict"])
    words = [f"{count} {verdict}" for verdict, count in sorted(counts.items())]
    words += [
        f"{row.subject} {row.verdict}: {row.reason}"
        for row in rows.itertuples()
        if row.verdict in (WARNED, KNOWN, EXEMPT)
    ]
    return replace(finding, observed="; ".join(words) or "nothing to compare")
