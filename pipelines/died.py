"""A refresh that ended before its jobs could say why: told like any run that failed.

A disk that is full while the folder is opened, a setting that is wrong, an error of our
own. The next refresh that ends well says that it is over.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pipelines import problems
from pipelines.alerts import Alerts
from pipelines.logs import LOG_FILE
from pipelines.run import Resolved
from pipelines.settings import SettingError, Settings, last_complete_day
from pipelines.workspace import Workspace
from sources._base import disk
from sources._base.redact import redact

RECEIVERS = (
    *("TSUNAGARI_WEBHOOK_URL", "TSUNAGARI_SMTP_URL"),
    *("TSUNAGARI_ALERT_MAIL_FROM", "TSUNAGARI_ALERT_MAIL_TO"),
)
logger = logging.getLogger("tsunagari.alerts")


def tell(
    error: Exception,
    workspace: Workspace,
    *,
    clock: datetime,
    environment: Mapping[str, str],
    is_synthetic: bool,
    log: Path,
) -> None:
    """Tells people that the refresh ended by this error, where a receiver is set.

    Raises nothing: the error is what the caller has to say.
    """
    try:
        settings = _settings(environment)
        if not (settings.webhook_url or settings.smtp_url):
            return  # the terminal has it
        run = Resolved(
            workspace=workspace,
            settings=settings,
            environment=environment,
            clock=clock,
            as_of=last_complete_day(clock, settings.timezone),
            full=False,
            window=None,
            is_synthetic=is_synthetic,
            run_unit_tests=False,
        )
        event = problems.failed_run("refresh", _words(error, workspace.data), run)
        here = {LOG_FILE: str(log) if log.exists() else ""}
        situation = problems.situation_of(run, here)
        Alerts(workspace.alerts, settings).tell([event], scope=(), situation=situation)
    except Exception as another:
        # Mostly that there is no room to note what was told: the next one tells again.
        logger.error("not told, or not remembered: %s", redact(str(another)))


def _settings(environment: Mapping[str, str]) -> Settings:
    """Returns the settings; where one is wrong, at least who is to be told so."""
    try:
        return Settings.read(environment)
    except SettingError:
        return Settings.read({name: environment.get(name, "") for name in RECEIVERS})


def _words(error: Exception, data: Path) -> str:
    if disk.is_full(error) or (data.exists() and not disk.has_room(data)):
        return disk.sentence(data)
    first = (str(error).strip().splitlines() or [""])[0]
    return (
        first if isinstance(error, SettingError) else f"{type(error).__name__} {first}"
    )
