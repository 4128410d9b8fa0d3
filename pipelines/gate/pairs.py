"""Verdicts about what both releases have: each thing compared with itself.

A person may put one right, so a few may differ; many at once were not put right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.gate import rules
from pipelines.gate.bound import Bound, bound_of, judge, measured_now
from pipelines.gate.statistics import Measured

MOVED = (rules.MOVED_SHARE, rules.MOVED_LEAST)
CORRECTED = (rules.CORRECTED_SHARE, rules.CORRECTED_LEAST)
NONE = (0.0, 0)
BOTH = "in both releases"
# statistic, rule, what is compared, how many may differ: a share, or so many
COMPARED = (
    ("accounts_moved", "keeps_its_accounts", f"accounts {BOTH}", MOVED),
    ("moments_moved", "keeps_its_moments", f"activities {BOTH}", CORRECTED),
    ("zones_lost", "keeps_its_zone", f"events {BOTH}", NONE),
    ("states_turned", "keeps_its_states", f"registrations {BOTH}", CORRECTED),
    ("cancellations_undone", "keeps_its_cancellations", f"cancelled {BOTH}", NONE),
    ("file_rows_gone", "keeps_its_lists", "rows before, in files written again", NONE),
    ("deals_rescaled", "keeps_its_units", f"deals {BOTH}", CORRECTED),
    ("costs_turned", "keeps_its_signs", f"costs {BOTH}", CORRECTED),
)


def pairs(measured: Measured) -> Iterator[Bound]:
    """Yields the rules of COMPARED, by subject."""
    for statistic, check, things, (share, least) in COMPARED:
        for subject, _, count, differ in measured_now(measured, statistic):
            upper = max(share * count, least)
            bound = replace(bound_of(check, subject, differ), upper=upper, history=1)
            yield judge(bound, f"of {count} {things}")
