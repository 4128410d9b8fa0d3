"""The kinds of rows a file can hold: columns, required ones, keys. All text in raw."""

from dataclasses import dataclass

from sources._base.personal import of_file
from sources._base.source import ColumnType, Table


@dataclass(frozen=True)
class FileKind:
    """One kind of file; it is recognised by its columns, never by its name."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    key: tuple[str, ...]
    description: str

    @property
    def columns(self) -> tuple[str, ...]:
        return self.required + self.optional

    def table(self) -> Table:
        """Returns the raw table; columns the contract does not know go to `extra`."""
        columns: dict[str, ColumnType] = {
            **dict.fromkeys(self.columns, "text"),
            "extra": "json",
        }
        return Table(
            name=self.name,
            key=self.key,
            columns=columns,
            description=self.description,
            personal=of_file(self.name, columns),
            skip_unchanged=False,  # a file is known by its content, whole
        )


KINDS = (
    FileKind(
        name="accounts",
        required=("source", "account_id"),
        optional=(
            "handle",
            "name",
            "name_kana",
            "email",
            "email_verified",
            "company",
            "department",
            "title",
            "prefecture",
            "profile_urls",
            "first_seen_at",
            "is_bot",
            "is_internal",
            "email_consent",
            "email_purpose",
        ),
        key=("source", "account_id"),
        description="One account at one source.",
    ),
    FileKind(
        name="events",
        required=("source", "event_id", "title", "started_at"),
        optional=(
            "ended_at",
            "timezone",
            "format",
            "place",
            "prefecture",
            "prefecture_code",
            "working_group",
            "hashtag",
            "url",
            "capacity",
            "accepted_reported",
            "attended_reported",
            "attendance_target",
            "cost_jpy",
            "status",
            "mentioned_urls",
        ),
        key=("source", "event_id"),
        description="One event.",
    ),
    FileKind(
        name="registrations",
        required=("source", "event_id", "account_id"),
        optional=(
            "status",
            "role",
            "registered_at",
            "cancelled_at",
            "attended",
            "attended_at",
            "minutes",
            "referrer_account_id",
            "timezone",
        ),
        key=("source", "event_id", "account_id"),
        description="One person's registration for one event, in one role.",
    ),
    FileKind(
        name="activities",
        required=("source", "activity_id", "account_id", "activity_type"),
        optional=(
            "occurred_at",
            "timezone",
            "event_id",
            "object_key",
            "url",
            "title",
            "parent_activity_id",
            "reactions",
            "impressions",
            "group",
        ),
        key=("source", "activity_id"),
        description="One thing an account did.",
    ),
    FileKind(
        name="companies",
        required=("company_id", "name"),
        optional=(
            "corporate_number",
            "domain",
            "industry",
            "is_customer",
            "contract_status",
            "products",
        ),
        key=("company_id",),
        description="One company.",
    ),
    FileKind(
        name="affiliations",
        required=("source", "account_id", "company"),
        optional=("valid_from", "valid_to"),
        key=("source", "account_id", "company", "valid_from"),
        description="Where an account's person worked, and when.",
    ),
    FileKind(
        name="links",
        required=("source_a", "account_id_a", "source_b", "account_id_b", "evidence"),
        optional=("n",),
        key=("source_a", "account_id_a", "source_b", "account_id_b", "evidence"),
        description="Two accounts seen to act as one; n is how often.",
    ),
    FileKind(
        name="deals",
        required=("deal_id", "company_id"),
        optional=(
            "amount",
            "currency",
            "stage",
            "created_date",
            "closed_date",
            "is_won",
        ),
        key=("deal_id",),
        description="One CRM opportunity.",
    ),
    FileKind(
        name="labels",
        required=("source", "date", "label"),
        optional=("account_id", "handle", "email", "name", "is_date_lower_bound"),
        key=("source", "date", "label", "account_id", "handle", "email", "name"),
        description="A dated list of named people: ambassadors, committee members.",
    ),
    FileKind(
        name="survey_responses",
        required=("source", "response_id", "question", "answer"),
        optional=(
            "question_id",
            "question_kind",  # nps, csat, choice, text
            "scale_max",
            "event_id",
            "event_source",  # the event's platform, where it is not the survey's
            "survey_id",
            "account_id",
            "handle",
            "email",
            "name",
            "submitted_at",
            "timezone",
        ),
        key=("source", "survey_id", "event_id", "response_id", "question_id"),
        description="One answer to one question of a survey.",
    ),
    FileKind(
        name="contracts",
        required=("contract_id", "company_id"),
        optional=(
            "company",
            "corporate_number",
            "product",
            "is_cloud",
            "start_date",
            "end_date",
            "annual_amount",
            "currency",
            "licences",
            "status",
        ),
        key=("contract_id",),
        description="One contract with a company; the amount is a year's.",
    ),
    FileKind(
        name="certifications",
        required=("certification", "earned_date"),
        optional=(
            "source",
            "account_id",
            "email",
            "name",
            "employee_id",
            "department",
            "expires_date",
            "training_cost",
            "currency",
        ),
        key=(
            *("certification", "earned_date"),
            *("account_id", "email", "employee_id", "name"),
        ),
        description="One certificate that one person earned.",
    ),
    FileKind(
        name="hires",
        required=("hire_id", "hired_date"),
        optional=(
            "source",
            "account_id",
            "email",
            "name",
            "department",
            "channel",
            "referrer_email",
            "is_community",
        ),
        key=("hire_id",),
        description="One person hired, with the channel that recruiting noted.",
    ),
    FileKind(
        name="costs",
        required=("cost_id", "date", "amount"),
        optional=(
            "currency",
            "category",
            "source",
            "event_id",
            "working_group",
            "vendor",
            "note",
        ),
        key=("cost_id",),
        description="One cost of the community: of an event, a training, a production.",
    ),
    FileKind(
        name="media_mentions",
        required=("published_date", "media", "title"),
        optional=(
            "mention_id",
            "url",
            "type",
            "source",
            "account_id",
            "email",
            "name",
            "event_id",
            "reach",
            "production_cost",
            "currency",
        ),
        key=("mention_id", "url", "media", "title", "published_date"),
        description="One article, broadcast or interview about the community.",
    ),
    FileKind(
        name="referrals",
        required=("source", "account_id", "referrer"),
        optional=(
            "referrer_kind",  # account_id, email, handle or name; blank: an @ tells
            "referred_at",
            "event_id",
            "evidence",
            "timezone",
        ),
        key=("source", "account_id", "referrer"),
        description="Who brought a member to the community.",
    ),
    FileKind(
        name="targets",
        required=("metric", "period_start", "target"),
        optional=("period_end", "dimension", "dimension_value", "source", "event_id"),
        key=(
            *("metric", "period_start", "period_end"),
            *("dimension", "dimension_value", "event_id"),
        ),
        description="What is aimed at: a metric's value in a period, or an event's.",
    ),
)
TABLES = tuple(kind.table() for kind in KINDS)

# Required in the header, though a row may leave them empty: staging judges it (an event
# without a start, a question nobody answered).
MAY_BE_EMPTY = frozenset(
    {("events", "started_at"), ("labels", "date"), ("survey_responses", "answer")}
)


def recognise(columns: list[str]) -> FileKind | None:
    """Returns the kind of a file with these columns, None when it is none of ours.

    All required columns must be there; of several kinds the one that knows most of the
    file's columns wins, then the one that requires more.
    """
    present = set(columns)
    fitting = [kind for kind in KINDS if present.issuperset(kind.required)]
    return max(
        fitting,
        key=lambda kind: (len(present.intersection(kind.columns)), len(kind.required)),
        default=None,
    )
