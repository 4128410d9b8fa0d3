"""What Zoom's API lands: three raw tables, ids and times as text.

Left out on purpose: addresses and telephone numbers of registrants, and links by which
a registrant joins (whoever has one is taken for that person).
"""

from sources._base.source import Table

MEETINGS = Table(
    name="meetings",
    key=("uuid",),
    columns={
        "uuid": "text",
        "id": "text",
        "type": "bigint",
        "topic": "text",
        "listed_for": "text",
        "user_name": "text",
        "user_email": "text",
        "start_time": "text",
        "end_time": "text",
        "duration": "bigint",
        "total_minutes": "bigint",
        "participants_count": "bigint",
    },
    personal={
        "topic": "refs",
        "listed_for": "host.email",
        "user_name": "host.name",
        "user_email": "host.email",
    },
    description="Finished instances of meetings and webinars: a number (id) that was"
    " used several times has several uuids. duration is in minutes.",
)
PARTICIPANTS = Table(
    name="participants",
    key=("meeting_uuid", "user_id", "name", "join_time", "status"),
    columns={
        "meeting_uuid": "text",
        "id": "text",
        "user_id": "text",
        "participant_user_id": "text",
        "name": "text",
        "user_email": "text",
        "join_time": "text",
        "leave_time": "text",
        "duration": "bigint",
        "status": "text",
        "failover": "bool",
        "customer_key": "text",
        "registrant_id": "text",
        "internal_user": "bool",
    },
    personal={
        "id": "id",
        "participant_user_id": "id",
        "name": "name_id",
        "user_email": "email",
        "customer_key": "id",
        "registrant_id": "id",
    },
    description="One row for every time somebody joined; duration is in seconds,"
    " status in_meeting or in_waiting_room.",
)
REGISTRANTS = Table(
    name="registrants",
    key=("meeting_id", "id"),
    columns={
        "meeting_id": "text",
        "id": "text",
        "email": "text",
        "first_name": "text",
        "last_name": "text",
        "org": "text",
        "job_title": "text",
        "industry": "text",
        "status": "text",
        "create_time": "text",
        "custom_questions": "json",
    },
    personal={
        "id": "id",
        "email": "email",
        "first_name": "name",
        "last_name": "name",
        "org": "job",
        "job_title": "job",
        "custom_questions": "answers",
    },
    description="Who registered for a meeting or webinar (by its number); status is"
    " approved, pending or denied, custom_questions a list of {question, answer}.",
)
TABLES = (MEETINGS, PARTICIPANTS, REGISTRANTS)
