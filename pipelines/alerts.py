"""Messages to people: one per event, not per retry; enough in them to act on.

A Slack-compatible webhook gets `{"text": ...}`; SMTP gets a plain mail. What was told
is kept in `data/alerts.json`, shared by `make refresh` and the daemon, so that neither
repeats an event and both can say when it is over.
"""

from __future__ import annotations

import json
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests

from pipelines.settings import Settings
from sources._base.redact import redact, remember

TIMEOUT_SECONDS = 10
logger = logging.getLogger("tsunagari.alerts")


@dataclass(frozen=True)
class Event:
    """Something that is wrong now: `key` names it, so that it is told once.

    key: e.g. `source:connpass`, `gate`, `run:build`.
    """

    key: str
    text: str


@dataclass(frozen=True)
class Alerts:
    """Tells what is new and what is over, compared with what was told before."""

    file: Path
    settings: Settings

    def tell(self, current: list[Event], *, scope: tuple[str, ...]) -> list[str]:
        """Sends what is newly wrong and what of the scope has recovered.

        scope: what this caller looked at, and so can find recovered: whole keys, or
        kinds of them (`late:`).
        Returns: the messages sent. A receiver that does not answer is logged, and the
        event is told again next time.
        """
        now = {event.key: event.text for event in current}
        memory = self._read()
        sent: dict[str, None] = {}  # in order, each once
        for name, send in self._receivers().items():
            told = memory.setdefault(name, {})
            for key, text in now.items():
                if key not in told and send(redact(f"tsunagari: {text}")):
                    told[key] = text
                    sent[text] = None
            for key in [k for k in told if _covers(scope, k) and k not in now]:
                text = f"recovered: {told[key].splitlines()[0]}"
                if send(redact(f"tsunagari: {text}")):
                    del told[key]
                    sent[text] = None
        self._write(memory)
        return list(sent)

    def _receivers(self) -> dict[str, Callable[[str], bool]]:
        # Each has a memory of its own: one that is down does not make the other hear
        # everything twice.
        receivers: dict[str, Callable[[str], bool]] = {}
        if self.settings.webhook_url:
            remember([self.settings.webhook_url])
            receivers["webhook"] = self._post
        if self.settings.smtp_url:
            remember([urlsplit(self.settings.smtp_url).password or ""])
            receivers["mail"] = self._mail
        return receivers or {"log": _log}

    def _read(self) -> dict[str, dict[str, str]]:
        if not self.file.exists():
            return {}
        memory: dict[str, dict[str, str]] = json.loads(self.file.read_text())
        return memory

    def _write(self, memory: dict[str, dict[str, str]]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.file.with_suffix(".new")
        temporary.write_text(json.dumps(memory, ensure_ascii=False, indent=1))
        temporary.replace(self.file)

    def _post(self, text: str) -> bool:
        try:
            answer = requests.post(
                self.settings.webhook_url, json={"text": text}, timeout=TIMEOUT_SECONDS
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            logger.error("the webhook did not take a message: %s", redact(str(error)))
            return False
        return True

    def _mail(self, text: str) -> bool:
        url = urlsplit(self.settings.smtp_url)
        message = EmailMessage()
        message["Subject"] = text.splitlines()[0][:120]
        message["From"] = self.settings.alert_mail_from
        message["To"] = self.settings.alert_mail_to
        message.set_content(text)
        try:
            kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
            with kind(
                url.hostname or "", url.port or 0, timeout=TIMEOUT_SECONDS
            ) as smtp:
                if url.username:
                    smtp.login(unquote(url.username), unquote(url.password or ""))
                smtp.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            logger.error(
                "the mail server did not take a message: %s", redact(str(error))
            )
            return False
        return True


def _covers(scope: tuple[str, ...], key: str) -> bool:
    return any(key.startswith(s) if s.endswith(":") else key == s for s in scope)


def _log(text: str) -> bool:
    # Nobody is to be told: the log keeps it, and when it is over.
    logger.warning("%s", text)
    return True
