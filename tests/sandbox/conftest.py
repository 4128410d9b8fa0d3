"""One community for the whole folder, servers over it, and bare requests."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import requests

from sources._sandbox.community import Community, generate
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer

TODAY = date(2026, 11, 20)


class Client:
    """Bare requests to a sandbox: none of the connectors' own manners."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.settings = server.settings()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "tsunagari-test"

    def connpass(self, path: str, **params: Any) -> requests.Response:
        headers = {"X-API-Key": self.settings["CONNPASS_API_KEY"]}
        url = self.settings["CONNPASS_BASE_URL"] + path
        return self._session.get(url, params=params, headers=headers, timeout=10)

    def x(self, path: str, **params: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.settings['X_BEARER_TOKEN']}"}
        names = {name.replace("__", "."): value for name, value in params.items()}
        url = self.settings["X_BASE_URL"] + path
        return self._session.get(url, params=names, headers=headers, timeout=10)

    def hubspot(self, path: str, body: Any = None, **params: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.settings['HUBSPOT_TOKEN']}"}
        url = self.settings["HUBSPOT_BASE_URL"] + path
        if body is not None:
            return self._session.post(url, json=body, headers=headers, timeout=10)
        return self._session.get(url, params=params, headers=headers, timeout=10)

    def feed(self, path: str, **headers: str) -> requests.Response:
        url = self.server.base_url + "/feeds" + path
        return self._session.get(url, headers=headers, timeout=10)

    def close(self) -> None:
        self._session.close()


@pytest.fixture(scope="session")
def community() -> Community:
    """Two hundred members, seed 1, on 2026-11-20."""
    return generate(200, 1, TODAY)


@pytest.fixture(scope="session")
def large() -> Community:
    """Four thousand members: enough for shares to be steady."""
    return generate(4_000, 1, TODAY)


@pytest.fixture(scope="module")
def client(community: Community) -> Iterator[Client]:
    """A client of a server without a limit worth mentioning."""
    with SandboxServer(community, requests_per_second=100_000) as server:
        client = Client(server)
        yield client
        client.close()


@pytest.fixture(scope="session")
def busy() -> Iterator[Client]:
    """The week of a conference, with more than two hundred posts."""
    community = generate(4_000, 1, date(2026, 11, 22))
    with SandboxServer(community, requests_per_second=10_000) as server:
        client = Client(server)
        yield client
        client.close()


@pytest.fixture
def faulty(community: Community) -> Iterator[Any]:
    """Makes clients of servers with the given faults."""
    opened: list[tuple[SandboxServer, Client]] = []

    def start(*faults: Fault, **options: Any) -> Client:
        options = {"requests_per_second": 100_000, **options}
        server = SandboxServer(community, faults=faults, **options).start()
        opened.append((server, Client(server)))
        return opened[-1][1]

    yield start
    for server, client in opened:
        client.close()
        server.close()
