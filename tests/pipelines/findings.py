"""A finding about change, which may be let through: a metric that moved."""

from pipelines.gate.findings import Finding

DOUBLED = Finding(
    mart="metrics",
    expectation="keeps_its_values: column_values_to_be_in_set",
    reason="a number that readers have seen is another one now",
    passed=False,
    observed="0.6",
    sample=("attendance",),
    subject="attendance",
    bound="at most 0.4",
    value=0.6,
    upper=0.4,
    acknowledgeable=True,
)
