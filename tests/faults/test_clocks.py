"""Clocks that are wrong: a run whose clock went back is refused before it reads."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines import exit_codes, refresh
from pipelines.publish.release import (
    EarlierClock,
    current_release,
    refuse_earlier_clock,
)
from sources._base.waits import asked_wait
from tests.faults.reading import look, release_ids
from tests.faults.victims import VICTIMS, day_id
from tests.pipelines.published import CLOCK, publish_day, use_small_macro


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    VICTIMS["roll-back"].make(folder)
    use_small_macro(monkeypatch, tmp_path)
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    return folder


def test_a_run_whose_clock_went_back_a_day_reads_nothing_and_says_what_to_do(
    data: Path, capsys: pytest.CaptureFixture[str]
):
    inbox = data / "inbox"
    (inbox / "files").mkdir(parents=True)
    (inbox / "files" / "a.csv").write_text("source,account_id,name\nportal,1,a\n")
    before = look(data / "published")
    code = refresh.main(
        ["--data", str(data), "--inbox", str(inbox), "--clock", CLOCK.isoformat()]
    )
    told = capsys.readouterr().err
    assert code == exit_codes.USAGE
    assert "2026-11-20 20:00:00 UTC) is before that of the current release" in told
    assert "2026-11-21 20:00:00 UTC" in told
    assert "nothing was read" in told
    assert "Traceback" not in told
    assert not list((data / "raw").rglob("*.parquet"))
    assert look(data / "published") == before


def test_a_release_is_never_older_than_the_one_it_replaces(data: Path):
    with pytest.raises(EarlierClock, match="with a later clock"):
        publish_day(data, day=0, release_id="20261120-20261120T200001Z")
    assert current_release(data / "published").name == day_id(1)
    assert release_ids(data / "published") == [day_id(0), day_id(1)]


def test_the_same_second_twice_is_refused_and_doubles_nothing(data: Path):
    refuse_earlier_clock(data / "published", CLOCK + timedelta(days=1))
    with pytest.raises(FileExistsError, match="is published already"):
        publish_day(data, day=1)
    publish_day(data, day=2, keep=2)
    assert release_ids(data / "published") == [day_id(day) for day in range(3)]


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_platform_whose_clock_is_wrong_is_waited_for_by_its_own(ahead: timedelta):
    """The moment it names is on its clock, which it tells (Date)."""
    theirs = CLOCK + ahead
    headers = {
        "Date": f"{theirs:%a, %d %b %Y %H:%M:%S GMT}",
        "x-rate-limit-reset": str(int((theirs + timedelta(minutes=1)).timestamp())),
    }
    assert asked_wait(429, headers, CLOCK.timestamp) == pytest.approx(61.0)
