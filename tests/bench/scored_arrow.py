"""Columns of text and time out of whole numbers, without a Python object a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.bench.scored_people import Column

FIRST_DAY = np.datetime64("2021-11-21", "D")  # day 0 of every scored community
JAPAN = np.timedelta64(9, "h")


def joined(*parts: str | Column | pa.Array) -> pa.Array:
    """Text put together row by row; numbers are written out."""
    columns = [
        part if isinstance(part, str) else pc.cast(pa.array(part), pa.string())
        for part in parts
    ]
    return pc.binary_join_element_wise(*columns, "")


def picked(values: Sequence[str | None], index: Column | pa.Array) -> pa.Array:
    """One of a few values a row."""
    return pa.array(values, pa.string()).take(pa.array(index))


def same(value: str, rows: int) -> pa.Array:
    """One value in every row."""
    return pa.repeat(value, rows)


def truth(values: Column) -> pa.Array:
    """true and false as files hold them."""
    return picked(("false", "true"), values.astype(np.int8))


def moments(seconds: Column) -> pa.Array:
    """Seconds since the first local midnight, as moments."""
    found = FIRST_DAY.astype("datetime64[s]") - JAPAN + seconds.astype("timedelta64[s]")
    return pa.array(found, pa.timestamp("s", tz="UTC"))


def dates(days: Column) -> pa.Array:
    """Days since the first as files hold them: 2026-04-01."""
    found = FIRST_DAY + days.astype("timedelta64[D]")
    return pc.cast(pa.array(found), pa.string())
