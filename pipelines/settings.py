"""Settings of the project as a whole, from the environment and `.env`.

Settings of a source stand on its card (`sources/<name>/__init__.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

from pipelines.workspace import PROJECT

_COMPANY = re.compile(r"[0-9]{13}|(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*")
DAY_STARTS_AT_HOUR = 5  # 05:00 on D publishes D-1: late-night events have ended


class SettingError(Exception):
    """A setting is missing or wrong; the message names it and what to do."""


@dataclass(frozen=True)
class Settings:
    """Project settings; every field has its variable in `.env.example`."""

    timezone: str = "Asia/Tokyo"
    fiscal_year_start_month: int = 4
    formula_version: str = "v1"
    keep_releases: int = 7
    share_key: str = ""
    minimum_group: int = 5
    webhook_url: str = ""
    smtp_url: str = ""
    alert_mail_from: str = ""
    alert_mail_to: str = ""
    late_after_hours: int = 36
    internal_companies: tuple[str, ...] = ()

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Raises: SettingError naming the variable."""
        zone = environment.get("TSUNAGARI_TIMEZONE") or cls.timezone
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise SettingError(
                f"TSUNAGARI_TIMEZONE={zone} is no IANA zone; use e.g. Asia/Tokyo"
            ) from error
        month = _number(environment, "TSUNAGARI_FISCAL_YEAR_START_MONTH", 4, 1, 12)
        return cls(
            timezone=zone,
            fiscal_year_start_month=month,
            formula_version=environment.get("TSUNAGARI_FORMULA_VERSION") or "v1",
            keep_releases=_number(environment, "TSUNAGARI_KEEP_RELEASES", 7, 1, 1000),
            share_key=environment.get("TSUNAGARI_SHARE_KEY", ""),
            minimum_group=_number(environment, "TSUNAGARI_MINIMUM_GROUP", 5, 1, 1000),
            webhook_url=environment.get("TSUNAGARI_WEBHOOK_URL", ""),
            smtp_url=environment.get("TSUNAGARI_SMTP_URL", ""),
            alert_mail_from=environment.get("TSUNAGARI_ALERT_MAIL_FROM", ""),
            alert_mail_to=environment.get("TSUNAGARI_ALERT_MAIL_TO", ""),
            late_after_hours=_number(
                environment, "TSUNAGARI_LATE_AFTER_HOURS", 36, 1, 10_000
            ),
            internal_companies=_companies(environment, "TSUNAGARI_INTERNAL_COMPANIES"),
        )


def read_environment(process: Mapping[str, str]) -> dict[str, str]:
    """Returns `.env` overlaid by the process's own variables.

    TSUNAGARI_ENV_FILE names another file than the project's `.env`.
    """
    file = process.get("TSUNAGARI_ENV_FILE") or PROJECT / ".env"
    from_file = {k: v for k, v in dotenv_values(file).items() if v is not None}
    return {**from_file, **process}


def last_complete_day(clock: datetime, timezone: str) -> date:
    """Returns the last local day that is over at the clock: 05:00 on D gives D-1."""
    local = clock.astimezone(ZoneInfo(timezone))
    return (local - timedelta(hours=DAY_STARTS_AT_HOUR, days=1)).date()


def _companies(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Mail domains and corporate numbers, separated by commas; lower case."""
    parts = [part.strip() for part in environment.get(name, "").lower().split(",")]
    for part in filter(None, parts):
        if not _COMPANY.fullmatch(part):
            raise SettingError(
                f"{name}: '{part}' is neither a mail domain (tsunagari.example) nor a"
                " corporate number of 13 digits"
            )
    return tuple(part for part in parts if part)


def _number(
    environment: Mapping[str, str], name: str, default: int, low: int, high: int
) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not low <= int(text) <= high:
        raise SettingError(f"{name}={text}: a whole number from {low} to {high}")
    return int(text)
