"""Acknowledgement: one observation, let through once, with a name and a reason.

Audit and publication run as Dagster runs them, on the three people of community.sql;
what the suites find is given, so that nothing else decides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pandas as pd
import pytest

from pipelines.assets import audit as audit_asset
from pipelines.assets import publish as publish_asset
from pipelines.assets.audit import audit_checks, mart_key
from pipelines.assets.publish import evaluated_checks, published_assets
from pipelines.gate import acknowledge, acknowledgements, findings, rollback
from pipelines.gate.acknowledgements import CannotAcknowledge
from pipelines.gate.block import report_of
from pipelines.gate.findings import Finding
from pipelines.gate.rollbacks import Position, position
from pipelines.publish.publications import row_of
from pipelines.publish.release import current_release
from pipelines.run import RunOptions
from pipelines.workspace import Workspace
from tests.pipelines.findings import DOUBLED
from tests.pipelines.published import CLOCK, MARTS, make_warehouse, use_small_macro

BROKEN = Finding(
    mart="dim_events",
    expectation="is_right: column_values_to_be_in_set",
    reason="<script>arithmetic</script>",
    passed=False,
    observed="2 rows",
    sample=("connpass:1 a.person@acme.example", "connpass:2"),
)
ALL_WELL = replace(BROKEN, passed=True, observed="0 rows", sample=())
WHY = "the conference was that day"


@dataclass
class Gate:
    """A sandbox's data folder, and what its next audit will find."""

    folder: Path
    patched: pytest.MonkeyPatch
    found: Sequence[Finding] = ()
    day: int = 0
    runs: list[dg.ExecuteInProcessResult] = field(default_factory=list)
    instance: dg.DagsterInstance = field(default_factory=dg.DagsterInstance.ephemeral)

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder.resolve() / "sandbox")

    def run(self, *found: Finding) -> Path | None:
        """Audits and publishes a day later; returns the new release, if any."""
        before = current_release(self.workspace.published)
        self.day += 1
        self.found = found
        built = job_of(self)
        options = {"data": str(self.workspace.data), "clock": self.clock().isoformat()}
        result = built.execute_in_process(
            instance=self.instance,
            raise_on_error=False,
            run_config={"resources": {"options": {"config": options}}},
        )
        self.runs.append(result)
        after = current_release(self.workspace.published)
        assert result.success == (after != before)
        return after if after != before else None

    def clock(self):
        return CLOCK + timedelta(days=self.day)

    def acknowledge(self, *arguments: str) -> int:
        when = self.clock() + timedelta(hours=4)
        return acknowledge.main(
            [
                *arguments,
                *("--data", str(self.folder), "--who", "hanako"),
                *("--clock", when.isoformat()),
            ]
        )

    def check(self, mart: str) -> dg.AssetCheckEvaluation:
        checks = evaluated_checks(self.instance, self.runs[-1].run_id)
        (found,) = (one for one in checks if one.asset_key == mart_key(mart))
        return found

    def report(self) -> str:
        return report_of(self.workspace, self.clock()).read_text(encoding="utf-8")


def job_of(gate: Gate) -> dg.JobDefinition:
    patched = gate.patched
    patched.setattr(audit_asset, "audit", lambda *_: iter(gate.found))
    patched.setattr(audit_asset, "audited_marts", lambda: ["dim_events", "metrics"])
    patched.setattr(audit_asset, "catalogue", lambda _: MARTS)
    patched.setattr(publish_asset, "marts", lambda _: MARTS)
    for asset in (audit_asset, publish_asset):  # what the gate learns needs all marts
        patched.setattr(asset, "freeze", lambda *_, **__: None, raising=False)
    patched.setattr(publish_asset, "fingerprint", lambda run: f"{run.clock}")

    @dg.multi_asset(specs=[dg.AssetSpec(mart_key(mart.name)) for mart in MARTS])
    def built() -> Iterator[dg.MaterializeResult[None]]:
        for mart in MARTS:
            yield dg.MaterializeResult(asset_key=mart_key(mart.name))

    checks, published = audit_checks(), published_assets(Path("manifest.json"))
    job = dg.define_asset_job("build", executor_def=dg.in_process_executor)
    return dg.Definitions(
        assets=[built, published],
        asset_checks=[checks],
        jobs=[job],
        resources={"options": RunOptions()},
    ).resolve_job_def("build")


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    use_small_macro(monkeypatch, tmp_path)
    made = Gate(tmp_path, monkeypatch)
    made.workspace.prepare()
    make_warehouse(made.workspace.warehouse)
    return made


def test_a_real_change_is_let_through_once_and_the_release_says_by_whom(
    gate: Gate, capsys: pytest.CaptureFixture[str]
):
    first = gate.run(ALL_WELL)
    assert first is not None
    assert "first release" in row_of(first)["allowed_because"]

    # Blocked: the page, the terminal and the report say the same.
    assert gate.run(ALL_WELL, DOUBLED) is None
    check = gate.check("metrics")
    assert not check.passed
    assert "make acknowledge CHECK=metrics.keeps_its_values:attendance" in str(
        check.metadata["what failed"].value
    )
    assert "at most 0.4" in gate.report()
    assert first.name in gate.report()
    assert gate.acknowledge() == 0
    assert "metrics.keeps_its_values:attendance" in capsys.readouterr().out

    assert gate.acknowledge(DOUBLED.check, "--reason", WHY) == 0
    # A run that blocks for another reason does not use it up.
    assert gate.run(BROKEN, DOUBLED) is None
    assert gate.check("metrics").severity == dg.AssetCheckSeverity.WARN
    assert gate.check("dim_events").severity == dg.AssetCheckSeverity.ERROR

    second = gate.run(ALL_WELL, DOUBLED)
    assert second is not None
    row = row_of(second)
    assert WHY in row["acknowledged"]
    assert "hanako" in row["acknowledged"]
    assert DOUBLED.check in row["allowed_because"]
    assert row["checks_failed"] == 1
    assert WHY in (second / "quality.html").read_text(encoding="utf-8")

    # Once: the same again is another observation.
    assert gate.acknowledge(DOUBLED.check, "--reason", WHY) == 1
    assert "nothing is blocked" in capsys.readouterr().err
    assert gate.run(ALL_WELL, DOUBLED) is None

    # A roll-back makes an old release current; what was allowed on it then is not now.
    assert gate.acknowledge(DOUBLED.check, "--reason", WHY) == 0
    assert rollback.main([first.name, "--reason", "x", "--data", str(gate.folder)]) == 0
    assert gate.run(ALL_WELL, DOUBLED) is None
    third = gate.run(ALL_WELL)
    assert third is not None
    assert row_of(third)["acknowledged"] is None
    assert "rolled back to" in row_of(third)["allowed_because"]


