"""One small file for every map and every generation of its header, in `files/`.

The people in them are invented.
"""

from dataclasses import dataclass
from pathlib import Path

FILES = Path(__file__).parent / "files"


@dataclass(frozen=True)
class Sample:
    """A file. counts: rows that land by kind; extra: it may get one more column."""

    map: str
    path: str
    counts: dict[str, int]
    extra: bool = True  # in a survey one more column is one more question

    @property
    def source(self) -> str:
        return self.path.split("/")[0]

    @property
    def text(self) -> str:
        return (FILES / self.path).read_text(encoding="utf-8")


SAMPLES = (
    Sample(
        "attendees",
        "peatix/event_4100001_attendees.csv",
        {"accounts": 4, "registrations": 4},
    ),
    Sample(
        "attendees", "peatix/4100002/export.csv", {"accounts": 3, "registrations": 3}
    ),
    Sample("orders", "peatix/4100001/list_sales.csv", {"accounts": 2}),
    Sample(
        "attendees",
        "techplay/event-attendee-960001.csv",
        {"accounts": 4, "registrations": 4},
    ),
    Sample(
        "attendees",
        "eventregist/51001/attendees.csv",
        {"accounts": 3, "registrations": 3},
    ),
    Sample("orders", "eventregist/51001/orders.csv", {"accounts": 2}),
    Sample(
        "attendees", "doorkeeper/event_180001.csv", {"accounts": 2, "registrations": 2}
    ),
    Sample(
        "attendees",
        "doorkeeper/180002/attendees.csv",
        {"accounts": 2, "registrations": 2},
    ),
    Sample("users", "eventhub/event_2001.csv", {"accounts": 2, "registrations": 2}),
    Sample(
        "members",
        "portal/commmune/members.csv",
        {"accounts": 2, "affiliations": 1, "referrals": 1},
    ),
    Sample("members", "portal/osiro/export.csv", {"accounts": 1}),
    Sample("activity", "portal/commmune/activity.csv", {"activities": 5}),
    Sample("posts", "portal/coorum/posts.csv", {"activities": 2}),
    Sample("comments", "portal/coorum/comments.csv", {"activities": 1}),
    Sample("events", "portal/coorum/events.csv", {"events": 1}),
    Sample("participants", "portal/coorum/participants.csv", {"registrations": 2}),
    Sample("answers", "portal/coorum/答え.csv", {"survey_responses": 3}, extra=False),
    Sample(
        "google",
        "forms/connpass_374877_アンケート.csv",
        {"accounts": 1, "survey_responses": 5},
        extra=False,
    ),
    Sample(
        "google",
        "forms/peatix_4100001/sheet.csv",
        {"accounts": 2, "survey_responses": 4},
        extra=False,
    ),
    Sample(
        "microsoft",
        "forms/connpass_374878_アンケート(1-2).csv",
        {"accounts": 1, "survey_responses": 3},
        extra=False,
    ),
    Sample(
        "microsoft",
        "forms/Survey.csv",
        {"accounts": 1, "survey_responses": 1},
        extra=False,
    ),
    Sample("questant", "forms/questant.csv", {"survey_responses": 3}, extra=False),
    Sample("posts", "facebook/posts.csv", {"accounts": 2, "activities": 2}),
    Sample("members", "facebook/members.csv", {"accounts": 2, "activities": 2}),
    Sample("posts", "x/posts.csv", {"accounts": 2, "activities": 2}),
    Sample(
        "certificates", "inhouse/certificates.csv", {"accounts": 1, "certifications": 2}
    ),
    Sample(
        "certificates",
        "inhouse/certificates_en.csv",
        {"accounts": 1, "certifications": 1},
    ),
    Sample("hires", "inhouse/hires.csv", {"hires": 2}),
    Sample("costs", "inhouse/costs.csv", {"costs": 2}),
    Sample("media_mentions", "inhouse/media.csv", {"media_mentions": 1}),
    Sample("targets", "inhouse/targets.csv", {"targets": 2}),
    Sample("contracts", "inhouse/contracts.csv", {"contracts": 2, "companies": 1}),
    Sample("labels", "inhouse/labels.csv", {"labels": 2, "accounts": 2}),
    Sample("referrals", "inhouse/referrals.csv", {"referrals": 1, "accounts": 1}),
    Sample("events", "inhouse/events.csv", {"events": 2}),
)
