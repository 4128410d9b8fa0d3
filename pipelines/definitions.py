"""The table of contents: assets, checks, jobs, schedule, sensors.

extract   [source, table]      raw Parquet, one asset per raw table
build     staging .. marts     dbt, tests are asset checks
audit     fit_to_publish       Great Expectations, blocking
publish   ["published", mart]  the release
"""

from __future__ import annotations

import os

import dagster as dg

from pipelines import dbt
from pipelines.assets.audit import audit_checks
from pipelines.assets.build import dbt_build_assets, run_parameters
from pipelines.assets.extract import extract_assets
from pipelines.assets.publish import published_assets
from pipelines.automation import BUILD, EXTRACT, daily_schedule, sensors
from pipelines.logs import file_logger
from pipelines.run import RunOptions, workspace_of
from pipelines.settings import Settings, read_environment
from pipelines.workspace import Workspace


def definitions(workspace: Workspace, late_after_hours: int) -> dg.Definitions:
    """Returns everything Dagster knows of one data folder."""
    manifest = dbt.parse(workspace)
    manifest_file = dbt.manifest_path(workspace)
    extract = extract_assets(late_after_hours)
    built = [
        run_parameters,
        dbt_build_assets(manifest_file, manifest),
        published_assets(manifest_file),
    ]
    audit = audit_checks()
    in_process = dg.in_process_executor
    jobs = [
        dg.define_asset_job(
            EXTRACT,
            selection=dg.AssetSelection.assets(extract),
            executor_def=in_process,
            description="Every source into raw Parquet.",
        ),
        dg.define_asset_job(
            BUILD,
            selection=dg.AssetSelection.assets(*built)
            | dg.AssetSelection.checks(audit)
            | dg.AssetSelection.checks_for_assets(*built),
            executor_def=in_process,
            description="Raw to marts, audited, published.",
        ),
    ]
    return dg.Definitions(
        assets=[extract, *built],
        asset_checks=[audit],
        jobs=jobs,
        schedules=[daily_schedule(jobs[0])],
        sensors=sensors(*jobs),
        resources={"options": RunOptions()},
        loggers={"console": file_logger},
        executor=in_process,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` and the daemon load: the folder TSUNAGARI_DATA names."""
    environment = read_environment(os.environ)
    workspace = workspace_of("", environment)
    workspace.prepare()
    return definitions(workspace, Settings.read(environment).late_after_hours)
