"""The records of a community. All are frozen; times are aware, in Japan's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")


@dataclass(frozen=True, slots=True)
class Company:
    """A company: the vendor itself (index 0), a customer or a prospect."""

    index: int
    name: str
    kana: str
    domain: str
    industry: str
    prefecture: str
    corporate_number: str
    created_at: datetime
    customer_from: date | None  # None: no contract up to now and later
    products: str

    @property
    def company_id(self) -> str:
        """The id of HubSpot's company record."""
        return str(40_000_000_000 + self.index * 7_919)


@dataclass(frozen=True, slots=True)
class Employment:
    """Where a person works from a day on, until the next employment begins."""

    company: int
    from_date: date
    title: str
    department: str
    email: str


@dataclass(frozen=True, slots=True)
class Person:
    """A human (or a bot) behind accounts; what is None has no account there."""

    index: int
    kind: str  # event, x, crm, portal, bot
    family: str
    given: str
    family_kana: str
    given_kana: str
    family_romaji: str
    given_romaji: str
    joined_at: datetime  # the first time anybody could have seen this person
    leaves_on: date | None  # nothing happens from that day on
    leaves_why: str
    nature: str  # casual, regular, rising (may become a star)
    is_internal: bool
    prefecture: str
    private_email: str
    jobs: tuple[Employment, ...]
    nickname: str | None  # connpass
    old_nickname: str | None
    renamed_on: date | None
    display_name: str
    hides_participation: bool
    withdrew: bool  # left connpass: later files say (退会ユーザー)
    x_username: str | None
    x_name: str
    blog: str | None  # note, zenn, hatena, speakerdeck
    blog_handle: str
    portal: bool
    links_x: bool  # the connpass profile names the X account
    links_blog: bool  # the X profile names the blog
    seed: int  # of the community: habits are drawn by it
    colleague_email: str | None  # of somebody at the first employer, known before

    @property
    def person_id(self) -> str:
        """The id in the truth tables."""
        return f"p{self.index:06d}"

    @property
    def connpass_id(self) -> int:
        """The stable user id on connpass."""
        return 610_000 + self.index * 3

    @property
    def x_id(self) -> str:
        """The stable user id on X (beyond 2^53, as real ones are)."""
        return str(1_100_000_000_000_000_000 + self.index * 7_340_033_111)

    @property
    def portal_id(self) -> str:
        """The account id on the in-house portal."""
        return f"m{self.index + 1001}"

    @property
    def kanji_name(self) -> str:
        """The name as on a business card."""
        return f"{self.family} {self.given}"

    def job_on(self, day: date) -> Employment:
        """The employment on that day (the first one for earlier days)."""
        current = self.jobs[0]
        for job in self.jobs[1:]:
            if job.from_date <= day:
                current = job
        return current

    def active_on(self, day: date) -> bool:
        """Whether the person has not left by that day."""
        return self.leaves_on is None or day < self.leaves_on


@dataclass(frozen=True, slots=True)
class Group:
    """A connpass group: the main community, an area or a working group."""

    index: int
    subdomain: str
    title: str
    working_group: str
    hash_tag: str
    prefecture: str
    weight: float  # relative size of its events
    rate: float  # events a month before the season's factor
    starts_month: int

    @property
    def group_id(self) -> int:
        """The group's id on connpass."""
        return 15_000 + self.index * 11


@dataclass(frozen=True, slots=True)
class Event:
    """An event as planned, with the days on which its facts become known."""

    number: int  # connpass event id
    group: Group
    title: str
    kind: str  # meetup, conference, users (only on the portal)
    started_at: datetime
    ended_at: datetime
    published_at: datetime
    edited_at: datetime
    cancelled_at: datetime | None
    limit: int | None
    format: str  # online, onsite, hybrid
    place: str
    address: str
    prefecture: str
    lat: str | None
    lon: str | None
    is_attendance_taken: bool
    asks_company: bool
    asks_email: bool
    exported_on: date  # the organiser drops the participants' file that day
    has_old_layout: bool
    on_portal: bool
    newcomers: float  # expected first-timers

    @property
    def day(self) -> date:
        """The local day of the event."""
        return self.started_at.date()

    @property
    def url(self) -> str:
        """The event's page on connpass."""
        return f"https://{self.group.subdomain}.connpass.com/event/{self.number}/"

    @property
    def portal_id(self) -> str:
        """The event's id on the portal."""
        return f"e{self.number}"


@dataclass(frozen=True, slots=True)
class Registration:
    """One application of a person for an event, with all that happens to it later."""

    number: int  # 受付番号
    event: int
    person: int
    platform: str  # connpass or portal
    role: str  # attendee, speaker, lt, staff
    registered_at: datetime
    waited_until: datetime | None  # on the waiting list from the start up to then
    cancelled_at: datetime | None
    attended: bool
    referrer: int | None


@dataclass(frozen=True, slots=True)
class Post:
    """A post on X; counts are what they will have become in the end."""

    id: str
    person: int
    created_at: datetime
    text: str
    tags: tuple[str, ...]
    link: str | None
    kind: str  # original, retweeted, quoted, replied_to
    parent: str | None
    likes: int
    reposts: int
    replies: int
    quotes: int
    event: int | None
    deleted_on: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A blog article or slide deck."""

    number: int
    person: int
    platform: str
    key: str
    title: str
    published_at: datetime
    updated_at: datetime
    summary: str
    tags: tuple[str, ...]
    event: int | None
    likes: int


@dataclass(frozen=True, slots=True)
class Presentation:
    """A document attached to a connpass event."""

    event: int
    by: int
    presenter: int | None
    url: str
    name: str
    kind: str  # slide, movie, blog
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PortalAct:
    """Something done on the in-house portal."""

    number: int
    person: int
    kind: (
        str  # post, reply, answer, download, sign_in; of ambassadors speak, slide, ...
    )
    occurred_at: datetime
    title: str
    parent: int | None
    reactions: int
    event: int | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A CRM contact. `archived_at` and `merged_at` may lie in the future of `today`."""

    id: int
    person: int
    created_at: datetime
    email: str | None
    company: int
    title: str
    changes: tuple[tuple[datetime, int], ...]  # (when, company from then on)
    archived_at: datetime | None
    merged_at: datetime | None
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class Deal:
    """A CRM deal with the days on which it moves from stage to stage."""

    id: int
    company: int
    contacts: tuple[int, ...]
    name: str
    amount: int | None
    currency: str
    owner: int
    created_at: datetime
    stages: tuple[tuple[datetime, str], ...]
    closed_at: datetime  # of an open deal: the forecast
    is_won: bool


def grown(final: int, posted: datetime, now: datetime) -> int:
    """A count so far: half of its final value after two days, never less later."""
    days = max(0.0, (now - posted).total_seconds() / 86_400)
    return int(final * (1 - 0.5 ** (days / 2)) + 0.5)
