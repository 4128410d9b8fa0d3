"""Expectations that many suites share, in one line each."""

from __future__ import annotations

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext


def holds(column: str, reason: str) -> gxe.Expectation:
    """True in every row; empty where it cannot be judged."""
    return gxe.ExpectColumnValuesToBeInSet(
        column=column, value_set=[True], meta={"reason": reason}
    )


def none(column: str, reason: str) -> gxe.Expectation:
    """A count of rows that must not be: 0 in every row of the frame."""
    return gxe.ExpectColumnValuesToBeBetween(
        column=column, max_value=0, meta={"reason": reason}
    )


def between_0_and_1(column: str, reason: str) -> gxe.Expectation:
    """A share or rate."""
    return gxe.ExpectColumnValuesToBeBetween(
        column=column, min_value=0, max_value=1, meta={"reason": reason}
    )


def not_negative(column: str, reason: str) -> gxe.Expectation:
    """A count."""
    return gxe.ExpectColumnValuesToBeBetween(
        column=column, min_value=0, meta={"reason": reason}
    )


def unique(column: str, reason: str) -> gxe.Expectation:
    """One row per value."""
    return gxe.ExpectColumnValuesToBeUnique(column=column, meta={"reason": reason})


def filled_from(context: AuditContext, *inputs: str) -> gxe.Expectation:
    """Not empty while its inputs are not; a community without them has none."""
    has_input = any(context.rows(relation) for relation in inputs)
    return gxe.ExpectTableRowCountToBeBetween(
        min_value=1 if has_input else 0,
        meta={"reason": f"its inputs ({', '.join(inputs)}) are not empty"},
    )


def as_many_as(context: AuditContext, relation: str) -> gxe.Expectation:
    """Exactly the rows of another relation: none lost, none double."""
    return gxe.ExpectTableRowCountToEqual(
        value=context.rows(relation),
        meta={"reason": f"one row for each of {relation}, none lost, none double"},
    )
