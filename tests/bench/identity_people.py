"""An invented Japanese community with its truth, of any size: accounts as they occur.

Who the people are stands here; what each platform shows of them in identity_accounts.
Made in numpy by the column, from a seed. Hard on purpose, as life is: namesakes by the
real frequency of names (and among colleagues), readings nobody can guess, handles that
strangers have elsewhere, changed employers, couples with one mailbox.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.bench.identity_names import (
    SYSTEMS,
    Column,
    given_names,
    names_abroad,
    surnames,
)

ACCOUNTS_PER_PERSON = 2.35  # what identity_accounts makes of people, about
PERSONS_PER_COMPANY = 12
FROM_ABROAD = 0.03
WRITES_VARIANT = 0.25  # of those whose name has one
HAS_EMPLOYER = 0.75
CHANGED_JOB = 0.18
SHARES_MAILBOX = 0.006  # couples
FREE_MAIL = (
    *("gmail.com", "gmail.com", "gmail.com", "yahoo.co.jp", "icloud.com"),
    *("outlook.jp", "hotmail.co.jp", "docomo.ne.jp", "nifty.com"),
)
WORDS = """
neko inu kuma yama sora umi kaze hoshi tsuki hana momo ringo mikan sakana tori usagi
penguin panda ramen sushi coffee beer camera guitar drum rock jazz game code data cloud
ninja samurai fuji kyoto osaka tokyo nagoya hakata sapporo shiro kuro aka ao midori maru
kame tanuki kitsune risu hato suzume tsubame kujira iruka same ika tako ebi kani uni
soba udon gyoza curry onigiri mochi dango anko matcha ocha sake wine whisky bread cheese
pasta pizza burger bagel waffle donut cookie candy choco vanilla lemon lime berry grape
melon mango papaya peach plum olive basil mint rose lily daisy iris lotus maple cedar
pine oak bamboo moss fern river lake ocean beach island coral pearl shell stone crystal
silver golden copper iron steel glass paper pencil brush canvas piano violin cello flute
trumpet opera ballet dance movie drama novel poem story comet planet saturn galaxy nova
aurora thunder storm snow frost summer winter spring autumn morning night dawn twilight
runner rider diver climber hiker skater surfer pilot sailor wizard knight dragon phoenix
tiger lion wolf eagle falcon raven otter badger ferret lemur koala llama bison moose
rocket robot laser pixel vector matrix kernel socket binary cipher python rust haskell
linux docker server router sensor lambda delta sigma omega zenith metro express
shinkansen densha jitensha baseball soccer tennis judo kendo karate shogi igo poker
"""
COMPANY_HEADS = """
星見 雨宿 夕凪 朝霧 風待 月白 花筏 冬茜 灯火 潮騒
綿雲 遠雷 青嵐 初霜 春隣 空蝉 薄氷 糸遊 東雲 暁
"""
COMPANY_TRADES = """
データ システムズ 製作所 物産 建設 銀行 食品 運輸 薬品
総研 電機 工業 商事 通信 印刷 精機 化学
"""


@dataclass(frozen=True)
class People:
    """One entry a person in every column.

    kanji, plain:      'surname given' as registered, and with common characters only
    kana:              its reading, '' for people from abroad
    latin_...:         as this person spells it in Latin letters, lower case
    handle, second_handle: the favourite, and the one for when that is not wanted
    private:           the private address
    company, later:    index of the employer before and after a change, -1 for none
    work, later_work:  the address there, '' for none
    """

    kanji: Column
    plain: Column
    kana: Column
    latin_family: Column
    latin_given: Column
    is_abroad: Column
    handle: Column
    second_handle: Column
    private: Column
    company: Column
    later: Column
    work: Column
    later_work: Column

    def __len__(self) -> int:
        return len(self.kanji)


@dataclass(frozen=True)
class Companies:
    """Names as written in full, short and abroad, and the mail domain."""

    full: Column
    bracketed: Column
    bare: Column
    domain: Column


def companies(count: int) -> Companies:
    """That many employers; a number keeps namesakes apart."""
    at = np.arange(count)
    heads, trades = _objects(COMPANY_HEADS.split()), _objects(COMPANY_TRADES.split())
    head = heads[at % len(heads)]
    trade = trades[at // len(heads) % len(trades)]
    turn = at // (len(heads) * len(trades))
    number = np.where(turn > 0, "第" + _text(turn), "")
    bare = head + trade + number
    is_before = at % 3 > 0
    return Companies(
        full=np.where(is_before, "株式会社" + bare, bare + "株式会社"),
        bracketed=np.where(is_before, "(株)" + bare, bare + "㈱"),
        bare=bare,
        domain="kaisha" + _text(at) + ".example",
    )


def people(random: np.random.Generator, count: int, firms: Companies) -> People:
    """That many people."""
    family_names, given = surnames(random), given_names(random)
    family_at = random.choice(len(family_names), count, p=family_names.share)
    given_at = random.choice(len(given), count, p=given.share)
    # Couples follow each other: one surname, one private mailbox.
    is_spouse = random.random(count) < SHARES_MAILBOX
    is_spouse[0] = False
    before = np.maximum(np.arange(count) - 1, 0)
    family_at[is_spouse] = family_at[before[is_spouse]]

    is_abroad = (random.random(count) < FROM_ABROAD) & ~is_spouse
    abroad_given, abroad_family = names_abroad()
    plain = family_names.kanji[family_at] + " " + given.kanji[given_at]
    has_variant = random.random(count) < WRITES_VARIANT
    kanji = np.where(
        has_variant, family_names.variant[family_at], family_names.kanji[family_at]
    )
    kanji = kanji + " " + given.kanji[given_at]
    kana = family_names.kana[family_at] + " " + given.kana[given_at]
    family, first = _latin(
        random, (family_names.romaji, family_at), (given.romaji, given_at)
    )
    other_given = abroad_given[random.integers(0, len(abroad_given), count)]
    other_family = abroad_family[random.integers(0, len(abroad_family), count)]
    foreign = other_given + " " + other_family
    family = np.where(is_abroad, _lower(other_family), family)
    first = np.where(is_abroad, _lower(_first_word(other_given)), first)

    stem = _stems(random, family, first)
    handle = stem + _number(random, count)
    second = np.where(
        random.random(count) < 0.5, _stems(random, family, first), stem
    ) + _number(random, count)
    private = _private(random, family, first, handle)
    private[is_spouse] = private[before[is_spouse]]
    company = _employers(random, count, len(firms.bare))
    company[random.random(count) >= HAS_EMPLOYER] = -1
    moves = (random.random(count) < CHANGED_JOB) & (company >= 0)
    later = np.where(moves, _employers(random, count, len(firms.bare)), company)
    moved = np.flatnonzero(later != company)
    # Together, so that nobody gets the address of somebody who came or left.
    work = _work(
        random,
        (np.append(family, family[moved]), np.append(first, first[moved])),
        np.append(company, later[moved]),
        firms,
    )
    later_work = work[:count].copy()
    later_work[moved] = work[count:]
    return People(
        kanji=np.where(is_abroad, foreign, kanji),
        plain=np.where(is_abroad, foreign, plain),
        kana=np.where(is_abroad, "", kana),
        latin_family=family,
        latin_given=first,
        is_abroad=is_abroad,
        handle=handle,
        second_handle=second,
        private=private,
        company=company,
        later=later,
        work=work[:count],
        later_work=later_work,
    )


def unlike(random: np.random.Generator, values: Column, keys: Column) -> Column:
    """The values; those whose key occurred before with a number of their own behind."""
    number = _text(random.integers(100, 100_000, len(values)))
    told: Column = values + np.where(_turn(keys) > 0, number, "")
    # Nearly never two drew the same.
    again = _turn(keys + told)
    distinct: Column = told + np.where(again > 0, "x" + _text(again + 1), "")
    return distinct


def _turn(keys: Column) -> Column:
    """How often each key occurred before."""
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.argsort(inverse, kind="stable")
    turn = np.empty(len(keys), dtype=np.int64)
    turn[order] = np.arange(len(keys)) - np.repeat(np.cumsum(counts) - counts, counts)
    return turn


def _latin(
    random: np.random.Generator,
    families: tuple[dict[str, Column], Column],
    givens: tuple[dict[str, Column], Column],
) -> tuple[Column, Column]:
    """Everybody keeps to one system, most to the passport's."""
    at = np.arange(len(families[1]))
    system = random.choice(len(SYSTEMS), len(at), p=[0.6, 0.22, 0.08, 0.1])
    family, given = (
        np.stack([romaji[name][chosen] for name in SYSTEMS])[system, at]
        for romaji, chosen in (families, givens)
    )
    return family, given


