"""A refresh that ends before its jobs can say why: one message, one when it is over."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import refresh
from pipelines.alerts import Alerts
from pipelines.settings import Settings
from pipelines.workspace import Busy
from tests.pipelines.test_alerts import Webhook, webhook  # noqa: F401 (a fixture)

CLOCK = "2026-11-25T05:00:00+09:00"


@pytest.fixture
def told(
    webhook: Webhook,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Callable[..., list[str]]:
    """Refreshes with these options and returns all messages so far."""
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    monkeypatch.setenv("TSUNAGARI_WEBHOOK_URL", webhook.url)
    (tmp_path / "inbox").mkdir()

    def run(*options: str) -> list[str]:
        folders = ("--data", str(tmp_path / "data"), "--inbox", str(tmp_path / "inbox"))
        refresh.main([*folders, "--clock", CLOCK, *options])
        return webhook.texts

    return run


def meets(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> int:
        raise error

    monkeypatch.setattr(refresh, "_run", die)


def test_a_wrong_setting_is_told_once_with_what_to_do(
    told: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("TSUNAGARI_KEEP_RELEASES", "many")
    told()
    (text,) = told()
    wrong = "TSUNAGARI_KEEP_RELEASES=many: a whole number from 1 to 1000"
    data = tmp_path / "data"
    assert text.splitlines() == [
        f"tsunagari: refresh failed: {wrong}",
        "since: 2026-11-25 05:00 JST",
        "readers see: nothing, no release is published yet",
        f"data folder: {data}",
        f"log: {data}/logs/refresh-20261124T200000Z.log",
        f"next: make refresh INBOX={tmp_path / 'inbox'} DATA={data}",
    ]


def test_a_disk_that_is_full_while_it_opens_is_told_in_our_words(
    told: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    meets(OSError(28, "No space left on device"), monkeypatch)
    (text,) = told()
    assert f"refresh failed: no room is left on the disk of {tmp_path / 'data'}" in text


def test_without_room_to_remember_it_the_message_goes_out_all_the_same(
    told: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
):
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    meets(OSError(28, "No space left on device"), monkeypatch)
    monkeypatch.setattr(Alerts, "_write", no_room)
    assert len(told()) == 1


def test_an_error_of_our_own_is_told_by_name_and_still_seen(
    told: Callable[..., list[str]],
    webhook: Webhook,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    meets(KeyError("n"), monkeypatch)
    for _ in range(2):
        with pytest.raises(KeyError):
            told()
    (text,) = webhook.texts
    assert text.startswith("tsunagari: refresh failed: KeyError 'n'")


def test_what_was_typed_wrong_and_a_folder_in_use_are_told_nobody(
    told: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
):
    assert told("--as-of", "yesterday") == []
    assert told("--window", "2026") == []
    meets(Busy("another run is using it"), monkeypatch)
    assert told() == []


def test_the_next_refresh_that_ends_well_says_that_it_is_over(
    told: Callable[..., list[str]],
    webhook: Webhook,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    meets(OSError(28, "No space left on device"), monkeypatch)
    told()
    alerts = Alerts(
        tmp_path / "data" / "alerts.json", Settings(webhook_url=webhook.url)
    )
    alerts.tell([], scope=("run:build",))  # the daemon's build, which did not fail
    assert len(webhook.texts) == 1
    alerts.tell([], scope=("run:",))  # of pipelines/jobs.py, when all is done
    assert webhook.texts[1].startswith("tsunagari: recovered: refresh failed: no room")
