"""The in-house portal's tables as CSV files of the universal import."""

from collections.abc import Iterator
from datetime import date

from sources._sandbox.community import Community
from sources._sandbox.habits import in_kana, in_kanji, link_to_x, names_the_team
from sources._sandbox.model import Event, Person, Registration, grown
from sources._sandbox.view import jst, status_at

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
SHOWN = ("post", "reply", "answer", "slide", "customer_story")  # with an address
ROLES = {"attendee": "attendee", "lt": "lt", "speaker": "speaker", "staff": "staff"}


def portal_files(community: Community) -> dict[str, Table]:
    """File name (without .csv) -> (header, rows), as of the community's day."""
    return {
        "accounts": _accounts(community),
        "events": _events(community),
        "registrations": _registrations(community),
        "activities": _activities(community),
        "companies": _companies(community),
        "affiliations": _affiliations(community),
        "labels": _labels(community),
    }


def _users(community: Community) -> list[Person]:
    return [person for person in community.known_people() if person.portal]


def _accounts(community: Community) -> Table:
    """Kanji names with their reading, addresses, links some people filled in."""
    rows: list[tuple[str, ...]] = []
    today = community.today
    for person in _users(community):
        job = person.job_on(community.today)
        links = []
        if person.nickname and person.index % 3 == 0:
            links.append(f"connpass:{person.nickname}")
        handle = link_to_x(person, "portal", None) if person.index % 4 == 0 else None
        if handle:
            links.append(f"x:{handle}")
        if names_the_team(person, "portal"):
            links.append("youtube:@tsunagari")
        shares_mail = person.index % 29 == 7
        rows.append(
            (
                "portal",
                person.portal_id,
                in_kanji(person, "portal", today).full,
                in_kana(person, today).full if person.index % 5 else "",
                person.private_email if shares_mail else job.email,
                "true" if person.index % 9 else "false",
                community.companies[job.company].name,
                job.department,
                job.title,
                ";".join(links),
                jst(person.joined_at),
                "false",
                "true" if person.is_internal else "false",
            )
        )
    head = (
        "source", "account_id", "name", "name_kana", "email", "email_verified",
        "company", "department", "title", "profile_urls", "first_seen_at", "is_bot",
        "is_internal",
    )  # fmt: skip
    return head, rows


def _events(community: Community) -> Table:
    """Customers' meetings, and some connpass events listed here a second time."""
    rows: list[tuple[str, ...]] = []
    for event in community.events:
        if not event.on_portal:
            continue
        is_cancelled = (
            event.cancelled_at is not None and event.cancelled_at <= community.now
        )
        rows.append(
            (
                "portal",
                event.portal_id,
                event.title if event.number % 2 else f"【公式】{event.title}",
                # No offset: in the portal's own zone.
                event.started_at.strftime("%Y-%m-%d %H:%M:%S"),
                event.ended_at.strftime("%Y-%m-%d %H:%M:%S"),
                "Asia/Tokyo",
                event.format,
                event.place,
                event.prefecture,
                event.group.working_group,
                event.group.hash_tag,
                f"https://portal.tsunagari-vendor.example/events/{event.number}"
                if event.kind == "users"
                else event.url,
                "" if event.limit is None else str(event.limit),
                str(round(event.newcomers * 5) or 20),
                str(30_000 + event.number % 17 * 5_000),
                "cancelled" if is_cancelled else "scheduled",
            )
        )
    head = (
        "source", "event_id", "title", "started_at", "ended_at", "timezone", "format",
        "place", "prefecture", "working_group", "hashtag", "url", "capacity",
        "attendance_target", "cost_jpy", "status",
    )  # fmt: skip
    return head, rows


def _registrations(community: Community) -> Table:
    events = {event.number: event for event in community.events}
    rows = [
        _registration(community, events[row.event], row)
        for row in community.registrations
        if row.platform == "portal" and community.people[row.person].portal
    ]
    head = (
        "source", "event_id", "account_id", "status", "role", "registered_at",
        "cancelled_at", "attended", "referrer_account_id",
    )  # fmt: skip
    return head, rows


