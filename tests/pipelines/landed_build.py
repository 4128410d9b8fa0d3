"""An inbox landed and built in this process: no job around it, no audit, no release."""

from collections.abc import Sequence

from dbt.contracts.graph.manifest import Manifest

from pipelines import dbt
from pipelines.workspace import Parameters, Workspace
from sources import discover
from sources._base.landing import land


def land_and_build(
    workspace: Workspace,
    parameters: Parameters,
    selected: Sequence[str],
    manifest: Manifest | None = None,
    *,
    is_next: bool = False,
) -> None:
    """Lands the inbox and builds models. manifest: spares reading the project.

    is_next: the same code has built the same models here before; views and seeds are
    as they were and need not be made again.

    Raises: AssertionError with dbt's messages when a model fails.
    """
    workspace.prepare()
    parameters.write(workspace.parameters)
    for name, source in discover().items():
        # The others have nothing to say; their empty tables stay from the first time.
        if name == "files" or not (workspace.raw / f"raw_{name}").exists():
            land(
                source,
                raw_url=workspace.raw_url,
                work_folder=workspace.data / "dlt",
                inbox=workspace.inbox,
                environment={},
                clock=parameters.clock,
            )
    wanted = ["--resource-type", "model", "--resource-type", "seed"]
    if is_next:
        wanted = ["--resource-type", "model", "--exclude", "config.materialized:view"]
    results = dbt.build(workspace, [*wanted, "--select", *selected], manifest)
    failed = [r.message for r in results if r.node["node_status"] == "error"]
    assert failed == []
