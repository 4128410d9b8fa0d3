"""The companies people work for; number 0 is the vendor who runs the community."""

from datetime import date, datetime, time, timedelta
from random import Random

from sources._sandbox import names
from sources._sandbox.calendar import FIRST_DAY
from sources._sandbox.model import JST, Company
from sources._sandbox.streams import COMPANY, stream

FORMS = (
    ("株式会社{}", 0.62),
    ("{}株式会社", 0.88),
    ("合同会社{}", 0.94),
    ("{}有限会社", 1.0),
)


def make_companies(members: int, seed: int) -> list[Company]:
    """A list that depends on size and seed only; about one for twelve members."""
    vendor = Company(
        index=0,
        name="ツナガリ製品株式会社",
        kana="ツナガリセイヒン",
        domain="tsunagari-vendor.example",
        industry="COMPUTER_SOFTWARE",
        prefecture="東京都",
        corporate_number=_corporate_number(100_000_000_000),
        created_at=_morning(FIRST_DAY - timedelta(days=400)),
        customer_from=None,
        products="",
    )
    count = max(8, round(members / 12))
    return [vendor, *(_make_company(seed, index) for index in range(1, count + 1))]


def pick_company(rng: Random, count: int) -> int:
    """A company's index, by a power law: a few employ many of the members."""
    return 1 + int((count - 1) * rng.random() ** 2.2)


def _make_company(seed: int, index: int) -> Company:
    rng = stream(seed, COMPANY, index)
    combination = (index * 37 + seed) % (
        len(names.COMPANY_WORDS) * len(names.COMPANY_TRADES)
    )
    word, kana, latin = names.COMPANY_WORDS[combination % len(names.COMPANY_WORDS)]
    trade = names.COMPANY_TRADES[combination // len(names.COMPANY_WORDS)]
    round_trip = index // (len(names.COMPANY_WORDS) * len(names.COMPANY_TRADES))
    suffix = f"第{round_trip + 1}" if round_trip else ""
    kind = rng.random()
    form = next(form for form, bound in FORMS if kind < bound)
    created = FIRST_DAY + timedelta(days=int(rng.random() ** 2 * 1_000) - 250)
    is_customer = rng.random() < (0.75 if index < 6 else 0.5)
    return Company(
        index=index,
        name=form.format(f"{word}{trade[0]}{suffix}"),
        kana=f"{kana}{trade[1]}",
        domain=f"{latin}-{trade[2]}{round_trip or ''}.example",
        industry=trade[3],
        prefecture=rng.choice(names.PREFECTURES),
        corporate_number=_corporate_number(200_000_000_000 + index * 7_717),
        created_at=_morning(created),
        customer_from=created + timedelta(days=rng.randint(30, 500))
        if is_customer
        else None,
        products=rng.choice(
            ("ツナガリ基本", "ツナガリ基本;ツナガリ分析", "ツナガリクラウド")
        ),
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), JST)


def _corporate_number(base: int) -> str:
    """Thirteen digits with the check digit of the 法人番号 in front."""
    digits = [int(digit) for digit in reversed(f"{base:012d}")]
    total = sum(
        digit * (1 if place % 2 == 0 else 2) for place, digit in enumerate(digits)
    )
    return f"{9 - total % 9}{base:012d}"
