"""Build: staging, identity, intermediate and marts, in one dbt invocation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt.contracts.graph.manifest import Manifest

from pipelines import dbt
from pipelines.gate import checks, record
from pipelines.gate.block import block
from pipelines.gate.findings import MODEL, Finding
from pipelines.identity import memory
from pipelines.publish import formulas
from pipelines.publish.release import current_release
from pipelines.run import Resolved, RunOptions
from sources._base.raw import RawReader

# Unit tests and the tests of seeds say of code what they said when it was new.
WITHOUT_TESTS_OF_CODE = (
    *("--exclude-resource-type", "unit_test"),
    *("--exclude", "path:seeds,resource_type:test"),
)
GROUPS = ("staging", "identity", "intermediate", "marts", "seeds")


class Translator(DagsterDbtTranslator):
    """Default keys; the group of a model is its schema."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False)
        )

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        schema = dbt_resource_props.get("schema", "")
        return schema if schema in GROUPS else None


@dg.asset(
    key=["run", "parameters"],
    group_name="operations",
    kinds={"json"},
    description="The run's clock, as-of date and settings, for the models to read.",
)
def run_parameters(
    context: dg.AssetExecutionContext, options: RunOptions
) -> dg.MaterializeResult[None]:
    run = options.resolve(context)
    run.parameters.write(run.workspace.parameters)
    return dg.MaterializeResult(
        metadata={"as of": run.as_of.isoformat(), "clock": run.clock.isoformat()}
    )


def dbt_build_assets(
    manifest_file: Path, manifest: Manifest | None
) -> dg.AssetsDefinition:
    """Returns the dbt models as assets and their tests as asset checks.

    manifest: the parsed project, so that a build in this process does not parse again.
    """
    translator = Translator()

    @dbt_assets(
        manifest=manifest_file,
        dagster_dbt_translator=translator,
        name="dbt_build",
    )
    def dbt_build(
        context: dg.AssetExecutionContext, options: RunOptions
    ) -> Iterator[Any]:
        run = options.resolve(context)
        edited = formulas.edited(current_release(run.workspace.published))
        if edited:
            block(run, record.added(record.begun(run), [_edited(edited)], home=MODEL))
            raise dg.Failure(edited, allow_retries=False)
        if run.full:
            memory.forget(run.workspace.data)
        arguments = [] if run.run_unit_tests else list(WITHOUT_TESTS_OF_CODE)
        if run.full:
            arguments.append("--full-refresh")
        broken: list[str] = []
        results = dbt.build(run.workspace, arguments, manifest)
        _keep(run, results, manifest)
        for result in results:
            broken += _broken(result)
            message = DbtCoreCliEventMessage(
                raw_event=dict(result.event), event_history_metadata={}
            )
            yield from message.to_default_asset_events(
                manifest=manifest_file,
                dagster_dbt_translator=translator,
                context=context,
                target_path=run.workspace.dbt_target,
            )
        if broken:
            # What fails because a file of raw is damaged is not worth a line.
            damaged = RawReader(run.workspace.raw_url).damaged()
            raise dg.Failure("; ".join(damaged or broken), allow_retries=False)

    return dbt_build


def _keep(
    run: Resolved, results: Sequence[dbt.NodeResult], manifest: Manifest | None
) -> None:
    """Keeps what the tests found for audit and report; a failure has its report."""
    nodes = manifest.nodes if manifest else {}
    found = tuple(checks.findings(results, nodes, run.workspace.warehouse))
    kept = replace(record.begun(run), findings=found)
    if kept.blocking:
        block(run, kept)
    else:
        record.write(run.workspace, kept)


def _edited(sentence: str) -> Finding:
    return Finding(
        mart="member_scores",
        expectation="keeps its formula",
        reason=sentence,
        passed=False,
        observed="other numbers",
        sample=(),
        bound="the numbers it was published with",
        home=MODEL,
    )


def _broken(result: dbt.NodeResult) -> list[str]:
    """Returns in words what stops the build: a failed model, unit test or check."""
    status = result.node.get("node_status")
    name = result.node.get("node_name", "")
    if status == "error":
        return [f"{name}: {' '.join(result.message.split())[:300]}"]
    if status == "fail":
        is_unit_test = result.node.get("resource_type") == "unit_test"
        return [f"{'unit test' if is_unit_test else 'check'} {name} failed"]
    return []
