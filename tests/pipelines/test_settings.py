"""Settings: a wrong one is named, with what to write instead; the day a run covers."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.run import parse_clock, parse_day, parse_window
from pipelines.settings import (
    SettingError,
    Settings,
    last_complete_day,
    read_environment,
)


def test_nothing_set_gives_the_defaults():
    assert Settings.read({}) == Settings()
    assert Settings.read({"TSUNAGARI_TIMEZONE": ""}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TSUNAGARI_TIMEZONE", "Asia/Osaka City"),
        ("TSUNAGARI_TIMEZONE", "../etc/passwd"),
        ("TSUNAGARI_FISCAL_YEAR_START_MONTH", "13"),
        ("TSUNAGARI_FISCAL_YEAR_START_MONTH", "April"),
        ("TSUNAGARI_KEEP_RELEASES", "0"),
        ("TSUNAGARI_MINIMUM_GROUP", "-1"),
        ("TSUNAGARI_LATE_AFTER_HOURS", "1.5"),
        ("TSUNAGARI_INTERNAL_COMPANIES", "vendor.example, 123"),
        ("TSUNAGARI_INTERNAL_COMPANIES", "hanako@vendor.example"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str):
    with pytest.raises(SettingError, match=name):
        Settings.read({name: value})


def test_the_organisers_own_companies_are_domains_and_numbers():
    text = " Vendor.example,1234567890123, "
    settings = Settings.read({"TSUNAGARI_INTERNAL_COMPANIES": text})
    assert settings.internal_companies == ("vendor.example", "1234567890123")


def test_the_process_overrides_the_file(tmp_path: Path):
    file = tmp_path / "env"
    file.write_text("X_BEARER_TOKEN=from file\nFEEDS_URLS=https://a.example\nEMPTY\n")
    process = {"TSUNAGARI_ENV_FILE": str(file), "X_BEARER_TOKEN": "from process"}
    environment = read_environment(process)
    assert environment["X_BEARER_TOKEN"] == "from process"
    assert environment["FEEDS_URLS"] == "https://a.example"
    assert "EMPTY" not in environment


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ("2026-11-21T05:00:00+09:00", date(2026, 11, 20)),
        ("2026-11-21T04:59:59+09:00", date(2026, 11, 19)),
        ("2026-11-21T23:59:00+09:00", date(2026, 11, 20)),
        ("2026-11-20T20:00:00+00:00", date(2026, 11, 20)),
        ("2027-01-01T05:00:00+09:00", date(2026, 12, 31)),
        ("2028-03-01T05:00:00+09:00", date(2028, 2, 29)),
    ],
)
def test_a_run_at_five_covers_the_day_before(clock: str, day: date):
    assert last_complete_day(datetime.fromisoformat(clock), "Asia/Tokyo") == day


def test_a_clock_needs_its_offset():
    assert parse_clock("2026-11-21T05:00:00+09:00") == datetime(
        2026, 11, 20, 20, tzinfo=UTC
    )
    for text in ("2026-11-21T05:00:00", "tomorrow"):
        with pytest.raises(SettingError, match="clock"):
            parse_clock(text)


def test_a_window_has_two_days_in_order():
    assert parse_window("") is None
    assert parse_window("2026-04-01..2026-04-30") == (
        date(2026, 4, 1),
        date(2026, 4, 30),
    )
    for text in ("2026-04-01", "2026-04-30..2026-04-01", "2026-04-01..soon"):
        with pytest.raises(SettingError, match="window"):
            parse_window(text)


def test_a_day_is_written_as_a_day():
    with pytest.raises(SettingError, match="as_of 2026/11/20"):
        parse_day("2026/11/20", "as_of")
