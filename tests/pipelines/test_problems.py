"""What a message says is enough to act on: sources, the gate, killed runs."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines import problems
from pipelines.age import LastLoad
from pipelines.alerts import Alerts
from pipelines.automation import sensors
from pipelines.gate import record
from pipelines.gate.block import report_of
from pipelines.instance import close_dead_runs, open_instance
from pipelines.message import MAX_CHARACTERS, Event, Situation, told
from pipelines.run import Resolved, RunOptions, resolve
from pipelines.settings import Settings
from tests.pipelines.findings import DOUBLED

CLOCK = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolved:
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", os.devnull)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("TSUNAGARI_DATA", str(tmp_path / "data"))
    options = RunOptions(data=str(tmp_path / "data"), clock=CLOCK.isoformat())
    found = resolve(options, clock=CLOCK)
    found.workspace.prepare()
    return found


def text_of(event: Event, run: Resolved) -> str:
    return told(event, problems.situation_of(run, {})).plain()


def test_a_failed_source_says_what_where_and_what_to_run(run: Resolved):
    sentence = "connpass: GET https://connpass.com failed 6 times, last with 500"
    (event,) = problems.of_sources([sentence], run)
    data = run.workspace.data
    assert text_of(event, run).splitlines() == [
        f"tsunagari: {sentence}",
        "since: 2026-11-25 05:00 JST",
        "readers see: nothing, no release is published yet",
        f"data folder: {data}",
        "log: the run's page in Dagster (make dev)",
        "next: make probe SOURCE=connpass",
        "next: make refresh",
    ]


def test_a_late_source_says_since_when(run: Resolved):
    load = LastLoad("connpass", CLOCK - timedelta(hours=40), 3, 1_200, 0)
    fresh = replace(load, source="x", observed_at=CLOCK - timedelta(hours=36))
    (event,) = problems.late_sources([load, fresh], run)
    text = text_of(event, run)
    assert "connpass is late: its last complete load is 40 h old (limit 36 h)" in text
    assert "since: 2026-11-23 13:00 JST" in text
    assert "next: make refresh SOURCES=connpass" in text


def test_a_blocked_gate_names_check_value_bound_report_and_the_command(run: Resolved):
    broken = replace(DOUBLED, subject="", acknowledgeable=False, observed="2 rows")
    found = record.added(record.begun(run), [DOUBLED, broken], home="audit")
    record.write(run.workspace, replace(found, is_blocked=True))
    report = report_of(run.workspace, CLOCK)
    report.parent.mkdir()
    report.write_text("<html>")
    sentence = problems.blocked_words(problems.findings(run))
    text = text_of(problems.blocked(run, sentence), run)
    check = "metrics.keeps_its_values:attendance"
    assert f"2 checks failed: {check} (seen 0.6, allowed at most 0.4)" in text
    assert "; metrics.keeps_its_values (seen 2 rows, allowed at most 0.4)" in text
    assert f"report: {report}" in text
    assert f"next: if the change is real: make acknowledge CHECK={check}" in text
    assert "next: repair the cause, then make refresh" in text


def test_the_findings_of_another_run_are_not_told(run: Resolved):
    other = replace(record.begun(run), release_id="another", findings=(DOUBLED,))
    record.write(run.workspace, other)
    assert problems.findings(run) == []
    steps = problems.blocked(run, "not published").next_steps
    assert not [step for step in steps if "acknowledge" in step]


def test_a_long_message_is_cut_where_it_is_least_needed(run: Resolved):
    event = Event("gate", "x <&> " * 2_000, next_steps=("make refresh",))
    message = told(event, problems.situation_of(run, {}))
    for text in (message.plain(), message.for_slack()):
        assert len(text) <= MAX_CHARACTERS
        assert "(truncated: the rest is in the report and in the log)" in text
        assert text.endswith("next: make refresh")


def test_what_a_source_wrote_is_no_mention_and_no_link_in_slack():
    event = Event("gate", "<!channel> <https://evil.example|the report> & more")
    assert told(event, None).for_slack() == (
        "tsunagari: &lt;!channel&gt; &lt;https://evil.example|the report&gt; &amp; more"
    )


def test_the_end_says_how_long_it_was(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    alerts = Alerts(tmp_path / "alerts.json", Settings())
    situation = Situation(CLOCK, "Asia/Tokyo", tmp_path, "release r2")
    alerts.tell([Event("gate", "not published")], scope=(), situation=situation)
    later = replace(situation, clock=CLOCK + timedelta(hours=24))
    assert alerts.tell([], scope=("gate",), situation=later) == [
        "recovered: not published"
    ]
    assert (
        "it was so since 2026-11-25 05:00 JST, until 2026-11-26 05:00 JST"
        in caplog.messages[-1]
    )


@dg.job
def extract() -> None:
    """Stands in for the job of that name: it has no steps."""


@dg.job
def build() -> None:
    """Stands in for the job of that name."""


def events_of(run: Resolved) -> dict[str, dict[str, str]]:
    return json.loads(run.workspace.alerts.read_text())["log"]


def test_a_killed_run_is_told_by_the_daemon_and_its_end_too(run: Resolved):
    by_name = {sensor.name: sensor for sensor in sensors(extract, build)}
    with open_instance(run.workspace) as instance:
        dead = instance.create_run_for_job(build, status=dg.DagsterRunStatus.STARTED)
        close_dead_runs(instance)

        def call(name: str, kind: dg.DagsterEventType) -> None:
            event = dg.DagsterEvent(kind.value, build.name, message="process ended")
            context = dg.build_run_status_sensor_context(
                name, event, instance, instance.get_run_by_id(dead.run_id)
            )
            by_name[name](
                context.for_run_failure() if name == "tell_failures" else context
            )

        call("tell_failures", dg.DagsterEventType.RUN_FAILURE)
        told_of = events_of(run)
        assert told_of["run:build"]["text"] == "build failed: process ended"
        call("tell_recovery", dg.DagsterEventType.RUN_SUCCESS)
        assert events_of(run) == {}
