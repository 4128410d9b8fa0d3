"""Messages: one per event, one when it is over, none lost while a receiver is down."""

import base64
import json
import logging
import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pipelines import alerts as alerts_module
from pipelines.alerts import Alerts
from pipelines.message import Event
from pipelines.settings import Settings

SCOPE = ("source:", "late:", "gate")
FAILED = Event("source:connpass", "connpass: 401, the key was refused; set a new one")
GATE = Event("gate", "not published: 1 check failed")


@dataclass
class Webhook:
    """A receiver that speaks as much HTTP as Slack's does."""

    url: str = ""
    status: int = 200
    texts: list[str] = field(default_factory=list)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    receiver = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/json"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if receiver.status == 200:
                receiver.texts.append(json.loads(body)["text"])
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/s3cr3tpath"
    yield receiver
    server.shutdown()
    server.server_close()


@dataclass
class MailServer:
    """A receiver that speaks as much SMTP as one plain mail needs."""

    url: str = ""
    recipients: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    receiver = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 mail.example")
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "RCPT":
                    receiver.recipients.append(line.partition(":")[2].strip("<>"))
                if verb == "DATA":
                    self.say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    receiver.mails.append(b"".join(lines))
                if verb == "AUTH":
                    receiver.logins.append(line.split()[-1])
                    self.say("235 welcome")
                    continue
                if verb == "EHLO":
                    self.say("250-mail.example")
                    self.say("250-STARTTLS")
                    self.say("250 AUTH PLAIN")
                    continue
                self.say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    return

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receiver.url = f"smtp://127.0.0.1:{server.server_address[1]}"
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def alerts(tmp_path: Path, webhook: Webhook) -> Alerts:
    return Alerts(tmp_path / "alerts.json", Settings(webhook_url=webhook.url))


def test_an_event_is_told_once_however_often_it_is_seen(
    alerts: Alerts, webhook: Webhook
):
    for _ in range(3):
        alerts.tell([FAILED], scope=SCOPE)
    assert webhook.texts == [f"tsunagari: {FAILED.text}"]


def test_another_process_does_not_repeat_it(
    alerts: Alerts, webhook: Webhook, tmp_path: Path
):
    alerts.tell([FAILED], scope=SCOPE)
    Alerts(tmp_path / "alerts.json", alerts.settings).tell([FAILED], scope=SCOPE)
    assert len(webhook.texts) == 1


def test_its_end_is_told_once(alerts: Alerts, webhook: Webhook):
    alerts.tell([FAILED, GATE], scope=SCOPE)
    for _ in range(2):
        alerts.tell([GATE], scope=SCOPE)
    assert webhook.texts[2:] == [f"tsunagari: recovered: {FAILED.text}"]


def test_what_comes_back_is_told_again(alerts: Alerts, webhook: Webhook):
    for current in ([FAILED], [], [FAILED]):
        alerts.tell(current, scope=SCOPE)
    assert len(webhook.texts) == 3


def test_a_caller_ends_only_what_it_knows_of(alerts: Alerts, webhook: Webhook):
    alerts.tell([GATE], scope=SCOPE)
    alerts.tell([], scope=("late:",))
    assert len(webhook.texts) == 1


def test_a_receiver_that_is_down_loses_no_message(
    alerts: Alerts, webhook: Webhook, caplog: pytest.LogCaptureFixture
):
    webhook.status = 503
    with caplog.at_level(logging.ERROR):
        assert alerts.tell([FAILED], scope=SCOPE) == []
    assert "webhook did not take a message" in caplog.text
    assert "s3cr3tpath" not in caplog.text
    webhook.status = 200
    assert alerts.tell([FAILED], scope=SCOPE) == [FAILED.text]
    webhook.status = 503
    assert alerts.tell([], scope=SCOPE) == []
    webhook.status = 200
    assert alerts.tell([], scope=SCOPE) == [f"recovered: {FAILED.text}"]


def test_nobody_listening_is_logged_and_the_run_goes_on(tmp_path: Path):
    nobody = Settings(
        webhook_url="http://127.0.0.1:9/hook", smtp_url="smtp://127.0.0.1:9"
    )
    alerts = Alerts(tmp_path / "alerts.json", nobody)
    assert alerts.tell([FAILED], scope=SCOPE) == []


