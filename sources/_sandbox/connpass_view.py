"""The community as connpass shows it: events, groups, users, documents."""

from datetime import datetime
from typing import Any

from sources._sandbox.community import Community
from sources._sandbox.habits import link_to_x
from sources._sandbox.model import Event, Group, Person, Presentation, Registration
from sources._sandbox.view import has_withdrawn, jst, nickname_on, status_at

IMAGES = "https://media.connpass.com/thumbs/sandbox"


class ConnpassView:
    """Indexes of what is public, and the shape of each record."""

    def __init__(self, community: Community) -> None:
        self.now = community.now
        self._today = community.today
        self._people = community.people
        self._owners = community.owners
        bots = (one.x_username for one in community.people if one.kind == "bot")
        self._team = next(bots, None)  # announces the events
        self.groups = {group.subdomain: group for group in community.groups}
        self.events = {
            event.number: event for event in community.events if event.kind != "users"
        }
        self.nicknames = {
            nickname_on(person, self._today) or "": person
            for person in community.known_people()
            if person.nickname and not has_withdrawn(person, self._today)
        }
        self._rows: dict[int, list[Registration]] = {}
        self._by_person: dict[int, list[Registration]] = {}
        self._group_members: dict[int, set[int]] = {}
        for row in community.registrations:
            if row.platform == "connpass":
                self._rows.setdefault(row.event, []).append(row)
                self._by_person.setdefault(row.person, []).append(row)
                group = self.events[row.event].group.index
                self._group_members.setdefault(group, set()).add(row.person)
        self.documents: dict[int, list[Presentation]] = {}
        self.presented: dict[int, set[int]] = {}
        for item in community.presentations:
            self.documents.setdefault(item.event, []).append(item)
            if item.presenter is not None:
                self.presented.setdefault(item.presenter, set()).add(item.event)
        self._organised: dict[int, int] = {}
        for number in self.events:
            owner = self._owners[number]
            self._organised[owner] = self._organised.get(owner, 0) + 1

    def applied(self, person: Person) -> set[int]:
        """The events for which the person applied, if that is public."""
        if person.hides_participation:
            return set()
        return {row.event for row in self._by_person.get(person.index, [])}

    def joined(self, person: Person) -> list[Event]:
        """The events in which the person took part, the latest first."""
        found = {}
        for row in self._by_person.get(person.index, []):
            event = self.events[row.event]
            is_over = event.started_at <= self.now and not self.is_cancelled(event)
            if is_over and status_at(row, event, self.now) == "accepted":
                found[event.number] = event
        return sorted(found.values(), key=lambda event: event.started_at, reverse=True)

    def is_cancelled(self, event: Event) -> bool:
        """Whether the organiser has called the event off by now."""
        return event.cancelled_at is not None and event.cancelled_at <= self.now

    def updated_at(self, event: Event) -> datetime:
        """The organiser's last edit; people who join or leave do not move it."""
        edits = (
            event.published_at,
            event.edited_at,
            event.cancelled_at,
            event.ended_at,
        )
        return max(edit for edit in edits if edit is not None and edit <= self.now)

    def owner_nickname(self, event: Event) -> str:
        """The nickname of the event's owner."""
        return self._nickname(self._people[self._owners[event.number]])

    def _nickname(self, person: Person) -> str:
        return nickname_on(person, self._today) or ""

    def event(self, event: Event) -> dict[str, Any]:
        """A record of /events/."""
        rows = self._rows.get(event.number, [])
        states = [status_at(row, event, self.now) for row in rows]
        owner = self._people[self._owners[event.number]]
        status = "close" if event.started_at <= self.now else "open"
        return {
            "id": event.number,
            "title": event.title,
            "catch": f"{event.group.working_group}のみなさんと学ぶ",
            "description": f"<h2>概要</h2><p>{event.title}を開催します。</p>"
            "<p>お問い合わせ: info@tsunagari-vendor.example</p>",
            "url": event.url,
            "image_url": f"{IMAGES}/{event.number}.png",
            "hash_tag": event.group.hash_tag,
            "started_at": jst(event.started_at),
            "ended_at": jst(event.ended_at),
            "published_at": jst(event.published_at),
            "limit": event.limit,
            "event_type": "participation",
            "open_status": "cancelled" if self.is_cancelled(event) else status,
            "group": {
                "id": event.group.group_id,
                "subdomain": event.group.subdomain,
                "title": event.group.title,
                "url": f"https://{event.group.subdomain}.connpass.com/",
            },
            "address": event.address or None,
            "place": event.place or None,
            "lat": event.lat,
            "lon": event.lon,
            "owner_id": owner.connpass_id,
            "owner_nickname": self._nickname(owner),
            "owner_display_name": owner.display_name,
            "accepted": states.count("accepted"),
            "waiting": states.count("waitlisted"),
            "updated_at": jst(self.updated_at(event)),
        }

    def presentation(self, item: Presentation) -> dict[str, Any]:
        """A record of /events/{id}/presentations/."""
        by = self._people[item.by]
        presenter = None if item.presenter is None else self._people[item.presenter]
        return {
            "user": {"id": by.connpass_id, "nickname": self._nickname(by)},
            "url": item.url,
            "name": item.name,
            "presenter": presenter
            and {"id": presenter.connpass_id, "nickname": self._nickname(presenter)},
            "presentation_type": item.kind,
            "created_at": jst(item.created_at),
        }

    def group(self, group: Group) -> dict[str, Any]:
        """A record of /groups/."""
        main = group.index == 0
        return {
            "id": group.group_id,
            "subdomain": group.subdomain,
            "title": group.title,
            "sub_title": "ツナガリを使う人の集まり",
            "url": f"https://{group.subdomain}.connpass.com/",
            "description": f"<p>{group.title}です。</p>",
            "owner_text": "ツナガリ製品株式会社",
            "image_url": f"{IMAGES}/{group.subdomain}.png",
            "website_url": "https://www.tsunagari-vendor.example/",
            "website_name": "ツナガリ",
            "twitter_username": group.hash_tag[:15],
            "facebook_url": "https://www.facebook.com/example" if main else None,
            "member_users_count": len(self._group_members.get(group.index, ())),
        }

    def user(self, person: Person) -> dict[str, Any]:
        """A record of /users/; a third of the profiles link the X account."""
        nickname = self._nickname(person)
        words = [person.jobs[0].department]
        handle = link_to_x(person, "connpass", self._team) if person.links_x else None
        if handle:
            words.append(f"http://twitter.com/{handle}")
        has_image = person.index % 3 == 0
        return {
            "id": person.connpass_id,
            "nickname": nickname,
            "display_name": person.display_name,
            "description": "\n".join(words) if person.index % 4 else None,
            "url": f"https://connpass.com/user/{nickname}/",
            "image_url": f"{IMAGES}/u{person.index}.png" if has_image else None,
            "created_at": jst(person.joined_at),
            "attended_event_count": len(self.joined(person)),
            "organize_event_count": self._organised.get(person.index, 0),
            "presenter_event_count": len(self.presented.get(person.index, ())),
            "bookmark_event_count": person.index % 7,
        }
