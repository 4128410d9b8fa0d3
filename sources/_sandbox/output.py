"""What people publish: posts on X, articles and slides, documents on event pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sources._sandbox import names
from sources._sandbox.model import (
    Entry,
    Event,
    Person,
    Post,
    Presentation,
    Registration,
)
from sources._sandbox.streams import BLOG, POSTS, heavy_tail, stream

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
KEYWORD = "ツナガリ会"
# Posts a month outside of events, articles a month, by nature.
POSTS_A_MONTH = {"casual": 0.13, "regular": 0.4, "rising": 1.0}
ENTRIES_A_MONTH = {"casual": 0.04, "regular": 0.12, "rising": 0.3}


@dataclass
class Output:
    """Everything published up to a moment."""

    posts: list[Post] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    presentations: list[Presentation] = field(default_factory=list)


def publish(
    seed: int,
    people: list[Person],
    events: list[Event],
    attended: dict[int, list[Registration]],
    now: datetime,
) -> Output:
    """All output up to `now`; a later `now` adds to it and changes nothing."""
    output = Output()
    for event in events:
        if event.started_at <= now and event.cancelled_at is None:
            _around_event(seed, people, event, attended.get(event.number, []), output)
        if event.kind != "users" and event.published_at <= now:
            _announce(people, event, output)
    for person in people:
        if person.x_username and person.kind != "bot":
            output.posts.extend(_own_posts(seed, person, now))
        if person.blog:
            output.entries.extend(_own_entries(seed, person, now))

    def is_done(person: int, when: datetime) -> bool:
        """By now, and before its author left."""
        return when <= now and people[person].active_on(when.date())

    output.posts = sorted(
        (post for post in output.posts if is_done(post.person, post.created_at)),
        key=lambda post: int(post.id),
    )
    output.entries = sorted(
        (
            entry
            for entry in output.entries
            if is_done(entry.person, entry.published_at)
        ),
        key=lambda entry: (entry.published_at, entry.number),
    )
    output.presentations = sorted(
        (item for item in output.presentations if is_done(item.by, item.created_at)),
        key=lambda item: (item.event, item.created_at, item.url),
    )
    return output


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


def _snowflake(when: datetime, salt: int) -> str:
    """An id that grows with time, as X's ids do."""
    return str(
        ((int(when.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22) | (salt & 0x3FFFFF)
    )


def _post(
    rng: Random, person: Person, when: datetime, text: str, tags: tuple[str, ...],
    *, kind: str = "original", parent: str | None = None, link: str | None = None,
    event: int | None = None,
) -> Post:  # fmt: skip
    """A post; rising people are liked more, a few posts go round."""
    fame = {"casual": 1.0, "regular": 1.6, "rising": 4.0}[person.nature]
    likes = 0 if kind == "retweeted" else heavy_tail(rng, 2.2 * fame, 1.5)
    body = text + "".join(f" #{tag}" for tag in tags) + (f" {link}" if link else "")
    return Post(
        id=_snowflake(when, person.index * 977 + rng.randrange(400)),
        person=person.index,
        created_at=when.replace(microsecond=when.microsecond // 1000 * 1000),
        text=body,
        tags=tags,
        link=link,
        kind=kind,
        parent=parent,
        likes=min(likes, 4_000),
        reposts=min(likes, 4_000) // 5,
        replies=min(likes, 4_000) // 9,
        quotes=min(likes, 4_000) // 25,
        event=event,
        deleted_on=(when + timedelta(days=rng.randint(1, 6))).date()
        if rng.random() < 0.015
        else None,
    )


def _announce(people: list[Person], event: Event, output: Output) -> None:
    """The bot repeats every new event."""
    bot = next((person for person in people[:400] if person.kind == "bot"), None)
    if bot and bot.joined_at < event.published_at:
        rng = stream(event.number, POSTS, 7)
        output.posts.append(
            _post(
                rng,
                bot,
                event.published_at + timedelta(minutes=4),
                f"新着: {event.title}",
                ("tsunagari",),
                link=event.url,
                event=event.number,
            )  # fmt: skip
        )


def _around_event(
    seed: int,
    people: list[Person],
    event: Event,
    rows: list[Registration],
    output: Output,
) -> None:
    """Posts during the event, answers to them, then reports and slides."""
    rng = stream(seed, POSTS, event.number)
    tags = (
        ("tsunagari",)
        if event.group.index == 0
        else ("tsunagari", event.group.hash_tag)
    )
    length = (event.ended_at - event.started_at).total_seconds()
    thread: list[Post] = []
    crowd = [people[row.person] for row in rows]
    on_x = [person for person in crowd if person.x_username]
    for person in on_x:
        if (
            rng.random()
            > {"casual": 0.35, "regular": 0.5, "rising": 0.8}[person.nature]
        ):
            continue
        for _ in range(1 + int(rng.expovariate(1.0))):
            when = event.started_at + timedelta(seconds=length * rng.uniform(0, 1.3))
            text = f"{event.title} {rng.choice(names.REMARKS)}"
            if rng.random() < 0.25:
                text = (
                    f"{KEYWORD} {rng.choice(names.REMARKS)} {rng.choice(names.TOPICS)}"
                )
            thread.append(_post(rng, person, when, text, tags, event=event.number))
    answers: list[Post] = []
    for person in on_x:
        for _ in range(int(rng.expovariate(1 / 2.2)) if thread else 0):
            answers.append(
                _answer(rng, people, person, rng.choice(thread), tags, event)
            )
    output.posts += thread + answers
    for row in rows:
        _report(rng, people[row.person], row, event, output)


def _answer(
    rng: Random, people: list[Person], person: Person, parent: Post,
    tags: tuple[str, ...], event: Event,
) -> Post:  # fmt: skip
    """A repost, a quotation or a reply, within a day."""
    when = parent.created_at + timedelta(minutes=2 + rng.expovariate(1 / 240))
    author = people[parent.person].x_username
    kind = rng.choice(("retweeted", "retweeted", "quoted", "replied_to"))
    if kind == "retweeted":
        text, tags = f"RT @{author}: {parent.text}", parent.tags
        post = _post(
            rng, person, when, text, (), kind=kind, parent=parent.id, event=event.number
        )
        return _with_tags(post, tags)
    if kind == "quoted":
        text = f"まさに。{rng.choice(names.REMARKS)}"
        return _post(
            rng,
            person,
            when,
            text,
            tags[:1],
            kind=kind,
            parent=parent.id,
            event=event.number,
        )
    text = f"@{author} {rng.choice(names.REMARKS)}"
    tags = tags[:1] if rng.random() < 0.6 else ()
    return _post(
        rng, person, when, text, tags, kind=kind, parent=parent.id, event=event.number
    )


def _with_tags(post: Post, tags: tuple[str, ...]) -> Post:
    """A repost has the tags of the text it repeats."""
    values = {name: getattr(post, name) for name in Post.__slots__}
    return Post(**{**values, "tags": tags})


def _report(
    rng: Random, person: Person, row: Registration, event: Event, output: Output
) -> None:
    """Slides of those on stage, reports of the audience; the host links them."""
    on_stage = row.role in ("speaker", "lt")
    wants = (
        0.75
        if on_stage
        else {"casual": 0.1, "regular": 0.25, "rising": 0.5}[person.nature]
    )
    if rng.random() > wants:
        return
    is_slide = on_stage and (person.blog == "speakerdeck" or person.blog is None)
    if person.blog is None:
        if on_stage and event.kind != "users":
            who = person.nickname or person.portal_id
            url = f"https://speakerdeck.com/{who}/{event.number}"
            name = f"{rng.choice(names.TOPICS)}の実践"
            when = event.ended_at + timedelta(hours=rng.uniform(0.2, 40))
            output.presentations.append(
                Presentation(
                    event.number, person.index, person.index, url, name, "slide", when
                )
            )
        return
    when = event.ended_at + timedelta(hours=rng.uniform(1, 30 if is_slide else 200))
    title = f"{event.title} 登壇資料" if on_stage else f"{event.title} に参加しました"
    entry = _entry(
        rng, person, event.number * 100_000 + person.index % 100_000, when, title, event
    )
    output.entries.append(entry)
    if event.kind != "users" and (on_stage or rng.random() < 0.5):
        output.presentations.append(
            Presentation(
                event=event.number,
                by=person.index,
                presenter=person.index if on_stage else None,
                url=entry_url(person, entry),
                name=title,
                kind="slide"
                if is_slide
                else "movie"
                if rng.random() < 0.06
                else "blog",
                created_at=when + timedelta(hours=rng.uniform(0.1, 20)),
            )
        )


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


def _rhythm(
    rng: Random, person: Person, a_month: float, now: datetime
) -> Iterator[datetime]:
    """Moments at a person's own pace until they leave, seldom at night."""
    moment = person.joined_at
    while True:
        moment += timedelta(days=rng.expovariate(a_month / 30))
        hour = int(rng.triangular(7, 24, 21))
        when = moment.replace(
            hour=hour, minute=rng.randrange(60), second=rng.randrange(60)
        )
        if moment > now + timedelta(days=1) or not person.active_on(when.date()):
            return
        if when > person.joined_at:
            yield when


def _own_posts(seed: int, person: Person, now: datetime) -> Iterator[Post]:
    rng = stream(seed, POSTS, (1 << 32) + person.index)
    pace = POSTS_A_MONTH[person.nature] * (1.6 if person.kind == "x" else 1.0)
    for when in _rhythm(rng, person, pace, now):
        topic, remark = rng.choice(names.TOPICS), rng.choice(names.REMARKS)
        if rng.random() < 0.3:
            yield _post(rng, person, when, f"{KEYWORD}の{topic}、{remark}", ())
        else:
            yield _post(rng, person, when, f"{topic}の話。{remark}", ("tsunagari",))


def _own_entries(seed: int, person: Person, now: datetime) -> Iterator[Entry]:
    rng = stream(seed, BLOG, person.index)
    for place, when in enumerate(
        _rhythm(rng, person, ENTRIES_A_MONTH[person.nature], now)
    ):
        done = rng.choice(("試した", "半年続けた", "見直した", "始めた"))
        title = f"{rng.choice(names.TOPICS)}を{done}話"
        yield _entry(
            rng, person, 10**12 + person.index * 1_000 + place, when, title, None
        )