def test_secrets_are_taken_out_of_messages(alerts: Alerts, webhook: Webhook):
    secret = Event("gate", "GET https://api.example/x?token=abcdef123 failed")
    alerts.tell([secret], scope=SCOPE)
    assert "abcdef123" not in webhook.texts[0]


def test_a_mail_says_it_in_its_subject_and_to_all(
    tmp_path: Path, mail_server: MailServer
):
    settings = Settings(
        smtp_url=mail_server.url,
        alert_mail_from="tsunagari@example.com",
        alert_mail_to="one@example.com, two@example.com",
    )
    event = Event("gate", "公開しませんでした\n詳しくはログへ")
    Alerts(tmp_path / "alerts.json", settings).tell([event], scope=SCOPE)
    (mail,) = (message_from_bytes(mail) for mail in mail_server.mails)
    subject = str(make_header(decode_header(mail["Subject"])))
    assert subject == "tsunagari: 公開しませんでした"
    assert "詳しくはログへ" in mail.get_payload(decode=True).decode()
    assert mail_server.recipients == ["one@example.com", "two@example.com"]


def test_a_mail_server_without_tls_gets_the_password_it_asks_for(
    tmp_path: Path, mail_server: MailServer
):
    settings = Settings(
        smtp_url=mail_server.url.replace("//", "//some%40one:p%3Ass@"),
        alert_mail_from="a@example.com",
        alert_mail_to="b@example.com",
    )
    Alerts(tmp_path / "alerts.json", settings).tell([FAILED], scope=SCOPE)
    assert [base64.b64decode(login) for login in mail_server.logins] == [
        b"\0some@one\0p:ss"
    ]
    assert len(mail_server.mails) == 1


def test_a_receiver_that_hangs_is_left_after_one_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(alerts_module, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        host = f"127.0.0.1:{hanging.getsockname()[1]}"
        settings = Settings(
            webhook_url=f"http://{host}/services/s3cr3tpath",
            smtp_url=f"smtp://{host}",
            alert_mail_from="a@example.com",
            alert_mail_to="b@example.com",
        )
        alerts = Alerts(tmp_path / "alerts.json", settings)
        assert alerts.tell([FAILED, GATE], scope=SCOPE) == []
    assert "s3cr3tpath" not in caplog.text
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 2


def test_a_redirect_is_no_delivery(alerts: Alerts, webhook: Webhook):
    webhook.status = 302
    assert alerts.tell([FAILED], scope=SCOPE) == []
    webhook.status = 200
    assert alerts.tell([FAILED], scope=SCOPE) == [FAILED.text]


def test_what_an_earlier_version_told_is_not_told_again(
    alerts: Alerts, webhook: Webhook
):
    alerts.file.write_text(json.dumps({"webhook": {FAILED.key: FAILED.text}}))
    alerts.tell([FAILED], scope=SCOPE)
    alerts.tell([], scope=SCOPE)
    assert webhook.texts == [f"tsunagari: recovered: {FAILED.text}"]


def test_without_receivers_events_are_known_but_told_to_nobody(tmp_path: Path):
    alerts = Alerts(tmp_path / "alerts.json", Settings())
    assert alerts.tell([FAILED], scope=SCOPE) == [FAILED.text]
    assert alerts.tell([FAILED], scope=SCOPE) == []


def test_a_receiver_that_took_it_is_not_told_again_when_the_other_was_down(
    tmp_path: Path, webhook: Webhook, mail_server: MailServer
):
    webhook.status = 503
    both = Settings(
        webhook_url=webhook.url,
        smtp_url=mail_server.url,
        alert_mail_from="a@example.com",
        alert_mail_to="b@example.com",
    )
    alerts = Alerts(tmp_path / "alerts.json", both)
    alerts.tell([FAILED], scope=SCOPE)
    webhook.status = 200
    alerts.tell([FAILED], scope=SCOPE)
    alerts.tell([FAILED], scope=SCOPE)
    assert len(webhook.texts) == 1
    assert len(mail_server.mails) == 1


def test_a_source_nobody_asked_has_not_recovered(tmp_path: Path):
    alerts = Alerts(tmp_path / "alerts.json", Settings())
    failing = Event("source:xing", "xing: 500")
    alerts.tell([failing], scope=("source:xing",))
    assert alerts.tell([], scope=("source:x", "late:", "gate")) == []
    assert alerts.tell([], scope=("source:xing",)) == ["recovered: xing: 500"]
