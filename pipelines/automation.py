"""When things run by themselves: the schedule, the sensors. They need the daemon."""

import os
from typing import Any, TypeAlias

import dagster as dg

from pipelines import problems
from pipelines.age import last_loads
from pipelines.alerts import Alerts
from pipelines.gate import record
from pipelines.message import Event
from pipelines.publish.release import current_release
from pipelines.run import Resolved, RunOptions, parse_clock, resolve
from pipelines.unchanged import is_unchanged, rolled_back
from sources import discover

EXTRACT = "extract"
BUILD = "build"
TIMEZONE = "Asia/Tokyo"
Job: TypeAlias = Any  # dagster's unresolved job has no public type
DAILY = "0 5 * * *"  # the day before is over, late-night events included


def daily_schedule(extract: Job) -> dg.ScheduleDefinition:
    """Returns the daily start of extract; a sensor starts build after it."""
    return dg.ScheduleDefinition(
        name="daily",
        job=extract,
        cron_schedule=DAILY,
        execution_timezone=os.environ.get("TSUNAGARI_TIMEZONE", TIMEZONE),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="05:00: extract; a sensor then builds whatever it brought.",
    )


def sensors(extract: Job, build: Job) -> list[dg.SensorDefinition]:
    """Returns the sensors that start build and that tell people."""

    # Two sensors: marts build from what is there, also when a source failed.
    @dg.run_status_sensor(
        name="build_after_extract",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[extract],
        request_job=build,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts build when extract has ended well.",
    )
    def build_after_extract(
        context: dg.RunStatusSensorContext,
    ) -> dg.RunRequest | dg.SkipReason:
        return _build_request(context)

    @dg.run_status_sensor(
        name="build_after_failed_extract",
        run_status=dg.DagsterRunStatus.FAILURE,
        monitored_jobs=[extract],
        request_job=build,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts build when a source failed: the others' rows are there.",
    )
    def build_after_failed_extract(
        context: dg.RunStatusSensorContext,
    ) -> dg.RunRequest | dg.SkipReason:
        return _build_request(context)

    @dg.run_failure_sensor(
        name="tell_failures",
        monitored_jobs=[extract, build],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="What a failed or killed run means; `make refresh` shares the"
        " memory of what was told.",
    )
    def tell_failures(context: dg.RunFailureSensorContext) -> None:
        ended = run_of(context.dagster_run, context.instance)
        job = context.dagster_run.job_name
        steps = problems.step_failures(context.get_step_failure_events())
        if not steps:  # killed: no step could say why
            words = context.failure_event.message or "it ended without a word"
            _tell([problems.failed_run(job, words, ended)], (), ended)
        elif job == EXTRACT:
            _tell(*_after_extract(steps, context.dagster_run, ended), ended)
        else:
            _tell(_after_build(steps, ended), (), ended)

    @dg.run_status_sensor(
        name="tell_recovery",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[extract, build],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="One message when what failed runs well again; late sources.",
    )
    def tell_recovery(context: dg.RunStatusSensorContext) -> None:
        ended = run_of(context.dagster_run, context.instance)
        job = context.dagster_run.job_name
        events: list[Event] = []
        scope: tuple[str, ...] = ("gate",)
        if job == EXTRACT:
            events, scope = _after_extract([], context.dagster_run, ended)
        _tell(events, (*scope, f"run:{job}"), ended)

    return [
        build_after_extract,
        build_after_failed_extract,
        tell_failures,
        tell_recovery,
    ]


def _build_request(
    context: dg.RunStatusSensorContext,
) -> dg.RunRequest | dg.SkipReason:
    extract = context.dagster_run
    run = run_of(extract, context.instance)
    if is_unchanged(current_release(run.workspace.published), run):
        kept = rolled_back(run.workspace)
        return dg.SkipReason(f"nothing new: {kept or f'{run.as_of} is published'}")
    # Build gets the options and the clock of the extract it follows.
    tick = extract.tags.get("dagster/scheduled_execution_time")
    return dg.RunRequest(
        run_key=extract.run_id,
        run_config=extract.run_config,
        tags={"dagster/scheduled_execution_time": tick} if tick else {},
    )


def run_of(run: dg.DagsterRun, instance: dg.DagsterInstance) -> Resolved:
    """Returns what the run was asked to do, by the clock it had."""
    run_config: dict[str, Any] = dict(run.run_config)
    resources = run_config.get("resources", {})
    options = RunOptions(**resources.get("options", {}).get("config", {}))
    tick = options.clock or run.tags.get("dagster/scheduled_execution_time")
    if tick:
        return resolve(options, clock=parse_clock(tick))
    kept = instance.get_run_record_by_id(run.run_id)
    assert kept is not None  # the run that the sensor was called for
    return resolve(options, clock=kept.create_timestamp)


def _after_extract(
    failures: list[str], extract: dg.DagsterRun, run: Resolved
) -> tuple[list[Event], tuple[str, ...]]:
    """Returns what is wrong with sources, and which the run can have seen recover."""
    asked = extract.asset_selection
    names = {key.path[0] for key in asked} if asked else set(discover())
    loads = last_loads(run.workspace.raw).values()
    events = problems.of_sources(failures, run) + problems.late_sources(loads, run)
    return events, (*(f"source:{name}" for name in sorted(names)), "late:")


def _after_build(failures: list[str], run: Resolved) -> list[Event]:
    found = record.read(run.workspace)
    is_blocked = bool(found and found.release_id == run.release_id and found.is_blocked)
    events = [
        problems.failed_run(BUILD, sentence, run)
        for sentence in failures
        if not (is_blocked and problems.BLOCKED_STEP in sentence)
    ]
    if found and is_blocked:
        words = problems.blocked_words(problems.findings(run))
        sentence = f"not published: {words}; readers keep the last good release"
        events.insert(0, problems.blocked(run, sentence))
    return events


def _tell(events: list[Event], scope: tuple[str, ...], run: Resolved) -> None:
    # The log of a daemon's run is on its page, not in this process's file.
    Alerts(run.workspace.alerts, run.settings).tell(
        events, scope=scope, situation=problems.situation_of(run, {})
    )