def _stems(random: np.random.Generator, family: Column, given: Column) -> Column:
    """What people make a handle of."""
    count = len(family)
    words = _objects(WORDS.split())
    word = words[random.integers(0, len(words), count)]
    other = words[random.integers(0, len(words), count)]
    # Strangers have the same: yuki, tomo, hana.
    nickname = _objects(name[:4] for name in given)
    initial, first = _initial(given), _initial(family)
    kinds = np.stack(
        [
            *(
                given + "_" + family,
                given + family,
                family + given,
                given + "-" + first,
            ),
            *(initial + family, family + "_" + initial, nickname, nickname + word),
            *(word + "_" + other, word + "-" + given, nickname + "_" + other),
        ]
    )
    weights = [0.09, 0.08, 0.07, 0.06, 0.16, 0.08, 0.1, 0.1, 0.1, 0.06, 0.1]
    kind = random.choice(len(kinds), count, p=weights)
    stems: Column = kinds[kind, np.arange(count)]
    return stems


def _number(random: np.random.Generator, count: int) -> Column:
    """Nothing, a short number, a year of birth or a birthday."""
    short = _text(random.integers(1, 100, count))
    year = _text(random.integers(1965, 2004, count))
    day = random.integers(1, 13, count) * 100 + random.integers(1, 29, count)
    birthday = np.array([f"{value:04}" for value in day], dtype=object)
    kinds = np.stack([np.full(count, "", dtype=object), short, year, birthday])
    kind = random.choice(4, count, p=[0.5, 0.22, 0.14, 0.14])
    numbers: Column = kinds[kind, np.arange(count)]
    return numbers


