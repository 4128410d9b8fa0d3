"""Posts on X: around events, at people's own pace, and a bot's."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sources._sandbox import names
from sources._sandbox.model import Event, Person, Post, Registration
from sources._sandbox.streams import POSTS, heavy_tail, stream

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
KEYWORD = "ツナガリ会"
# Posts a month outside of events, by nature.
POSTS_A_MONTH = {"casual": 0.12, "regular": 0.38, "rising": 0.95}
SPEAKS_UP = {"casual": 0.35, "regular": 0.5, "rising": 0.8}


def announcements(people: list[Person], event: Event) -> Iterator[Post]:
    """The bot repeats every new event."""
    bot = next((person for person in people[:400] if person.kind == "bot"), None)
    if bot and bot.joined_at < event.published_at:
        rng = stream(event.number, POSTS, 7)
        when = event.published_at + timedelta(minutes=4)
        text, tags = f"新着: {event.title}", ("tsunagari",)
        yield _post(rng, bot, when, text, tags, link=event.url, event=event.number)


def look_forward(
    seed: int, person: Person, row: Registration, event: Event
) -> Iterator[Post]:
    """In the days before the event: see you there."""
    rng = stream(seed, POSTS, (1 << 33) + row.number)
    if rng.random() > (0.6 if event.kind == "conference" else 0.2):
        return
    when = event.started_at - timedelta(days=rng.random() * 6)
    when = max(when, row.registered_at + timedelta(minutes=5))
    if event.cancelled_at is None and when < event.started_at:
        text = f"{event.title} に参加します。楽しみ！"
        tags = ("tsunagari",)
        yield _post(rng, person, when, text, tags, link=event.url, event=event.number)


def event_posts(
    seed: int, people: list[Person], event: Event, rows: list[Registration]
) -> list[Post]:
    """Posts during the event and the answers to them, within a day or so."""
    rng = stream(seed, POSTS, event.number)
    own = event.group.hash_tag
    tags = ("tsunagari",) if event.group.index == 0 else ("tsunagari", own)
    length = (event.ended_at - event.started_at).total_seconds()
    thread: list[Post] = []
    on_x = [people[row.person] for row in rows if people[row.person].x_username]
    for person in on_x:
        if rng.random() > SPEAKS_UP[person.nature]:
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
        for _ in range(int(rng.expovariate(1 / 1.5)) if thread else 0):
            answers.append(
                _answer(rng, people, person, rng.choice(thread), tags, event)
            )
    return thread + answers


def own_posts(seed: int, person: Person, now: datetime) -> Iterator[Post]:
    """What a person posts at their own pace."""
    rng = stream(seed, POSTS, (1 << 32) + person.index)
    pace = POSTS_A_MONTH[person.nature] * (1.6 if person.kind == "x" else 1.0)
    for when in rhythm(rng, person, pace, now):
        topic, remark = rng.choice(names.TOPICS), rng.choice(names.REMARKS)
        if rng.random() < 0.3:
            yield _post(rng, person, when, f"{KEYWORD}の{topic}、{remark}", ())
        else:
            yield _post(rng, person, when, f"{topic}の話。{remark}", ("tsunagari",))


def rhythm(
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


def _snowflake(when: datetime, salt: int) -> str:
    """An id that grows with time, as X's ids do."""
    return str(
        ((int(when.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22) | (salt & 0x3FFFFF)
    )
