"""How one person comes to be written in many ways: what makes identities hard.

Every habit draws from random numbers of its own, by person or by record, so that adding
one moves nothing else. The shares are set by hand; README.md lists them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sources._sandbox import names, romaji, streams
from sources._sandbox.model import Person, Registration

# Variants of one surname that offices and keyboards mix: written -> typed by others.
VARIANTS = {
    "髙橋": ("高橋",), "渡邊": ("渡辺", "渡邉"), "齋藤": ("斎藤", "斉藤"),
    "山﨑": ("山崎",), "高橋": ("髙橋",), "渡辺": ("渡邉", "渡邊"),
    "斎藤": ("斉藤", "齋藤"), "山崎": ("山﨑",),
}  # fmt: skip
RARE_FORMS = frozenset({"髙橋", "渡邊", "齋藤", "山﨑"})
STYLE_SHARES = (0.62, 0.76, 0.84, 0.88, 1.0)  # of romaji.STYLES, added up
MARRY = 0.04  # and take another surname
ROLES = ("info", "seminar", "event")
# Platform -> shares of kanji, romaji, kana, surname alone, company and kanji; added.
WAYS = {
    "slack": (0.6, 0.86, 0.95, 1.0, 1.0),
    "zoom": (0.56, 0.74, 0.82, 0.9, 1.0),
    "facebook": (0.62, 1.0, 1.0, 1.0, 1.0),
}
_PLACES = (
    "slack", "zoom", "facebook", "portal", "commmune", "techplay", "eventhub",
    "eventregist", "forms", "webinar", "connpass", "hubspot", "qiita", "inhouse",
    "peatix", "youtube",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """Surname and given name in one script; a clerk may leave the given name out."""

    family: str
    given: str

    @property
    def full(self) -> str:
        """Surname first."""
        return f"{self.family} {self.given}".strip()


def dice(process: int, person: Person, place: str = "connpass") -> Random:
    """The random numbers of a person's habit at one place."""
    return streams.stream(
        person.seed, process, (_PLACES.index(place) << 40) + person.index
    )


def surname_on(person: Person, day: date) -> tuple[str, str, str]:
    """The surname in the three scripts: another one after a marriage."""
    rng = dice(streams.MARRIAGE, person)
    own = (person.family, person.family_kana, person.family_romaji)
    if rng.random() > MARRY or person.kind == "bot":
        return own
    married = person.joined_at.date() + timedelta(days=rng.randint(30, 700))
    taken = names.FAMILY[int(len(names.FAMILY) * rng.random())]
    return own if day < married else (taken[0], taken[1], taken[2])


def in_kanji(person: Person, place: str, day: date) -> Written:
    """The name that the person gives at a place: rare characters are hard to type."""
    family = surname_on(person, day)[0]
    if family in RARE_FORMS and dice(streams.KANJI, person, place).random() < 0.3:
        family = VARIANTS[family][0]
    return Written(family, person.given)


def in_kana(person: Person, day: date) -> Written:
    """The reading of the name."""
    return Written(surname_on(person, day)[1], person.given_kana)


def in_romaji(person: Person, day: date) -> Written:
    """The name in Latin letters, in the one spelling that this person uses."""
    draw = dice(streams.ROMAJI, person).random()
    shares = zip(STYLE_SHARES, romaji.STYLES, strict=True)
    style = next(name for bound, name in shares if draw < bound)
    _, kana, latin = surname_on(person, day)
    return Written(
        romaji.spelled(kana, latin, style),
        romaji.spelled(person.given_kana, person.given_romaji, style),
    )


def shown_at(person: Person, place: str, day: date, company: str = "") -> str:
    """The name that the person shows on a platform of WAYS, by habits of that place."""
    rng = dice(streams.SHOWN, person, place)
    way, aside = rng.random(), rng.random()
    kanji = in_kanji(person, place, day)
    as_kanji, as_romaji, as_kana, as_surname, _ = WAYS[place]
    if way < as_kanji:
        if surname_on(person, day)[0] != person.family:
            return _after_marriage(person, kanji, aside)
        return kanji.full
    if way < as_romaji:
        latin = in_romaji(person, day)
        given_first = f"{latin.given} {latin.family}"
        return given_first if aside < 0.8 else f"{latin.family.upper()} {latin.given}"
    if way < as_kana:
        return in_kana(person, day).full
    if way < as_surname:
        return kanji.family
    return f"{company} {kanji.full}".strip()


def _after_marriage(person: Person, kanji: Written, aside: float) -> str:
    """A third goes on under the old name, a third shows both."""
    if aside < 0.33:
        return f"{person.family} {person.given}"
    if aside < 0.67:
        return f"{kanji.full}（旧姓 {person.family}）"
    return kanji.full


def typed_by_clerk(person: Person, record: int, day: date) -> Written:
    """The name as somebody else types it off a business card into a CRM."""
    rng = streams.stream(person.seed, streams.CLERK, record)
    way, variant = rng.random(), rng.random()
    kanji, kana, _ = surname_on(person, day)
    if way < 0.05:
        return Written(f"{kanji}様" if variant < 0.6 else kanji, "")
    if way < 0.09:
        return in_kana(person, day)
    if way < 0.17:
        return in_romaji(person, day)
    if variant < (0.6 if kanji in RARE_FORMS else 0.06) and kanji in VARIANTS:
        kanji = rng.choice(VARIANTS[kanji])
    return Written(kanji, person.given)


def role_address(person: Person, record: int, email: str) -> str | None:
    """seminar@ and the like at the employer of that address, of one record in 50."""
    rng = streams.stream(person.seed, streams.ROLE, record)
    if rng.random() > 0.02:
        return None
    return f"{rng.choice(ROLES)}@{email.partition('@')[2]}"


def registration_address(person: Person, row: Registration) -> str:
    """The address somebody registers with: the employer's, a private one, or mixed.

    One registration in 50 was made by a colleague, with the colleague's address.
    """
    by_other = streams.stream(person.seed, streams.COLLEAGUE, row.number).random()
    if person.colleague_email and by_other < 0.02:
        return person.colleague_email
    return own_address(person, row)


def own_address(person: Person, row: Registration) -> str:
    """Of a person's own addresses, the one given with a registration or a survey."""
    job = person.job_on(row.registered_at.date())
    prefers = dice(streams.MAILBOX, person).random()
    is_private = prefers < 0.2 or (prefers < 0.6 and row.number % 3 == 0)
    return person.private_email if is_private else job.email


def company_field(person: Person, record: int, company: str, department: str) -> str:
    """The company's name; one in ten writes the department into the same field."""
    draw = streams.stream(person.seed, streams.COMPANY_FIELD, record).random()
    if draw < 0.07:
        return f"{company} {department}"
    return f"{company}　{department}" if draw < 0.1 else company


def link_to_x(person: Person, place: str, team: str | None) -> str | None:
    """The X handle that the profile at a place names.

    A name given up since (one in 20), the team's (one in 25), mostly one's own.
    """
    if person.x_username is None:
        return None
    draw = dice(streams.LINK, person, place).random()
    if draw < 0.05:
        return f"{person.x_username[:11]}_old"
    return team if team and draw < 0.09 else person.x_username


def names_the_team(person: Person, place: str) -> bool:
    """Whether the profile names the community's channel as if it were one's own."""
    return dice(streams.LINK, person, place).random() > 0.97


def has_second_account(person: Person, place: str) -> bool:
    """Who lost a password or wanted another name; one in 20."""
    return dice(streams.SECOND, person, place).random() < 0.05
