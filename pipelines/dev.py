"""`make dev`: the Dagster page and the daemon on 127.0.0.1, over the data folder."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from pipelines.instance import close_dead_runs, open_instance, prepare_home
from pipelines.run import workspace_of
from pipelines.settings import read_environment
from pipelines.workspace import PROJECT, Busy

PORT = "3000"


def main() -> None:
    """Replaces this process by `dagster dev`."""
    environment = read_environment(os.environ)
    workspace = workspace_of("", environment)
    workspace.prepare()
    with suppress(Busy), workspace.lock(), open_instance(workspace) as instance:
        close_dead_runs(instance)
    os.environ.update(
        {
            **environment,
            "TSUNAGARI_DATA": str(workspace.data),
            "DAGSTER_HOME": str(prepare_home(workspace)),
        }
    )
    os.chdir(PROJECT)
    arguments = command(environment.get("TSUNAGARI_DEV_PORT") or PORT)
    os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter


def command(port: str) -> list[str]:
    """Returns `dagster dev` on this machine's own address: the page has no login."""
    return [
        *(sys.executable, "-m", "dagster", "dev"),
        *("--module-name", "pipelines.definitions"),
        *("--host", "127.0.0.1", "--port", port),
    ]


if __name__ == "__main__":
    main()