def _registration(
    community: Community, event: Event, row: Registration
) -> tuple[str, ...]:
    status = status_at(row, event, community.now)
    attended = ""
    if (
        event.ended_at <= community.now
        and event.is_attendance_taken
        and status == "accepted"
    ):
        attended = "true" if row.attended else "false"
    referrer = community.people[row.referrer] if row.referrer is not None else None
    return (
        "portal",
        event.portal_id,
        community.people[row.person].portal_id,
        status,
        ROLES[row.role],
        jst(row.registered_at),
        jst(row.cancelled_at) if status == "cancelled" and row.cancelled_at else "",
        attended,
        referrer.portal_id if referrer and referrer.portal else "",
    )


def _activities(community: Community) -> Table:
    rows: list[tuple[str, ...]] = []
    for act in community.portal_acts:
        person = community.people[act.person]
        is_social = act.kind in SHOWN
        url = (
            f"https://portal.tsunagari-vendor.example/posts/{act.number}"
            if is_social
            else ""
        )
        rows.append(
            (
                "portal",
                f"a{act.number}",
                person.portal_id,
                act.kind,
                jst(act.occurred_at),
                url,
                url,
                act.title,
                "" if act.parent is None else f"a{act.parent}",
                str(grown(act.reactions, act.occurred_at, community.now))
                if is_social
                else "",
            )
        )
    head = (
        "source", "activity_id", "account_id", "activity_type", "occurred_at",
        "object_key", "url", "title", "parent_activity_id", "reactions",
    )  # fmt: skip
    return head, rows


def _companies(community: Community) -> Table:
    """The portal's own list; here and there names are spelled unlike the CRM's."""
    rows: list[tuple[str, ...]] = []
    for company in community.companies:
        if company.created_at > community.now or company.index == 0:
            continue
        is_customer = (
            company.customer_from is not None
            and company.customer_from <= community.today
        )
        name = (
            company.name.replace("株式会社", "㈱")
            if company.index % 4 == 1
            else company.name
        )
        rows.append(
            (
                f"c{company.index}",
                name,
                company.corporate_number if company.index % 5 else "",
                company.domain,
                company.industry,
                "true" if is_customer else "false",
                "active" if is_customer else "none",
                company.products if is_customer else "",
            )
        )
    head = (
        "company_id", "name", "corporate_number", "domain", "industry", "is_customer",
        "contract_status", "products",
    )  # fmt: skip
    return head, rows


def _affiliations(community: Community) -> Table:
    """Who worked where when, as far as people kept their profile up to date."""
    rows: list[tuple[str, ...]] = []
    for person in _users(community):
        jobs = [job for job in person.jobs if job.from_date <= community.today]
        for job, later in zip(jobs, [*jobs[1:], None], strict=True):
            rows.append(
                (
                    "portal",
                    person.portal_id,
                    community.companies[job.company].name,
                    "" if job is jobs[0] else job.from_date.isoformat(),
                    later.from_date.isoformat() if later else "",
                )
            )
    return ("source", "account_id", "company", "valid_from", "valid_to"), rows


def _labels(community: Community) -> Table:
    """Ambassadors, named twice a year, by account or else by handle."""
    rows: list[tuple[str, ...]] = []
    for star in community.truth.stars:
        person = community.people[int(star.person_id[1:])]
        for day in _appointments(star.star_on, community.today):
            account = (
                "portal",
                day.isoformat(),
                "ambassador",
                person.portal_id,
                "",
                person.kanji_name,
            )
            handle = (
                "connpass",
                day.isoformat(),
                "ambassador",
                "",
                person.nickname or "",
                person.kanji_name,
            )
            rows.append((*(account if person.portal else handle), "false"))
            break
    head = (
        "source",
        "date",
        "label",
        "account_id",
        "handle",
        "name",
        "is_date_lower_bound",
    )
    return head, sorted(rows, key=lambda row: (row[1], row[3], row[4]))


def _appointments(since: date, today: date) -> Iterator[date]:
    """1 April and 1 October, after the day somebody became a star."""
    for year in range(since.year, today.year + 1):
        for month in (4, 10):
            day = date(year, month, 1)
            if since < day <= today:
                yield day
