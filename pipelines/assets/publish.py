"""Publish: the audited marts into a new release, `["published", <mart>]` each."""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import CalledProcessError
from subprocess import run as run_command

import dagster as dg

from pipelines.assets.audit import audit_context, mart_key
from pipelines.fingerprint import fingerprint
from pipelines.gate import facts, record, report, rollbacks
from pipelines.gate.block import block
from pipelines.gate.findings import RELEASE, Finding, without_addresses
from pipelines.gate.freeze import freeze
from pipelines.gate.record import Record
from pipelines.publish.catalogue import Mart, marts
from pipelines.publish.publications import Publication
from pipelines.publish.release import Release, SmokeTestFailed, publish
from pipelines.publish.shareable import PersonalDataFound
from pipelines.run import Resolved, RunOptions
from pipelines.workspace import PROJECT


def published_assets(manifest_file: Path) -> dg.AssetsDefinition:
    """Returns the published marts; they wait for every mart and its blocking checks."""
    catalogue = marts(manifest_file)

    @dg.multi_asset(
        name="publish",
        specs=[
            dg.AssetSpec(
                key=["published", mart.name],
                deps=[mart_key(other.name) for other in catalogue],
                group_name="published",
                description=mart.description,
                kinds={"duckdb", "parquet"},
                metadata={"grain": mart.grain, "restricted": mart.restricted},
            )
            for mart in catalogue
        ],
    )
    def publish_marts(
        context: dg.AssetExecutionContext, options: RunOptions
    ) -> Iterator[dg.MaterializeResult[None]]:
        run = options.resolve(context)
        checks = evaluated_checks(context.instance, context.run_id)
        found = record.of_run(run)
        try:
            folder = publish(
                _release(run, catalogue, checks, found),
                report=lambda target: _write_beside(target, run, found),
            )
        except (SmokeTestFailed, PersonalDataFound) as error:
            block(run, record.added(found, [_refused(error)], home=RELEASE))
            raise
        context.log.info("published %s", folder)
        for mart in catalogue:
            yield dg.MaterializeResult(
                asset_key=["published", mart.name], metadata={"release": folder.name}
            )

    return publish_marts


def _write_beside(folder: Path, run: Resolved, found: Record) -> None:
    """Writes what stands beside the marts: what the gate learnt, and the report."""
    freeze(
        run.workspace.warehouse,
        audit_context(run),
        release_id=run.release_id,
        folder=folder / "parquet",
    )
    write_report(folder, run, found)


def evaluated_checks(
    instance: dg.DagsterInstance, run_id: str
) -> list[dg.AssetCheckEvaluation]:
    """Returns the check results of a run, in the order they were evaluated."""
    events = instance.all_logs(
        run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    )
    return [
        event.dagster_event.asset_check_evaluation_data
        for event in events
        if event.dagster_event is not None
    ]


def write_report(folder: Path, run: Resolved, found: Record) -> None:
    """Writes quality.html: what the release was checked for, and what came of it."""
    page = report.page(facts.of_release(run, found, folder))
    (folder / "quality.html").write_text(page, encoding="utf-8")


def allowed_because(run: Resolved, found: Record) -> str:
    """Returns why this release may take the place of the one before."""
    passed = sum(finding.passed for finding in found.findings)
    told = [f"{passed} checks passed"]
    if found.position.release_id is None:
        told.append("the first release, with nothing to compare it with")
    else:
        before = rollbacks.in_force(run.workspace.published, found.position.release_id)
        told += [before.told] if before else []
    told += [
        f"{one.check} let through (seen {one.observed}, allowed {one.bound}):"
        f" {one.acknowledged}"
        for one in found.acknowledged
    ]
    return "; ".join(told)


def _refused(error: SmokeTestFailed | PersonalDataFound) -> Finding:
    is_private = isinstance(error, PersonalDataFound)
    return Finding(
        mart="the shareable file" if is_private else "the release",
        expectation="holds nobody's data" if is_private else "answers",
        reason=without_addresses(str(error)),
        passed=False,
        observed="a person's data" if is_private else "no answer, or a wrong one",
        sample=(),
        bound="no name, account or address of a person"
        if is_private
        else "every table answers, with all its rows",
        home=RELEASE,
    )


def _release(
    run: Resolved,
    catalogue: Sequence[Mart],
    checks: Sequence[dg.AssetCheckEvaluation],
    found: Record,
) -> Release:
    return Release(
        release_id=run.release_id,
        warehouse=run.workspace.warehouse,
        published=run.workspace.published,
        marts=catalogue,
        publication=Publication(
            release_id=run.release_id,
            published_at=run.clock,
            data_through=run.as_of,
            git_commit=git_commit(),
            formula_version=run.settings.formula_version,
            is_synthetic=run.is_synthetic,
            checks_run=len(checks),
            checks_failed=sum(not check.passed for check in checks),
            fingerprint=fingerprint(run),
            acknowledged="; ".join(
                f"{one.check}: {one.acknowledged}" for one in found.acknowledged
            )
            or None,
            allowed_because=allowed_because(run, found),
        ),
        share_key=share_key(run),
        minimum_group=run.settings.minimum_group,
        keep=run.settings.keep_releases,
    )


def share_key(run: Resolved) -> bytes:
    """Returns the key of the shareable file's pseudonyms; made once when not set."""
    if run.settings.share_key:
        return run.settings.share_key.encode()
    file = run.workspace.data / "share.key"
    if not file.exists():
        # Renamed when whole: killed in between, an empty key would hide nobody.
        unfinished = file.with_name(f".{file.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32))
        unfinished.replace(file)
    return file.read_text().encode()


def git_commit() -> str | None:
    """Returns the commit of the code, None outside a checkout."""
    try:
        found = run_command(  # noqa: S603 - fixed arguments
            ["/usr/bin/env", "git", "-C", str(PROJECT), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (CalledProcessError, FileNotFoundError):
        return None
    return found.stdout.strip()