def test_a_check_of_arithmetic_is_never_let_through(
    gate: Gate, capsys: pytest.CaptureFixture[str]
):
    assert gate.run(BROKEN, DOUBLED) is None
    assert gate.acknowledge("metrics.keeps_its_values", "--reason", WHY) == 0
    assert "still blocked: dim_events.is_right" in capsys.readouterr().out
    for check, reason, sentence in (
        (BROKEN.check, WHY, "cannot be acknowledged"),
        ("metrics.unheard_of", WHY, r"is not blocked. Blocked now:\n  dim_events.is_r"),
        (DOUBLED.check, "", "say why"),
    ):
        assert gate.acknowledge(check, "--reason", reason) == 1
        assert re.search(sentence, capsys.readouterr().err)
    report = gate.report()
    assert "Nothing is published yet" in report
    assert "<script>" not in report
    assert "http" not in report.replace("make ", "").lower()
    assert "<link" not in report
    with Workspace(gate.workspace.data).lock():
        assert not list(gate.workspace.data.rglob("*.new"))


def test_without_a_run_nothing_is_blocked(gate: Gate, capsys):
    assert gate.acknowledge() == 0
    assert "Nothing is blocked." in capsys.readouterr().out
    with pytest.raises(CannotAcknowledge, match="nothing is blocked"):
        acknowledgements.of(
            None,
            position(gate.workspace),
            DOUBLED.check,
            who="hanako",
            reason=WHY,
            clock=CLOCK,
        )


@pytest.mark.parametrize(
    ("now", "is_let_through"),
    [
        ({"value": 0.6}, True),
        ({"value": 0.5}, True),
        ({"value": 0.61}, False),
        ({"value": -3.0, "lower": 0.0}, False),
        ({"subject": "outputs"}, False),
        ({"acknowledgeable": False}, False),
        ({"mart": "member_scores"}, False),
    ],
)
def test_what_is_worse_or_something_else_is_not_let_through(
    now: dict[str, object], is_let_through: bool
):
    given = given_for(DOUBLED)
    assert given.covers(replace(DOUBLED, **now)) == is_let_through


def test_too_little_and_what_has_no_number_are_compared_too():
    few = replace(DOUBLED, value=3.0, lower=10.0, upper=90.0)
    given = given_for(few)
    assert given.covers(replace(few, value=4.0))
    assert not given.covers(replace(few, value=2.0))
    assert not given.covers(replace(few, value=95.0))
    words = replace(DOUBLED, value=None, upper=None, observed="2 rows")
    given = given_for(words)
    assert given.covers(words)
    assert not given.covers(replace(words, observed="3 rows"))
    assert not given.covers(replace(words, sample=("outputs",)))


def given_for(finding: Finding) -> acknowledgements.Acknowledgement:
    return acknowledgements.Acknowledgement(
        check=finding.check,
        observed=finding.observed,
        value=finding.value,
        lower=finding.lower,
        upper=finding.upper,
        sample=finding.sample,
        position=Position("20261120-20261120T200000Z", 0),
        who="hanako",
        reason=WHY,
        acknowledged_at=CLOCK,
    )


def test_a_check_about_change_is_found_row_by_row_and_hides_addresses():
    frame = pd.DataFrame(
        {
            "subject": ["x", "a.person@acme.example", "hubspot"],
            "mart": ["metrics", "metrics", "dim_events"],
            "observed": [4.0, 50.0, 1.0],
            "lower": [2.0, None, 3.0],
            "upper": [9.0, 9.0, None],
        }
    )
    outcome = SimpleNamespace(
        success=False,
        exception_info={},
        result={"unexpected_count": 2, "unexpected_index_list": [1, 2]},
        expectation_config=SimpleNamespace(
            type="expect_column_values_to_be_in_set",
            kwargs={"column": "keeps_its_rows", "value_set": [True]},
            meta={"reason": "rows are gone", "acknowledgeable": True},
        ),
    )
    marts = ["metrics", "dim_events", "dim_members"]
    found = list(findings.by_mart(marts, outcome, frame))
    assert [(one.check, one.passed) for one in found] == [
        ("metrics.keeps_its_rows:(an address)", False),
        ("dim_events.keeps_its_rows:hubspot", False),
        ("dim_members.keeps_its_rows", True),
    ]
    assert [(one.observed, one.bound) for one in found[:2]] == [
        ("50", "at most 9"),
        ("1", "at least 3"),
    ]
    assert [one.check for one in findings.of_outcome("metrics", outcome, frame)] == [
        "metrics.keeps_its_rows:(an address)",
        "metrics.keeps_its_rows:hubspot",
    ]
