"""When things run by themselves: the schedule, the sensors. They need the daemon."""

import os
from typing import Any, TypeAlias

import dagster as dg

from pipelines.alerts import Alerts, Event
from pipelines.run import workspace_of
from pipelines.settings import Settings, read_environment

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
    def build_after_extract(context: dg.RunStatusSensorContext) -> dg.RunRequest:
        return _build_request(context.dagster_run)

    @dg.run_status_sensor(
        name="build_after_failed_extract",
        run_status=dg.DagsterRunStatus.FAILURE,
        monitored_jobs=[extract],
        request_job=build,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts build when a source failed: the others' rows are there.",
    )
    def build_after_failed_extract(context: dg.RunStatusSensorContext) -> dg.RunRequest:
        return _build_request(context.dagster_run)

    @dg.run_failure_sensor(
        name="tell_failures",
        monitored_jobs=[extract, build],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="One message for a failed run; `make refresh` shares the memory.",
    )
    def tell_failures(context: dg.RunFailureSensorContext) -> None:
        job = context.dagster_run.job_name
        alerts_of_environment(context.dagster_run).tell(
            [Event(f"run:{job}", f"{job} failed: {context.failure_event.message}")],
            scope=(),
        )

    @dg.run_status_sensor(
        name="tell_recovery",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[extract, build],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="One message when a job that failed runs well again.",
    )
    def tell_recovery(context: dg.RunStatusSensorContext) -> None:
        alerts_of_environment(context.dagster_run).tell(
            [], scope=(f"run:{context.dagster_run.job_name}",)
        )

    return [
        build_after_extract,
        build_after_failed_extract,
        tell_failures,
        tell_recovery,
    ]


def _build_request(extract: dg.DagsterRun) -> dg.RunRequest:
    # Build gets the options and the clock of the extract it follows.
    tick = extract.tags.get("dagster/scheduled_execution_time")
    return dg.RunRequest(
        run_key=extract.run_id,
        run_config=extract.run_config,
        tags={"dagster/scheduled_execution_time": tick} if tick else {},
    )


def alerts_of_environment(run: dg.DagsterRun) -> Alerts:
    """Returns the alerts of the data folder the run worked in."""
    run_config: dict[str, Any] = dict(run.run_config)
    options = run_config.get("resources", {}).get("options", {}).get("config", {})
    environment = read_environment(os.environ)
    workspace = workspace_of(options.get("data", ""), environment)
    return Alerts(workspace.alerts, Settings.read(environment))
