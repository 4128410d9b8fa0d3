"""Bad days: a platform that fails for ever, a wrong token, a missing secret."""

import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sources._base.landing import PACE
from sources._sandbox.community import generate
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer
from tests.pipelines.harness import Project

TODAY = date(2026, 11, 20)
FOR_EVER = -1


class Webhook:
    """A local receiver of Slack-compatible messages."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(json.loads(body)["text"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def __enter__(self) -> "Webhook":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def community():
    return generate(members=200, seed=1, today=TODAY)


def configured(project: Project, server: SandboxServer, webhook: Webhook) -> None:
    project.environment = {
        **server.settings(),
        PACE: "90",
        "TSUNAGARI_WEBHOOK_URL": webhook.url,
    }


def newest_raw(project: Project, source: str) -> set[str]:
    folder = project.data / "raw" / f"raw_{source}"
    return {str(path) for path in folder.rglob("*") if path.is_file()}


def test_one_failing_source_leaves_the_others_refreshed_and_is_told_once(
    tmp_path, community
):
    project = Project(tmp_path / "data", runs_unit_tests=False)
    with Webhook() as webhook, SandboxServer(community) as server:
        server.write_inbox(project.data / "inbox")
        configured(project, server, webhook)
        first = project.refresh()
        assert first.returncode == 0, first.stdout
        assert webhook.messages == []
    before = newest_raw(project, "connpass")
    broken = [Fault(path_regex="/connpass/", kind="500", times=FOR_EVER)]
    later = generate(members=200, seed=1, today=date(2026, 11, 24))
    with Webhook() as webhook, SandboxServer(later, faults=broken) as server:
        server.write_inbox(project.data / "inbox")
        configured(project, server, webhook)
        second = project.refresh(
            "--as-of", "2026-11-24", clock="2026-11-25T05:00+09:00"
        )
        third = project.refresh("--as-of", "2026-11-24", clock="2026-11-25T06:00+09:00")
    assert (second.returncode, third.returncode) == (1, 1)
    assert newest_raw(project, "connpass") == before
    told = [text for text in webhook.messages if "connpass" in text and "500" in text]
    assert len(told) == 1
    assert "connpass is late" in second.stdout
    assert "LATE" in second.stdout
    assert project.query("SELECT max(data_through) FROM marts.publications") == [
        (date(2026, 11, 24),)
    ]


def test_wrong_tokens_are_one_sentence_each_that_says_what_to_do(tmp_path, community):
    wrong = {
        "hubspot": ("HUBSPOT_TOKEN", "wrong-token-of-nobody"),
        "connpass": ("CONNPASS_API_KEY", "wrong-key-of-nobody"),
    }
    project = Project(tmp_path / "data", runs_unit_tests=False)
    with Webhook() as webhook, SandboxServer(community) as server:
        configured(project, server, webhook)
        project.environment.update(wrong.values())
        done = project.refresh("--sources", ",".join(wrong))
    problems = [line for line in done.stdout.splitlines() if line.startswith("PROBLEM")]
    for source, (setting, value) in wrong.items():
        (problem,) = [line for line in problems if source in line]
        assert "401" in problem
        assert setting in problem
        assert value not in done.stdout
    assert "Traceback" not in done.stdout
    assert done.returncode == 1


def test_a_missing_secret_is_named_and_its_tables_are_empty_and_typed(
    tmp_path, community
):
    project = Project(tmp_path / "data", runs_unit_tests=False)
    with Webhook() as webhook, SandboxServer(community) as server:
        server.write_inbox(project.data / "inbox")
        configured(project, server, webhook)
        del project.environment["HUBSPOT_TOKEN"]
        done = project.refresh()
    assert done.returncode == 0, done.stdout
    assert "not configured: HUBSPOT_TOKEN" in done.stdout
    assert project.warehouse("SELECT count(*) FROM staging.stg_hubspot__contacts") == [
        (0,)
    ]
