"""The nine kinds of file: columns, required ones, keys. All values are text in raw."""

from dataclasses import dataclass

from sources._base.source import Table


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
        return Table(
            name=self.name,
            key=self.key,
            columns={**dict.fromkeys(self.columns, "text"), "extra": "json"},
            description=self.description,
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
)
TABLES = tuple(kind.table() for kind in KINDS)

# Of one kind though a required column may be empty in a row: the two are required in
# the header, a row without a value is judged in staging (an event without a start).
MAY_BE_EMPTY = frozenset({("events", "started_at"), ("labels", "date")})


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
