"""What Doorkeeper's API lands: two raw tables, ids and times as text.

Left out on purpose: descriptions (HTML that holds people's names and addresses; only
the event pages it names are kept), banners and logos (their addresses expire).
"""

from sources._base.source import Table

EVENTS = Table(
    name="events",
    key=("id",),
    columns={
        "id": "text",
        "title": "text",
        "public_url": "text",
        "starts_at": "text",
        "ends_at": "text",
        "published_at": "text",
        "updated_at": "text",
        "venue_name": "text",
        "address": "text",
        "lat": "text",
        "long": "text",
        "group_id": "text",
        "ticket_limit": "bigint",
        "participants": "bigint",
        "waitlisted": "bigint",
        "mentioned_urls": "text",
    },
    personal={
        "title": "refs",
        "mentioned_urls": "refs",
    },
    description="Events of the configured groups; participants and waitlisted are the"
    " platform's counts, mentioned_urls the event pages its description names.",
)
GROUPS = Table(
    name="groups",
    key=("id",),
    columns={
        "id": "text",
        "configured_as": "text",
        "name": "text",
        "country_code": "text",
        "public_url": "text",
        "members_count": "bigint",
    },
    description="The configured groups; configured_as is the name in the settings.",
)
TABLES = (EVENTS, GROUPS)
