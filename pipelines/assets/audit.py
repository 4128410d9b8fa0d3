"""Audit: one blocking asset check per mart; its failure keeps the mart unpublished."""

from collections import defaultdict
from collections.abc import Iterator

import dagster as dg

from pipelines.audit import AuditContext, audit, audited_marts
from pipelines.dbt import manifest_path
from pipelines.gate.findings import Finding
from pipelines.publish.catalogue import marts as catalogue
from pipelines.publish.release import current_release
from pipelines.run import RunOptions

CHECK = "fit_to_publish"


def mart_key(mart: str) -> dg.AssetKey:
    """Returns dagster-dbt's default key of a mart."""
    return dg.AssetKey(["marts", mart])


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
        audited = AuditContext(
            as_of=run.as_of,
            clock=run.clock,
            previous=current_release(run.workspace.published),
            marts=catalogue(manifest_path(run.workspace)),
        )
        findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in audit(run.workspace.warehouse, audited):
            findings[finding.mart].append(finding)
        for mart in marts:
            yield _result(mart, findings[mart])

    return audit_marts


def _result(mart: str, findings: list[Finding]) -> dg.AssetCheckResult:
    failed = [finding for finding in findings if not finding.passed]
    return dg.AssetCheckResult(
        asset_key=mart_key(mart),
        check_name=CHECK,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR,
        description="; ".join(
            f"{f.expectation} ({f.observed}"
            + (f", e.g. {', '.join(f.sample)}" if f.sample else "")
            + f"): {f.reason}"
            for f in failed
        )
        or f"{len(findings)} expectations hold",
        metadata={"expectations": len(findings), "failed": len(failed)},
    )
