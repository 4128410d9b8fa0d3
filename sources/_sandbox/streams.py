"""Random streams that do not disturb each other, so that the past stays the past."""

import math
from random import Random

# One number per process; a stream is (seed, process, item).
COMPANY, CALENDAR, EVENT, PERSON, POSTS, BLOG, CONTACT, DEAL, PORTAL = range(1, 10)
# Habits (habits.py): how people and clerks write one person in many ways.
NAMESAKE, MARRIAGE, KANJI, ROMAJI, SHOWN, CLERK, ROLE = range(10, 17)
COLLEAGUE, MAILBOX, COMPANY_FIELD, LINK, SECOND, BOT = range(17, 23)
AMBASSADOR = 23


def stream(seed: int, process: int, item: int) -> Random:
    """The random numbers of one item of one process, whatever else is generated."""
    return Random((seed << 56) ^ (process << 48) ^ item)  # noqa: S311  not a secret


def round_by_chance(rng: Random, value: float) -> int:
    """An integer whose expectation is `value`."""
    whole = math.floor(value)
    return whole + (rng.random() < value - whole)


def heavy_tail(rng: Random, scale: float, shape: float = 1.6) -> int:
    """A count from a power law: mostly near zero, now and then very large."""
    return int(scale * (rng.paretovariate(shape) - 1))
