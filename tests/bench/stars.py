"""Who becomes a star, measured on real promotions, or one part by its name.

    python -m tests.bench.stars [NAME ...] [--list] [--again] [--write-only]

Figures go to data/bench/stars/results.json part by part: a stopped bench goes on where
it was. The tables of docs/scoring.md are written from them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from pipelines.stars.backtest import lesson
from pipelines.workspace import PROJECT
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.running import arguments, measure
from tests.bench.stars_judge import judged, lead_time
from tests.bench.stars_sets import REAL_END, Community, invented, number, real
from tests.bench.stars_write import DOCUMENT, report, write

FOLDER = PROJECT / "data" / "bench" / "stars"
COMMAND = "python -m tests.bench.stars"
# Everything is learned and chosen by this day; what is shown comes after it.
LEARNED = date(2022, 12, 31)
# By then more than 30 stars with a date are known.
CHOICE_FIRST = date(2020, 6, 30)
# ruby's lists begin here; all its dates are lower bounds.
RUBY_FIRST = date(2021, 6, 30)
# The invented community begins at the end of 2021.
MADE_LEARNED = date(2024, 12, 31)


def rust(folder: Path) -> Community:
    """Promotions of 2018-2026; those after 2022 are not in the inbox."""
    return real("rust", "truth/labels_all.csv", folder)


def ruby(folder: Path) -> Community:
    """Who is on the lists by when: every date is a lower bound, taken for the day."""
    return real("ruby", "inbox/labels.csv", folder).bounds_as_dates()


def made(folder: Path) -> Community:
    """Invented people who read, write, speak and are named."""
    return invented(10_000, 1, folder)


def _trial(
    name: str,
    title: str,
    horizon: int,
    *,
    teacher: Callable[[Path], Community],
    pupil: Callable[[Path], Community],
    learned: date = LEARNED,
    first: date | None = None,
) -> Benchmark:
    """Learned from one community up to a day, judged on one from the first day on."""
    begin = first or learned

    def measure(bench: Bench) -> Figures:
        taught_by, held = teacher(bench.folder), pupil(bench.folder)
        taught = lesson(
            taught_by.people, taught_by.days, number(learned), horizon=horizon
        )
        days = held.half_years(begin, horizon)
        figures = judged(lambda _: taught, held, days, horizon)
        if taught_by.name == held.name:
            figures["lead_time"] = lead_time(taught, held, number(begin))
        return figures

    return Benchmark(name, title, measure, report)


def _relearned(
    name: str, title: str, horizon: int, *, first: date, end: date
) -> Benchmark:
    """rust, learned anew at every half-year end, as the product does."""

    def measure(bench: Bench) -> Figures:
        held = replace(rust(bench.folder), end=number(end))
        return judged(
            cache(lambda day: lesson(held.people, held.days, day, horizon=horizon)),
            held,
            held.half_years(first, horizon),
            horizon,
        )

    return Benchmark(name, title, measure, report)


BENCHMARKS = (
    _relearned(
        "choice-365",
        "the choice: rust up to 2022, learned anew each half-year, 12 months",
        365,
        first=CHOICE_FIRST,
        end=LEARNED,
    ),
    _relearned(
        "choice-180",
        "the choice: rust up to 2022, learned anew each half-year, 180 days",
        180,
        first=CHOICE_FIRST,
        end=LEARNED,
    ),
    _trial(
        "rust-365",
        "rust 2023 and later, learned on rust up to 2022, 12 months",
        365,
        teacher=rust,
        pupil=rust,
    ),
    _trial(
        "rust-180",
        "rust 2023 and later, learned on rust up to 2022, 180 days",
        180,
        teacher=rust,
        pupil=rust,
    ),
    _relearned(
        "rust-relearned",
        "rust 2023 and later, learned anew each half-year, 180 days",
        180,
        first=LEARNED,
        end=REAL_END,
    ),
    _trial(
        "rust-to-ruby",
        "ruby (who, not when), learned on rust, 12 months",
        365,
        teacher=rust,
        pupil=ruby,
        first=RUBY_FIRST,
    ),
    _trial(
        "ruby-to-rust",
        "rust 2023 and later, learned on ruby, 12 months",
        365,
        teacher=ruby,
        pupil=rust,
    ),
    _trial(
        "invented",
        "10,000 invented people, learned on themselves up to 2024, 180 days",
        180,
        teacher=made,
        pupil=made,
        learned=MADE_LEARNED,
    ),
    _trial(
        "rust-to-invented",
        "10,000 invented people, learned on rust, 180 days",
        180,
        teacher=rust,
        pupil=made,
        first=MADE_LEARNED,
    ),
)


def main() -> int:
    """Runs what is not finished and writes the tables; 1 when one failed."""
    given = arguments(COMMAND).parse_args()
    return measure(
        BENCHMARKS,
        given,
        FOLDER,
        document=DOCUMENT,
        write=lambda results: write(
            BENCHMARKS, results, date=given.date, command=COMMAND
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
