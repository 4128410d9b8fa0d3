"""Publish: the audited marts into a new release, `["published", <mart>]` each."""

import html
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import CalledProcessError
from subprocess import run as run_command

import dagster as dg

from pipelines.assets.audit import CHECK, mart_key
from pipelines.fingerprint import fingerprint
from pipelines.publish.catalogue import Mart, marts
from pipelines.publish.publications import Publication
from pipelines.publish.release import Release, publish
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
        folder = publish(
            _release(run, catalogue, checks),
            report=lambda target: write_report(target, run, checks),
        )
        context.log.info("published %s", folder)
        for mart in catalogue:
            yield dg.MaterializeResult(
                asset_key=["published", mart.name], metadata={"release": folder.name}
            )

    return publish_marts


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


def _release(
    run: Resolved, catalogue: Sequence[Mart], checks: Sequence[dg.AssetCheckEvaluation]
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
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
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


def _most_telling_first(check: dg.AssetCheckEvaluation) -> tuple[bool, bool, str, str]:
    key = check.asset_key.to_user_string()
    return check.passed, check.check_name != CHECK, key, check.check_name


def write_report(
    folder: Path, run: Resolved, checks: Sequence[dg.AssetCheckEvaluation]
) -> None:
    """Writes quality.html: every check of the release, failed ones first."""
    rows = "\n".join(
        f"<tr class={'ok' if check.passed else 'bad'}>"
        f"<td>{'passed' if check.passed else 'FAILED'}</td>"
        f"<td>{html.escape(check.asset_key.to_user_string())}</td>"
        f"<td>{html.escape(check.check_name)}</td>"
        f"<td>{html.escape(check.description or '')}</td></tr>"
        for check in sorted(checks, key=_most_telling_first)
    )
    failed = sum(not check.passed for check in checks)
    folder.joinpath("quality.html").write_text(
        f"""<!doctype html><meta charset="utf-8">
<title>Quality of release {run.release_id}</title>
<style>body{{font:14px system-ui;margin:2rem}}td{{padding:.2rem .8rem;border-top:1px
solid #ddd;word-break:break-word}}
.bad td:first-child{{color:#b00020;font-weight:bold}}</style>
<h1>Quality of release {run.release_id}</h1>
<p>Data through {run.as_of}. {len(checks)} checks, {failed} failed without blocking.
{"<b>Synthetic numbers: the sandbox community.</b>" if run.is_synthetic else ""}</p>
<table>{rows}</table>
"""
    )
