"""Who the people are, and under which names and addresses each platform knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sources._sandbox import names
from sources._sandbox.calendar import FIRST_DAY
from sources._sandbox.companies import pick_company
from sources._sandbox.model import Company, Employment, Person
from sources._sandbox.streams import BOT, NAMESAKE, PERSON, stream

# kind of person: chance of accounts on connpass, X, a blog, the portal
REACH = {
    "event": (1.0, 0.42, 0.10, 0.38),
    "x": (0.0, 1.0, 0.12, 0.05),
    "crm": (0.0, 0.0, 0.0, 0.0),
    "portal": (0.0, 0.05, 0.02, 1.0),
    "bot": (0.0, 1.0, 0.0, 0.0),
}
# nature: share of those who attend, mean days until they leave
NAMESAKES = 0.012  # besides those that short lists of names make; half are colleagues
NATURES = (("casual", 0.62, 420.0), ("regular", 0.95, 900.0), ("rising", 1.0, 2_200.0))


@dataclass(frozen=True, slots=True)
class Name:
    """Family and given name in the three scripts."""

    family: tuple[str, ...]
    given: tuple[str, ...]

    def written(self, way: float, handle: str) -> str:
        """The display name a person chooses on a public site."""
        family, given = self.family, self.given
        if way < 0.34:
            return f"{family[0]} {given[0]}"
        if way < 0.42:
            return f"{family[0]}{given[0]}"
        if way < 0.58:
            return f"{given[2]} {family[2]}"
        if way < 0.64:
            return f"{names.kana_fold(family[2])} {given[2]}"
        if way < 0.70:
            return f"{family[1]} {given[1]}"
        if way < 0.76:
            return given[2]
        return handle


def make_person(
    seed: int,
    index: int,
    kind: str,
    joined_at: datetime,
    companies: list[Company],
    *,
    previous: Person | None = None,
    internal: bool = False,
    desks: Mapping[int, str],
) -> Person:
    """The person of that index; the same whatever becomes of the others.

    desks: company -> address of somebody known there.
    """
    rng = stream(seed, PERSON, index)
    name = _draw_name(rng)
    private, employer = "", None
    if rng.random() < 0.012 and previous and not internal and kind == previous.kind:
        # A couple: one family name, one mail address for both.
        name, private = Name(_family(previous), name.given), previous.private_email
    elif previous and not internal:
        alike = stream(seed, NAMESAKE, index)
        if alike.random() < NAMESAKES:
            name = Name(_family(previous), _given(previous))
            is_colleague = alike.random() < 0.5 and not previous.is_internal
            employer = previous.jobs[0].company if is_colleague else None
    nature, tenure = _nature(rng, kind, internal=internal)
    leaves = (
        None if internal or kind == "bot" else joined_at.date() + timedelta(days=tenure)
    )
    end = names.tail(index)
    stem = handle_stem(rng, name)[: 14 - len(end)].strip("_")
    handle = f"{stem}_{end}"
    reach = REACH[kind]
    on_connpass = rng.random() < reach[0]
    on_x = rng.random() < reach[1] + (0.35 if nature == "rising" else 0)
    has_blog = rng.random() < reach[2] * (5 if nature == "rising" else 1)
    same = rng.random()
    username = handle if same < 0.55 else f"{stem.replace('_', '')}{end}"
    if same > 0.8:
        username = (
            f"{rng.choice(('neko', 'kuma', 'yama', 'sora', 'dev', 'data'))}_{end}"
        )
    private = private or f"{stem.replace('_', '.')}.{end}@freemail.example"
    renamed = rng.random() < 0.02
    way = rng.random()
    return Person(
        index=index,
        kind=kind,
        family=name.family[0],
        given=name.given[0],
        family_kana=name.family[1],
        given_kana=name.given[1],
        family_romaji=name.family[2],
        given_romaji=name.given[2],
        joined_at=joined_at,
        leaves_on=leaves,
        leaves_why=rng.choice(names.WAYS_TO_LEAVE),
        nature=nature,
        is_internal=internal,
        prefecture=rng.choice(names.PREFECTURES),
        private_email=private,
        jobs=(
            jobs := _career(
                rng, index, name, joined_at.date(), companies, internal, employer
            )
        ),
        nickname=handle.replace("_", "-")
        if on_connpass and same < 0.2
        else handle
        if on_connpass
        else None,
        old_nickname=f"{stem}{end}" if on_connpass and renamed else None,
        renamed_on=joined_at.date() + timedelta(days=rng.randint(90, 500))
        if renamed
        else None,
        display_name=name.written(way, handle),
        hides_participation=rng.random() < 0.06,
        withdrew=rng.random() < 0.05 and not internal,
        x_username=(username if kind != "bot" else f"benkyokai_bot{index}")
        if on_x
        else None,
        x_name=name.written(rng.random(), username)
        if kind != "bot"
        else _bot_name(seed, index, previous),
        blog=rng.choice(("note", "zenn", "zenn", "hatena", "speakerdeck"))
        if has_blog
        else None,
        blog_handle=handle if same < 0.7 else f"{stem.replace('_', '-')}-{end}",
        portal=rng.random() < reach[3] + (0.4 if internal else 0),
        links_x=rng.random() < 0.28,
        links_blog=rng.random() < 0.3,
        seed=seed,
        colleague_email=desks.get(jobs[0].company),
    )


def _family(person: Person) -> tuple[str, ...]:
    return person.family, person.family_kana, person.family_romaji


def _given(person: Person) -> tuple[str, ...]:
    return person.given, person.given_kana, person.given_romaji


def _bot_name(seed: int, index: int, owner: Person | None) -> str:
    """Half of the bots post under the name of a person."""
    has_name = owner is not None and stream(seed, BOT, index).random() > 0.5
    return owner.kanji_name if owner and has_name else "勉強会情報bot"


def handle_stem(rng: Random, name: Name) -> str:
    """The handle before its unique ending."""
    return names.handle_stem(rng, name.family[2], name.given[2])


def _draw_name(rng: Random) -> Name:
    """A common name; short lists make namesakes, as life does."""
    family = names.FAMILY[int(len(names.FAMILY) * rng.random() ** 1.4)]
    return Name(family, names.GIVEN[int(len(names.GIVEN) * rng.random())])


def _nature(rng: Random, kind: str, *, internal: bool) -> tuple[str, int]:
    """(nature, days until the person leaves)."""
    draw = rng.random()
    nature, _, mean = next(row for row in NATURES if draw < row[1])
    if internal:
        nature = "regular"
    if kind == "crm":
        mean = 3_000.0
    # Long enough to reach the event that brought the person here.
    return nature, 70 + int(rng.expovariate(1 / mean))


def _career(
    rng: Random,
    index: int,
    name: Name,
    joined: date,
    companies: list[Company],
    internal: bool,
    employer: int | None,
) -> tuple[Employment, ...]:
    """The employments of a person: one in eight changes employer within three years."""
    romaji = f"{name.given[2]}.{name.family[2]}".lower()
    jobs: list[Employment] = []
    since = FIRST_DAY - timedelta(days=1_000)
    for turn in range(1 if internal else 3):
        company = companies[0 if internal else pick_company(rng, len(companies))]
        if not jobs and employer is not None:
            company = companies[employer]
        local = "info" if rng.random() < 0.012 else f"{romaji}{names.tail(index)[-2:]}"
        if not jobs or company.index != jobs[-1].company:
            jobs.append(
                Employment(
                    company=company.index,
                    from_date=since,
                    title=rng.choice(names.TITLES),
                    department=rng.choice(names.DEPARTMENTS),
                    email=f"{local}@{company.domain}",
                )
            )
        if rng.random() > (0.16 if turn == 0 else 0.05):
            break
        since = max(since, joined) + timedelta(days=rng.randint(60, 900))
    return tuple(jobs)
