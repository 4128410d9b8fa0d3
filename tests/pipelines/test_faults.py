"""Bad days: a platform that fails for ever, a wrong token, a missing secret."""

import base64
import csv
import gzip
import json
import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sources._base.landing import PACE
from sources._sandbox.community import generate
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer
from tests.pipelines import canaries
from tests.pipelines.harness import Project

TODAY = date(2026, 11, 20)
LATER = "2026-11-21T06:00:00+09:00"
FOR_EVER = -1
WEBHOOK_CANARY = "T0canaryB0"  # a webhook's address is its password


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
        "TSUNAGARI_WEBHOOK_URL": f"{webhook.url}/{WEBHOOK_CANARY}",
    }


def newest_raw(project: Project, source: str) -> set[str]:
    folder = project.data / "raw" / f"raw_{source}"
    return {str(path) for path in folder.rglob("*") if path.is_file()}


DROP = "x'; drop table marts.dim_members; --"
HOSTILE = [  # account id, name, company
    (DROP, DROP, 'O\'Reilly "Japan" </script><b>株式会社'),
    ("2", '=HYPERLINK("http://evil.example")', "=1+1"),
    ("3", "\u202egnp.exe\u202c 太郎", "{{ var('x') }} %s {0} $1"),
    ("4", "山" * 200_000, "山"),
]


def write_hostile_file(folder: Path) -> None:
    """An export whose folder, name and cells are all meant to do harm."""
    file = folder / DROP / "a\"b' OR 1=1.csv"
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["source", "account_id", "name", "company"])
        writer.writerows(["forum", *row] for row in HOSTILE)


@dataclass
class BadDays:
    """A day on which all went well, and two runs of one on which much did not.

    On the first day HubSpot's secret was not set yet. Every secret is a canary;
    platforms repeat what they are sent in their errors.
    """

    project: Project
    first_day: Project  # as it was before the bad day
    runs: list[subprocess.CompletedProcess]
    messages: list[list[str]]
    kept: set[str]  # raw files of connpass before the bad day


@pytest.fixture(scope="module")
def bad_days(tmp_path_factory: pytest.TempPathFactory, community) -> Iterator[BadDays]:
    folder = tmp_path_factory.mktemp("bad_days")
    project = Project(folder / "data", runs_unit_tests=False, is_forked=True)
    usual = os.umask(0)  # the most that files can come out with
    with pytest.MonkeyPatch.context() as patch:
        canaries.plant(patch)
        with Webhook() as webhook, SandboxServer(community) as server:
            server.write_inbox(project.data / "inbox")
            write_hostile_file(project.data / "inbox" / "files")
            configured(project, server, webhook)
            del project.environment["HUBSPOT_TOKEN"]
            runs = [project.refresh()]
            messages = [webhook.messages]
        first_day = project.copy(folder / "first")
        kept = newest_raw(project, "connpass")
        broken = [
            Fault(path_regex="/connpass/", kind="500", times=FOR_EVER),
            Fault(path_regex="/youtube/", kind="reset_mid_body", times=FOR_EVER),
        ]
        later = generate(members=200, seed=1, today=date(2026, 11, 24))
        with Webhook() as webhook, canaries.Blabbing(later, faults=broken) as server:
            server.write_inbox(project.data / "inbox")
            configured(project, server, webhook)
            for clock in ("2026-11-25T05:00+09:00", "2026-11-25T06:00+09:00"):
                runs.append(project.refresh("--as-of", "2026-11-24", clock=clock))
            messages.append(webhook.messages)
        os.umask(usual)
        yield BadDays(project, first_day, runs, messages, kept)


def test_failing_sources_leave_the_others_refreshed_and_are_told_once(
    bad_days: BadDays,
):
    first, second, third = bad_days.runs
    assert first.returncode == 0, first.stdout
    assert bad_days.messages[0] == []
    assert (second.returncode, third.returncode) == (1, 1)
    assert newest_raw(bad_days.project, "connpass") == bad_days.kept
    told = [text for text in bad_days.messages[1] if "connpass: " in text]
    assert len(told) == 1
    assert "last with 500" in told[0]
    assert "readers see: release 20261124-20261124T200000Z" in told[0]
    assert "next: make probe SOURCE=connpass" in told[0]
    assert "connpass is late" in second.stdout
    assert "LATE" in second.stdout
    assert bad_days.project.query(
        "SELECT max(data_through) FROM marts.publications"
    ) == [(date(2026, 11, 24),)]


