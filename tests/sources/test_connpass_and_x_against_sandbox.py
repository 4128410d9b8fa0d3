"""connpass and X against the sandbox server: whole days and every fault it plays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sources import connpass, x
from sources._base.errors import Rejected, Retriable, SchemaChanged
from sources._sandbox.community import Community, generate
from sources._sandbox.connpass_view import ConnpassView
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer

TODAY = date(2026, 11, 20)
CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)
EVENTS = r"^/connpass/api/v2/events/\?"


@pytest.fixture(scope="module")
def community() -> Community:
    return generate(200, 1, TODAY)


@pytest.fixture
def serve(community: Community) -> Iterator[Callable[..., SandboxServer]]:
    """serve(faults...): a sandbox that plays them."""
    servers: list[SandboxServer] = []

    def start(*faults: Fault) -> SandboxServer:
        server = SandboxServer(community, requests_per_second=1e6, faults=faults)
        servers.append(server.start())
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def extract(make_run: Any) -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """extract(source, server, memory): one run's rows by table."""

    def go(source: Any, server: SandboxServer, **options: Any) -> Any:
        run = make_run(source, server.settings(), **{"clock": CLOCK, **options})
        return run.extract()

    return go


def event_ids(rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    return sorted(row["id"] for row in rows["events"])


def test_every_event_of_the_groups_is_read_once(serve, extract, community):
    rows = extract(connpass.SOURCE, serve())
    view = ConnpassView(community)
    assert event_ids(rows) == sorted(str(number) for number in view.events)
    assert {row["subdomain"] for row in rows["groups"]} == set(view.groups)
    told = sum(len(items) for items in view.documents.values())
    assert len(rows["presentations"]) == told
    names = [row["nickname"] for row in rows["users"]]
    assert len(names) == len(set(names))


def test_day_after_day_nothing_is_skipped(serve, extract):
    server = serve()
    memory: dict[str, Any] = {}
    seen: set[str] = set()
    for days in range(3):
        rows = extract(
            connpass.SOURCE, server, memory=memory, clock=CLOCK + timedelta(days=days)
        )
        seen |= set(event_ids(rows))
        assert seen >= {str(number) for number in ConnpassView(server.community).events}
        server.advance(1)


@pytest.mark.parametrize(
    "kind",
    ["500", "429_retry_after", "429_epoch", "429_none", "reset_mid_body",
     "truncated_json", "html_200", "repeated_page", "new_field"],
)  # fmt: skip
def test_a_passing_fault_costs_no_row(serve, extract, community, kind):
    server = serve(Fault(EVENTS, kind, seconds=1))
    rows = extract(connpass.SOURCE, server)
    assert event_ids(rows) == sorted(str(n) for n in ConnpassView(community).events)


@pytest.mark.parametrize(
    ("kind", "times", "error"),
    [
        ("500", -1, Retriable),
        ("truncated_json", -1, Retriable),
        ("html_200", -1, SchemaChanged),
        ("changed_type", 1, SchemaChanged),
        ("expired_token", 1, Rejected),
    ],
)
@pytest.mark.parametrize("source", [connpass.SOURCE, x.SOURCE], ids=lambda s: s.name)
def test_a_lasting_fault_is_one_clear_error(serve, extract, source, kind, times, error):
    server = serve(Fault(rf"^/{source.name}/.*(events|search)", kind, times=times))
    with pytest.raises(error) as caught:
        extract(source, server)
    secret = next(s.name for s in source.settings if s.secret)
    assert server.settings()[secret] not in f"{caught.value} {vars(caught.value)}"


def test_an_empty_page_that_promises_more_is_an_error(serve, extract):
    with pytest.raises(Retriable, match="is empty"):
        extract(connpass.SOURCE, serve(Fault(EVENTS, "empty_page")))


def test_posts_are_read_on_day_after_day(serve, extract):
    server = serve()
    memory: dict[str, Any] = {}
    first = extract(x.SOURCE, server, memory=memory)
    server.advance(1)
    second = extract(x.SOURCE, server, memory=memory, clock=CLOCK + timedelta(days=1))
    afresh = extract(x.SOURCE, server, clock=CLOCK + timedelta(days=1))

    def matching(rows: Any) -> set[str]:
        return {row["id"] for row in rows["posts"] if not row["is_referenced"]}

    assert matching(afresh) <= matching(first) | matching(second)
    assert matching(second) - matching(first)
    authors = {row["author_id"] for row in afresh["posts"]}
    assert authors <= {row["id"] for row in afresh["users"]}


@pytest.mark.parametrize(
    "kind", ["500", "429_epoch", "reset_mid_body", "truncated_json", "new_field"]
)
def test_a_passing_fault_costs_no_post(serve, extract, kind):
    calm = extract(x.SOURCE, serve())
    shaken = extract(x.SOURCE, serve(Fault("/search/recent", kind, seconds=1)))
    assert shaken == calm


def test_the_key_is_needed(serve, extract, make_run):
    server = serve()
    wrong = server.settings() | {"CONNPASS_API_KEY": "wrong-key-000"}
    with pytest.raises(Rejected, match="credentials"):
        make_run(connpass.SOURCE, wrong, clock=CLOCK).extract()


def test_the_probe_says_who_answers(serve, make_run):
    server = serve()
    for source in (connpass.SOURCE, x.SOURCE):
        run = make_run(source, server.settings(), clock=CLOCK)
        assert "answers" in source.probe(run)
