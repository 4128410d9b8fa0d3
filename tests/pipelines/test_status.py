"""`make sources` and `make probe`: what a person sees before and after connecting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines import exit_codes, probe, status
from sources import discover
from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer
from tests.sources.staging import land_into

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)
X = discover()["x"]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(generate(60, 1, date(2026, 11, 20))) as running:
        yield running


def line(data: Path, environment: dict[str, str], source: str, **later: int) -> str:
    """One source's line of the table, blanks squeezed."""
    text = status.table(
        data / "raw",
        data / "inbox",
        environment,
        clock=CLOCK + timedelta(**later),
        late_after_hours=36,
    )
    found = [row for row in text.splitlines() if row.split()[0] == source]
    return " ".join(found[0].split())


def test_every_source_has_a_line_also_when_nothing_ever_ran(tmp_path: Path) -> None:
    for name, source in discover().items():
        told = line(tmp_path, {}, name)
        assert "never 0 0" in told
        for setting in source.missing({}):
            assert setting in told


def test_a_source_is_configured_then_loaded_then_late(
    tmp_path: Path, server: SandboxServer
) -> None:
    environment = server.settings()
    assert "configured, never loaded never 0 0" in line(tmp_path, environment, "x")
    landed = land_into(tmp_path, X, environment, clock=CLOCK)
    told = line(tmp_path, environment, "x", hours=3)
    assert f"ok 3.0 h ago {landed.rows} {landed.counts.quarantined.total()}" in told
    assert "x sns LATE 40.0 h ago" in line(tmp_path, environment, "x", hours=40)


def test_a_source_that_reads_only_its_files_says_what_it_lacks(tmp_path: Path) -> None:
    assert "or put files into inbox/connpass/" in line(tmp_path, {}, "connpass")
    (tmp_path / "inbox/connpass").mkdir(parents=True)
    (tmp_path / "inbox/connpass/event_1_participants.csv").write_text("x")
    assert "configured, never loaded" in line(tmp_path, {}, "connpass")


def ask(tmp_path: Path, environment: dict[str, str], source: str = "x") -> int:
    return probe.probe(
        discover()[source],
        environment,
        raw_url=(tmp_path / "raw").as_uri(),
        inbox=tmp_path / "inbox",
        clock=CLOCK,
    )


def test_a_probe_says_who_answers(
    tmp_path: Path, server: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(tmp_path, server.settings()) == exit_codes.OK
    assert "x: ok. X answers" in capsys.readouterr().out


def test_a_probe_with_a_wrong_token_says_so_and_shows_it_nowhere(
    tmp_path: Path, server: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = server.settings() | {"X_BEARER_TOKEN": "canary-0123456789"}
    assert ask(tmp_path, wrong) == exit_codes.FAILED
    told = capsys.readouterr().out
    assert "401" in told
    assert "canary" not in told


def test_a_probe_without_settings_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(tmp_path, {}) == exit_codes.USAGE
    assert "X_BEARER_TOKEN, X_QUERIES" in capsys.readouterr().out


def test_a_probe_of_an_unknown_source_lists_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert probe.main(["nonesuch"]) == exit_codes.USAGE
    assert "connpass" in capsys.readouterr().out
