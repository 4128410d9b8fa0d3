"""What connpass lands: six raw tables, ids and times as text, only answers nested.

Left out on purpose: HTML descriptions of events and groups (hundreds of kB, and they
hold people's addresses) and image URLs (they expire). Of a description only the pages
of other event platforms are kept (mentioned_urls).
"""

from sources._base.source import Table

EVENTS = Table(
    name="events",
    key=("id",),
    columns={
        "id": "text",
        "title": "text",
        "catch": "text",
        "url": "text",
        "hash_tag": "text",
        "started_at": "text",
        "ended_at": "text",
        "published_at": "text",
        "capacity": "bigint",
        "event_type": "text",
        "open_status": "text",
        "group_id": "text",
        "group_subdomain": "text",
        "group_title": "text",
        "address": "text",
        "place": "text",
        "lat": "text",
        "lon": "text",
        "owner_id": "text",
        "owner_nickname": "text",
        "owner_display_name": "text",
        "accepted": "bigint",
        "waiting": "bigint",
        "updated_at": "text",
        "mentioned_urls": "text",
    },
    personal={
        "title": "refs",
        "catch": "refs",
        "owner_id": "owner.id",
        "owner_nickname": "owner.id",
        "owner_display_name": "owner.name",
        "mentioned_urls": "refs",
    },
    description="Events of the configured groups; accepted and waiting are counts of"
    " applications, capacity is the platform's `limit`.",
)
PRESENTATIONS = Table(
    name="presentations",
    key=("event_id", "url", "user_nickname"),
    columns={
        "event_id": "text",
        "url": "text",
        "name": "text",
        "presentation_type": "text",
        "user_id": "text",
        "user_nickname": "text",
        "presenter_id": "text",
        "presenter_nickname": "text",
        "created_at": "text",
    },
    personal={
        "url": "presenter.url",
        "name": "presenter.text",
        "user_id": "id",
        "user_nickname": "id",
        "presenter_id": "presenter.id",
        "presenter_nickname": "presenter.id",
    },
    description="Slides, movies and blog posts of an event: user added it, presenter"
    " spoke (may be absent).",
)
GROUPS = Table(
    name="groups",
    key=("id",),
    columns={
        "id": "text",
        "subdomain": "text",
        "title": "text",
        "sub_title": "text",
        "url": "text",
        "website_url": "text",
        "website_name": "text",
        "twitter_username": "text",
        "facebook_url": "text",
        "member_users_count": "bigint",
    },
    personal={
        "twitter_username": "refs",
        "facebook_url": "refs",
        "website_url": "refs",
    },
    description="The configured groups.",
)
USERS = Table(
    name="users",
    key=("id", "nickname"),
    columns={
        "id": "text",
        "nickname": "text",
        "display_name": "text",
        "description": "text",
        "url": "text",
        "created_at": "text",
        "attended_event_count": "bigint",
        "organize_event_count": "bigint",
        "presenter_event_count": "bigint",
        "bookmark_event_count": "bigint",
    },
    personal={
        "id": "id",
        "nickname": "id",
        "display_name": "name",
        "description": "text",
        "url": "links",
    },
    # They move with events anywhere on connpass; a profile did not change for that.
    volatile=(
        "attended_event_count",
        "organize_event_count",
        "presenter_event_count",
        "bookmark_event_count",
    ),
    description="Profiles of known nicknames; one id with two nicknames was renamed.",
)
USER_EVENTS = Table(
    name="user_events",
    key=("nickname", "relation", "event_id"),
    columns={
        "nickname": "text",
        "relation": "text",
        "event_id": "text",
        "event_title": "text",
        "event_url": "text",
        "started_at": "text",
        "ended_at": "text",
        "open_status": "text",
        "group_id": "text",
        "group_subdomain": "text",
        "group_title": "text",
    },
    personal={
        "nickname": "id",
    },
    description="Events a known nickname attended or presented at (relation), anywhere"
    " on connpass, as far as the person shows it.",
)
PARTICIPANTS = Table(
    name="participants",
    key=("event_id", "reception_no"),
    columns={
        "event_id": "text",
        "reception_no": "text",
        "ticket": "text",
        "nickname": "text",
        "display_name": "text",
        "member_since": "text",
        "comment": "text",
        "status": "text",
        "attendance": "text",
        "attended_at": "text",
        "answers": "json",
        "updated_at": "text",
    },
    personal={
        "nickname": "id",
        "display_name": "name",
        "comment": "text",
        "answers": "answers",
    },
    description="Applications from the organiser's participants CSV: one row per"
    " application (a person who cancels and applies again has two). answers: list of"
    " {question, answer} in the order of the form.",
)
TABLES = (PARTICIPANTS, EVENTS, PRESENTATIONS, GROUPS, USERS, USER_EVENTS)
