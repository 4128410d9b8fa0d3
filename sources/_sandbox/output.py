"""What people publish: posts on X, articles and slides, documents on event pages."""

from dataclasses import dataclass, field
from datetime import datetime

from sources._sandbox import articles, posts
from sources._sandbox.model import (
    Entry,
    Event,
    Person,
    Post,
    Presentation,
    Registration,
)
from sources._sandbox.streams import BLOG, stream


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
    registrations: list[Registration],
    attended: dict[int, list[Registration]],
    now: datetime,
) -> Output:
    """All output up to `now`; a later `now` adds to it and changes nothing."""
    output = Output()
    by_number = {event.number: event for event in events}
    for event in events:
        rows = attended.get(event.number, [])
        if event.kind != "users" and event.published_at <= now:
            output.posts.extend(posts.announcements(people, event))
        if event.started_at > now or event.cancelled_at is not None:
            continue
        output.posts.extend(posts.event_posts(seed, people, event, rows))
        rng = stream(seed, BLOG, (1 << 40) + event.number)
        for row in rows:
            entry, linked = articles.report(rng, people[row.person], row, event)
            if entry:
                output.entries.append(entry)
            if linked and event.kind != "users":
                output.presentations.append(linked)
    for row in registrations:
        person = people[row.person]
        if person.x_username:
            event = by_number[row.event]
            output.posts.extend(posts.look_forward(seed, person, row, event))
    for person in people:
        if person.x_username and person.kind != "bot":
            output.posts.extend(posts.own_posts(seed, person, now))
        if person.blog:
            output.entries.extend(articles.own_entries(seed, person, now))

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