def test_no_secret_is_in_any_file_line_or_message(bad_days: BadDays):
    project = bad_days.project
    secrets = canaries.secrets_of(project.environment)
    assert len(secrets) >= 12
    assert all(value.startswith(canaries.MARK) for value in secrets.values())
    failed = [
        line for line in bad_days.runs[1].stdout.splitlines() if "PROBLEM" in line
    ]
    for source in ("doorkeeper", "hubspot", "eventhub", "qiita", "youtube"):
        assert any(f"{source}: " in line for line in failed), source
    wanted = {*canaries.spellings(), WEBHOOK_CANARY}
    said = [run.stdout for run in bad_days.runs] + sum(bad_days.messages, [])
    assert [text for text in said if any(one in text for one in wanted)] == []
    assert list(canaries.leaks(project.data, wanted)) == []


def test_the_search_finds_a_canary_wherever_one_is_put(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"url": f"?key={canaries.MARK}"}))
    (tmp_path / "b.log").write_text("token=" + quote(canaries.MARK, safe=""))
    pair = base64.b64encode(f"client:{canaries.MARK}-x".encode())
    pq.write_table(pa.table({"t": [pair]}), tmp_path / "c.parquet")
    (tmp_path / "d.gz").write_bytes(gzip.compress(canaries.MARK.encode()))
    (tmp_path / "e.txt").write_text("nothing")
    found = {one[0] for one in canaries.leaks(tmp_path, canaries.spellings())}
    assert found == set("abcd")


def test_hostile_names_reach_the_marts_as_text(bad_days: BadDays):
    query = bad_days.project.query
    found = query(
        "SELECT source_account_id, display_name FROM marts.member_accounts"
        " INNER JOIN marts.dim_members USING (member_id)"
        " WHERE source = 'forum' ORDER BY source_account_id"
    )
    assert found == sorted((account, name) for account, name, _ in HOSTILE[:3])
    ((file, reason),) = query(
        "SELECT file_or_load, reason FROM marts.quarantined_rows"
        " WHERE reason LIKE 'the name is longer%'"
    )
    assert DROP in file
    assert "1,000 characters" in reason


def test_no_file_of_the_data_folder_is_for_others(bad_days: BadDays):
    data = bad_days.project.data
    inbox = data / "inbox"  # what people put there has the rights they gave it
    ours = data / "run" / "tested_code"  # the harness wrote it
    too_open, keys = [], []
    for path in [data, *data.rglob("*")]:
        if path.is_symlink() or path in (inbox, ours) or inbox in path.parents:
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~(0o750 if path.is_dir() else 0o640):
            too_open.append(f"{mode:o} {path.relative_to(data)}")
        if path.suffix == ".key":
            keys.append(mode)
    assert too_open == []
    assert keys
    assert set(keys) == {0o600}


def test_wrong_tokens_are_one_sentence_each_that_says_what_to_do(
    tmp_path, community, bad_days: BadDays
):
    wrong = {
        "hubspot": ("HUBSPOT_TOKEN", "wrong-token-of-nobody"),
        "connpass": ("CONNPASS_API_KEY", "wrong-key-of-nobody"),
    }
    project = bad_days.first_day.copy(tmp_path / "data")
    with Webhook() as webhook, SandboxServer(community) as server:
        configured(project, server, webhook)
        project.environment.update(wrong.values())
        done = project.refresh("--sources", ",".join(wrong), clock=LATER)
    problems = [line for line in done.stdout.splitlines() if line.startswith("PROBLEM")]
    for source, (setting, value) in wrong.items():
        (problem,) = [line for line in problems if source in line]
        assert "401" in problem
        assert setting in problem
        assert value not in done.stdout
    assert "Traceback" not in done.stdout
    assert done.returncode == 1


def test_a_missing_secret_is_named_and_its_tables_are_empty_and_typed(
    bad_days: BadDays,
):
    done = bad_days.runs[0]
    assert done.returncode == 0, done.stdout
    assert "not configured: HUBSPOT_TOKEN" in done.stdout
    query = "SELECT count(*) FROM staging.stg_hubspot__contacts"
    assert bad_days.first_day.warehouse(query) == [(0,)]
