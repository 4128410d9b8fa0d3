"""What EventHub lands: two raw tables, ids and times as text."""

from sources._base.source import Table

EVENTS = Table(
    name="events",
    key=("event_key",),
    columns={
        "event_key": "text",
        "title": "text",
        "started_at": "text",
        "ended_at": "text",
        "url": "text",
        "place": "text",
        "mentioned_urls": "text",
    },
    personal={
        "title": "refs",
        "mentioned_urls": "refs",
    },
    description="The configured events; mentioned_urls are the event pages that the"
    " description names.",
)
USERS = Table(
    name="users",
    key=("event_key", "user_id"),
    columns={
        "event_key": "text",
        "user_id": "text",
        "email": "text",
        "last_name": "text",
        "first_name": "text",
        "name": "text",
        "last_name_kana": "text",
        "first_name_kana": "text",
        "company": "text",
        "department": "text",
        "job_title": "text",
        "user_type": "text",
        "registration_type": "text",
        "ticket_id": "text",
        "status": "text",
        "participation": "text",
        "created_at": "text",
        "updated_at": "text",
        "cancelled_at": "text",
        "custom_fields": "json",
    },
    personal={
        "user_id": "id",
        "email": "email",
        "last_name": "name",
        "first_name": "name",
        "name": "name",
        "last_name_kana": "name",
        "first_name_kana": "name",
        "company": "job",
        "department": "job",
        "job_title": "job",
        "custom_fields": "fields",
    },
    description="Users registered for an event; status, participation and user_type in"
    " our words where fields.yaml explains them, custom_fields a list of {question,"
    " answer}.",
)
TABLES = (EVENTS, USERS)
