"""Messages to people: one per event, not per retry; enough in them to act on.

A Slack-compatible webhook gets `{"text": ...}`; SMTP gets a plain mail. What was told
is kept in `data/alerts.json`, shared by `make refresh` and the daemon, so that neither
repeats an event and both can say when it is over.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests

from pipelines.message import Event, Message, Situation, over, told
from pipelines.settings import Settings
from sources._base.redact import printable, redact, remember

TIMEOUT_SECONDS = 10
OK_BELOW = 300
logger = logging.getLogger("tsunagari.alerts")


@dataclass(frozen=True)
class Alerts:
    """Tells what is new and what is over, compared with what was told before."""

    file: Path
    settings: Settings

    def tell(
        self,
        current: list[Event],
        *,
        scope: tuple[str, ...],
        situation: Situation | None = None,
    ) -> list[str]:
        """Sends what is newly wrong and what of the scope has recovered.

        scope: what this caller looked at, and so can find recovered: whole keys, or
        kinds of them (`late:`). situation: where and when; without it, what alone.
        Returns: the first lines sent. A receiver that does not answer is logged, asked
        no more in this call, and told again next time.
        """
        now = {event.key: event for event in current}
        memory = self._read()
        sent: dict[str, None] = {}  # in order, each once
        for name, send in self._receivers().items():
            known = memory.setdefault(name, {})
            for event in now.values():
                if event.key in known:
                    continue
                if not send(told(event, situation)):
                    break
                known[event.key] = _remembered(event, situation)
                sent[event.text] = None
            else:
                self._recovered(known, now, scope, situation, send, sent)
        self._write(memory)
        return list(sent)

    def _recovered(
        self,
        known: dict[str, dict[str, str]],
        now: dict[str, Event],
        scope: tuple[str, ...],
        situation: Situation | None,
        send: Callable[[Message], bool],
        sent: dict[str, None],
    ) -> None:
        for key in [k for k in known if _covers(scope, k) and k not in now]:
            since = known[key].get("since")
            began = datetime.fromisoformat(since) if since else None
            message = over(known[key]["text"], began, situation)
            if not send(message):
                return
            del known[key]
            sent[message.first] = None

    def _receivers(self) -> dict[str, Callable[[Message], bool]]:
        # Each has a memory of its own: one that is down does not make the other hear
        # everything twice.
        receivers: dict[str, Callable[[Message], bool]] = {}
        if self.settings.webhook_url:
            remember([self.settings.webhook_url])
            receivers["webhook"] = self._post
        if self.settings.smtp_url:
            password = urlsplit(self.settings.smtp_url).password or ""
            remember([password, unquote(password)])
            receivers["mail"] = self._mail
        return receivers or {"log": _log}

    def _read(self) -> dict[str, dict[str, dict[str, str]]]:
        if not self.file.exists():
            return {}
        kept = json.loads(self.file.read_text())
        # An earlier version kept the text alone.
        return {
            name: {
                key: {"text": one} if isinstance(one, str) else one
                for key, one in events.items()
            }
            for name, events in kept.items()
        }

    def _write(self, memory: dict[str, dict[str, dict[str, str]]]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.file.with_suffix(".new")
        temporary.write_text(json.dumps(memory, ensure_ascii=False, indent=1))
        temporary.replace(self.file)

    def _post(self, message: Message) -> bool:
        try:
            # No redirect: a POST would arrive elsewhere as a GET, and count as told.
            answer = requests.post(
                self.settings.webhook_url,
                json={"text": _clean(message.for_slack())},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return _not_taken("webhook", redact(str(error)))
        if answer.status_code >= OK_BELOW:
            return _not_taken("webhook", f"it answers {answer.status_code}")
        return True

    def _mail(self, message: Message) -> bool:
        text = _clean(message.plain())
        url = urlsplit(self.settings.smtp_url)
        mail = EmailMessage()
        mail["Subject"] = text.splitlines()[0][:120]
        mail["From"] = self.settings.alert_mail_from
        mail["To"] = self.settings.alert_mail_to
        mail.set_content(text)
        host = url.hostname or ""
        try:
            kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
            with kind(host, url.port or 0, timeout=TIMEOUT_SECONDS) as smtp:
                # Where the server offers it; a relay on this machine needs none.
                smtp.ehlo_or_helo_if_needed()
                if smtp.has_extn("starttls") and not _is_this_machine(host):
                    smtp.starttls(context=ssl.create_default_context())
                if url.username:
                    smtp.login(unquote(url.username), unquote(url.password or ""))
                smtp.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            return _not_taken("mail server", redact(str(error)))
        return True


def _remembered(event: Event, situation: Situation | None) -> dict[str, str]:
    since = event.since or (situation.clock if situation else None)
    kept = {"text": redact(event.text)}
    return {**kept, "since": since.isoformat()} if since else kept


def _covers(scope: tuple[str, ...], key: str) -> bool:
    return any(key.startswith(s) if s.endswith(":") else key == s for s in scope)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _clean(text: str) -> str:
    return printable(redact(text))


def _not_taken(receiver: str, why: str) -> bool:
    logger.error("the %s did not take a message: %s", receiver, why)
    return False


def _log(message: Message) -> bool:
    # Nobody is to be told: the log keeps it, and when it is over.
    logger.warning("%s", _clean(message.plain()))
    return True
