"""The list: everything the gate is tried against, one line of story each.

In the order of the levels: what comes in, what is made of it, what is published. The
list was written before the bounds were tried on it; `make bench-gate` runs it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.gate.answer_corruptions import SOURCES
from tests.gate.file_corruptions import FILES
from tests.gate.kinds import Corruption
from tests.gate.number_corruptions import NUMBERS
from tests.gate.people_corruptions import PEOPLE
from tests.gate.raw_corruptions import RAW_FILES
from tests.gate.row_corruptions import ROWS

CORRUPTIONS: tuple[Corruption, ...] = (
    *SOURCES,
    *RAW_FILES,
    *NUMBERS,
    *PEOPLE,
    *ROWS,
    *FILES,
)
SHARES = (0.01, 0.05, 0.2, 1.0)


def named(names: Iterable[str]) -> list[Corruption]:
    """Returns the corruptions of these names. Raises: LookupError."""
    known = {corruption.name: corruption for corruption in CORRUPTIONS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise LookupError(f"no corruption {', '.join(unknown)}")
    return [known[name] for name in names]