def _private(
    random: np.random.Generator, family: Column, given: Column, handle: Column
) -> Column:
    """A private address; nobody else has it."""
    count = len(family)
    number = _number(random, count)
    kinds = np.stack(
        [
            given + "." + family + number,
            family + "." + given + number,
            _initial(given) + family + number,
            _replaced(handle, "-", "_"),
        ]
    )
    kind = random.choice(4, count, p=[0.25, 0.2, 0.2, 0.35])
    local = kinds[kind, np.arange(count)]
    domain = _objects(FREE_MAIL)[random.integers(0, len(FREE_MAIL), count)]
    # Gmail sees no dots.
    mailbox = unlike(random, local, _replaced(local, ".", "") + domain)
    addresses: Column = mailbox + "@" + domain
    return addresses


def _work(
    random: np.random.Generator,
    people: tuple[Column, Column],
    employers: Column,
    firms: Companies,
) -> Column:
    """The addresses at the employers, by each one's habit; '' without one."""
    family, given = people
    habit = employers % 3
    local = np.where(
        habit == 0,
        given + "." + family,
        np.where(habit == 1, _initial(given) + "-" + family, family + "." + given),
    )
    local = unlike(random, local, local + "@" + _text(employers))
    return np.where(employers >= 0, local + "@" + firms.domain[employers], "")


def _employers(random: np.random.Generator, count: int, firms: int) -> Column:
    """Few are large: the share of the n-th falls with n."""
    weights = np.arange(1, firms + 1) ** -0.7
    chosen: Column = random.choice(firms, count, p=weights / weights.sum())
    return chosen


def _text(numbers: Column) -> Column:
    return numbers.astype(str).astype(object)


def _initial(values: Column) -> Column:
    return _objects(value[:1] for value in values)


def _first_word(values: Column) -> Column:
    return _objects(value.partition(" ")[0] for value in values)


def _lower(values: Column) -> Column:
    return _objects(value.lower() for value in values)


def _replaced(values: Column, old: str, new: str) -> Column:
    return _objects(value.replace(old, new) for value in values)


def _objects(values: object) -> Column:
    return np.array(list(values), dtype=object)  # type: ignore[call-overload]
