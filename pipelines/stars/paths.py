"""王道: the first milestones of stars, against members of the same tenure who are none.

Every star is compared with the members who are no stars and have been known at least as
long as the star had been on becoming one, each judged at that same age: who had walked
the path by then? The others' share is the mean of these shares over the stars, so that
every star weighs the same. A star whom nobody has been known as long as is left out.

lift = share of the stars / share of the others. Its interval is Katz's for a ratio of
two shares, on the log scale; the others count as many as so unequal weights are worth
(Kish): one member may be compared with many stars.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Days = NDArray[np.int64]
Shares = NDArray[np.float64]

# A path of fewer stars names people, and its lift says nothing: with four of a hundred
# the interval already spans a factor of seven.
LEAST_STARS: Final = 5

SEPARATOR: Final = " > "

NORMAL_97_5: Final = 1.959963984540054

PATHS: Final = pa.schema(
    [
        ("path", pa.string()),
        ("path_ja", pa.string()),
        ("path_en", pa.string()),
        ("length", pa.int64()),
        ("basis", pa.string()),
        ("stars", pa.int64()),
        ("others", pa.int64()),
        ("stars_compared", pa.int64()),
        ("others_compared", pa.int64()),
        ("star_share", pa.float64()),
        ("other_share", pa.float64()),
        ("lift", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("median_days", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Compared:
    """The stars' ages on becoming one and what the others of that age weigh.

    star_ages: of every star compared, sorted. tenures: of every other, sorted.
    known: others known as long as each star. worth: how many equal weights are worth as
    much as these.
    """

    star_ages: Days
    tenures: Days
    known: Days
    worth: float

    @property
    def others(self) -> int:
        """Others who are compared with any star."""
        return int(self.known[0]) if len(self.known) else 0


def compared(star_ages: Days, tenures: Days) -> Compared:
    """Returns the stars that can be compared, and the weight of the others."""
    tenures = np.sort(tenures)
    ages = np.sort(star_ages[star_ages > 0])
    known = len(tenures) - np.searchsorted(tenures, ages, side="left")
    ages, known = ages[known > 0], known[known > 0]
    # An other weighs what the stars up to its tenure give each of their others.
    given = np.append(0.0, np.cumsum(1 / known))
    weights = given[np.searchsorted(ages, tenures, side="right")]
    squares = float((weights**2).sum())
    return Compared(
        star_ages=ages,
        tenures=tenures,
        known=known,
        worth=float(weights.sum()) ** 2 / squares if squares else 0.0,
    )


def others_share(basis: Compared, ages: Days, tenures: Days) -> tuple[int, float]:
    """Counts the others who walked a path in time, and their share.

    ages: on completing the path, of every other who ever did; tenures: theirs.
    """
    stars = basis.star_ages
    in_time = np.searchsorted(stars, ages, side="right")
    until = np.searchsorted(stars, tenures, side="right")
    walked = until > in_time
    done = np.searchsorted(np.sort(ages), stars, side="left")
    gone = np.searchsorted(np.sort(tenures), stars, side="left")
    return int(walked.sum()), float(((done - gone) / basis.known).mean())


def katz(star_count: int, stars: int, share: float, worth: float) -> tuple[float, ...]:
    """Returns the lift and its 95 % interval.

    Where no other walked the path, half a person more is assumed on both sides.
    """
    hits = share * worth
    count, total = float(star_count), float(stars)
    if hits == 0:
        hits, worth, count, total = 0.5, worth + 0.5, count + 0.5, total + 0.5
    lift = (count / total) / (hits / worth)
    spread = math.sqrt(1 / count - 1 / total + 1 / hits - 1 / worth)
    return (
        lift,
        lift * math.exp(-NORMAL_97_5 * spread),
        lift * math.exp(NORMAL_97_5 * spread),
    )


def star_paths(
    people: duckdb.DuckDBPyRelation,
    steps: duckdb.DuckDBPyRelation,
    labels: duckdb.DuckDBPyRelation,
) -> pa.Table:
    """Returns the paths that enough stars walked, from two dbt models and the seed."""
    persons: dict[str, Any] = people.project(
        "tenure_days, star_age_days, basis"
    ).fetchnumpy()
    is_star = ~np.ma.getmaskarray(persons["star_age_days"])
    bases = np.unique(np.asarray(persons["basis"][is_star], dtype=str))
    basis = compared(
        np.asarray(persons["star_age_days"][is_star], dtype=np.int64),
        np.asarray(persons["tenure_days"][~is_star], dtype=np.int64),
    )
    rows = []
    if len(basis.star_ages):
        longest = int(basis.star_ages[-1])
        walks = (
            steps.set_alias("steps")
            .join(people.set_alias("people"), "steps.member_id = people.member_id")
            .project(
                "path, length, first_age_days, age_days, tenure_days, star_age_days"
            )
            .filter(f"star_age_days is null or star_age_days between 1 and {longest}")
            .order("path, age_days, first_age_days, tenure_days, star_age_days")
            .fetchnumpy()
        )
        rows = list(_rows(walks, basis))
    named = labels.project("milestone, label_ja, label_en").fetchall()
    for row in rows:
        steps_taken = row["path"].split(SEPARATOR)
        row["path_ja"] = _in_words(steps_taken, {code: ja for code, ja, _ in named})
        row["path_en"] = _in_words(steps_taken, {code: en for code, _, en in named})
        row["basis"] = str(bases[0])
    return pa.Table.from_pylist(rows, schema=PATHS)


def _in_words(milestones: list[str], labels: dict[str, str]) -> str:
    return " → ".join(labels[milestone] for milestone in milestones)


def _rows(walks: dict[str, Any], basis: Compared) -> list[dict[str, Any]]:
    paths = np.asarray(walks["path"], dtype=object)
    star_age = np.ma.filled(walks["star_age_days"], -1)
    age = np.asarray(walks["age_days"], dtype=np.int64)
    starts = [n for n, path in enumerate(paths) if n == 0 or path != paths[n - 1]]
    rows = []
    for first, last in pairwise([*starts, len(paths)]):
        chosen = slice(first, last)
        arrived = (star_age[chosen] > age[chosen]) & (star_age[chosen] > 0)
        stars = int(arrived.sum())
        if stars < LEAST_STARS:
            continue
        is_other = star_age[chosen] < 0
        others, share = others_share(
            basis,
            age[chosen][is_other],
            np.asarray(walks["tenure_days"][chosen][is_other], dtype=np.int64),
        )
        lift, lower, upper = katz(stars, len(basis.star_ages), share, basis.worth)
        took = star_age[chosen][arrived] - walks["first_age_days"][chosen][arrived]
        rows.append(
            {
                "path": str(paths[first]),
                "length": int(walks["length"][first]),
                "stars": stars,
                "others": others,
                "stars_compared": len(basis.star_ages),
                "others_compared": basis.others,
                "star_share": stars / len(basis.star_ages),
                "other_share": share,
                "lift": lift,
                "lower": lower,
                "upper": upper,
                "median_days": float(np.median(took)),
            }
        )
    return rows
