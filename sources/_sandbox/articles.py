"""Articles, slides, and what of it is linked on the page of an event."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sources._sandbox import names
from sources._sandbox.model import Entry, Event, Person, Presentation, Registration
from sources._sandbox.posts import rhythm
from sources._sandbox.streams import BLOG, heavy_tail, stream

# Articles a month outside of events, by nature; the share of visits that end in one.
ENTRIES_A_MONTH = {"casual": 0.04, "regular": 0.12, "rising": 0.3}
REPORTS = {"casual": 0.1, "regular": 0.25, "rising": 0.5}


def report(
    rng: Random, person: Person, row: Registration, event: Event
) -> tuple[Entry | None, Presentation | None]:
    """Slides of those on stage, reports of the audience; the host links them."""
    on_stage = row.role in ("speaker", "lt")
    if rng.random() > (0.75 if on_stage else REPORTS[person.nature]):
        return None, None
    if person.blog is None:
        return None, _slides_elsewhere(rng, person, event) if on_stage else None
    is_slide = on_stage and person.blog == "speakerdeck"
    when = event.ended_at + timedelta(hours=rng.uniform(1, 30 if is_slide else 200))
    title = f"{event.title} 登壇資料" if on_stage else f"{event.title} に参加しました"
    number = event.number * 100_000 + person.index % 100_000
    entry = _entry(rng, person, number, when, title, event)
    if not on_stage and rng.random() < 0.5:
        return entry, None
    kind = "slide" if is_slide else "movie" if rng.random() < 0.06 else "blog"
    linked_at = when + timedelta(hours=rng.uniform(0.1, 20))
    presenter = person.index if on_stage else None
    url = entry_url(person, entry)
    return entry, Presentation(
        event.number, person.index, presenter, url, title, kind, linked_at
    )


def _slides_elsewhere(rng: Random, person: Person, event: Event) -> Presentation:
    """Slides of a speaker whose feed nobody reads."""
    who = person.nickname or person.portal_id
    return Presentation(
        event=event.number,
        by=person.index,
        presenter=person.index,
        url=f"https://speakerdeck.com/{who}/{event.number}",
        name=f"{rng.choice(names.TOPICS)}の実践",
        kind="slide",
        created_at=event.ended_at + timedelta(hours=rng.uniform(0.2, 40)),
    )


def own_entries(seed: int, person: Person, now: datetime) -> Iterator[Entry]:
    """What a person writes at their own pace."""
    rng = stream(seed, BLOG, person.index)
    for place, when in enumerate(
        rhythm(rng, person, ENTRIES_A_MONTH[person.nature], now)
    ):
        done = rng.choice(("試した", "半年続けた", "見直した", "始めた"))
        title = f"{rng.choice(names.TOPICS)}を{done}話"
        yield _entry(
            rng, person, 10**12 + person.index * 1_000 + place, when, title, None
        )


def entry_url(person: Person, entry: Entry) -> str:
    """Where the article stands, in the shape of its platform."""
    handle = person.blog_handle
    if entry.platform == "note":
        return f"https://note.com/{handle}/n/n{entry.key}"
    if entry.platform == "zenn":
        return f"https://zenn.dev/{handle}/articles/{entry.key}"
    if entry.platform == "hatena":
        day = entry.published_at.strftime("%Y/%m/%d/%H%M%S")
        return f"https://{handle.replace('_', '-')}.hatenablog.com/entry/{day}"
    return f"https://speakerdeck.com/{handle}/{entry.key}"


def _entry(
    rng: Random,
    person: Person,
    number: int,
    when: datetime,
    title: str,
    event: Event | None,
) -> Entry:
    topic = rng.choice(names.TOPICS)
    tags = ("tsunagari", topic) if event or rng.random() < 0.6 else (topic,)
    when = when.replace(microsecond=0)
    revised = when + timedelta(days=rng.randint(1, 20)) if rng.random() < 0.1 else when
    return Entry(
        number=number,
        person=person.index,
        platform=person.blog or "",
        key=f"{rng.getrandbits(48):012x}",
        title=title,
        published_at=when,
        updated_at=revised,
        summary=f"{title}。{topic}について、{rng.choice(names.REMARKS)}。",
        tags=tags,
        event=event.number if event else None,
        likes=heavy_tail(rng, 3.0),
    )
