"""Audit: one blocking asset check per mart; its failure keeps the mart unpublished."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.audit import AuditContext, audit, audited_marts
from pipelines.dbt import manifest_path
from pipelines.fingerprint import code_fingerprint
from pipelines.gate import acknowledgements, facts, markdown, record
from pipelines.gate.block import block
from pipelines.gate.findings import AUDIT, Finding
from pipelines.gate.freeze import freeze
from pipelines.publish.catalogue import marts as catalogue
from pipelines.publish.release import current_release
from pipelines.run import Resolved, RunOptions

CHECK = "fit_to_publish"


def mart_key(mart: str) -> dg.AssetKey:
    """Returns dagster-dbt's default key of a mart."""
    return dg.AssetKey(["marts", mart])


def audit_context(run: Resolved) -> AuditContext:
    """Returns what the suites may know of a run."""
    return AuditContext(
        as_of=run.as_of,
        clock=run.clock,
        previous=current_release(run.workspace.published),
        marts=catalogue(manifest_path(run.workspace)),
        connectors=code_fingerprint(("sources",)),
    )


def audit_checks() -> dg.AssetChecksDefinition:
    """Returns the Great Expectations suites as blocking checks of the marts."""
    marts = audited_marts()

    @dg.multi_asset_check(
        name="audit",
        specs=[
            dg.AssetCheckSpec(
                name=CHECK,
                asset=mart_key(mart),
                blocking=True,
                description=f"Great Expectations suite of {mart}: fit to show?",
            )
            for mart in marts
        ],
    )
    def audit_marts(
        context: dg.AssetCheckExecutionContext, options: RunOptions
    ) -> Iterator[dg.AssetCheckResult]:
        run = options.resolve(context)
        found = record.of_run(run)
        known = audit_context(run)
        judged = acknowledgements.applied(
            list(audit(run.workspace.warehouse, known)),
            acknowledgements.pending(run.workspace, found.position),
        )
        found = record.added(found, judged, home=AUDIT)
        freeze(
            run.workspace.warehouse,
            known,
            release_id=run.release_id,
            folder=facts.learnt(run.workspace),
        )
        report = block(run, found) if found.blocking else None
        if report is None:
            record.write(run.workspace, found)
        else:
            context.log.warning("not published; the report: %s", report)
        findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in judged:
            findings[finding.mart].append(finding)
        for mart in marts:
            yield _result(run, mart, findings[mart], report)

    return audit_marts


def _result(
    run: Resolved, mart: str, findings: list[Finding], report: Path | None
) -> dg.AssetCheckResult:
    """Returns a mart's check: failed when one blocks, a warning when let through."""
    failed = [finding for finding in findings if not finding.passed]
    blocks = any(finding.blocks for finding in failed)
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "expectations": dg.MetadataValue.int(len(findings)),
        "failed": dg.MetadataValue.int(len(failed)),
    }
    if failed:
        metadata["what failed"] = dg.MetadataValue.md(markdown.table(run, failed))
    if blocks and report is not None:
        metadata["report"] = dg.MetadataValue.path(str(report))
    return dg.AssetCheckResult(
        asset_key=mart_key(mart),
        check_name=CHECK,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        description="; ".join(map(_words, failed))
        or f"{len(findings)} expectations hold",
        metadata=metadata,
    )


def _words(finding: Finding) -> str:
    name = finding.check.removeprefix(f"{finding.mart}.")
    keys = () if finding.sample == (finding.subject,) else finding.sample
    example = f", e.g. {', '.join(keys)}" if keys else ""
    allowed = f", allowed {finding.bound}" if finding.subject else ""
    through = f"; let through: {finding.acknowledged}" if finding.acknowledged else ""
    return f"{name} ({finding.observed}{allowed}{example}): {finding.reason}{through}"
