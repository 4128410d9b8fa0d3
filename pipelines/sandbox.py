"""The sandbox: a local server speaks the platforms' APIs over an invented community."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from pipelines.settings import last_complete_day
from pipelines.workspace import Workspace
from sources._base.landing import PACE
from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer

REQUESTS_PER_SECOND = "90"  # the server allows 100


@contextmanager
def start_sandbox(
    workspace: Workspace, clock: datetime, members: int, seed: int
) -> Iterator[SandboxServer]:
    """Serves the community on 127.0.0.1, on a free port, for the time of the block.

    The sources' settings point to it meanwhile; its exported files lie in the sandbox's
    own inbox, its truth (who is who, who becomes a star) beside them in `truth/`.
    """
    today = last_complete_day(clock, "Asia/Tokyo")
    community = generate(members=members, seed=seed, today=today)
    community.write_truth(workspace.data / "truth")
    with SandboxServer(community) as server:
        server.write_inbox(workspace.inbox)
        before = dict(os.environ)
        os.environ.update({**server.settings(), PACE: REQUESTS_PER_SECOND})
        try:
            yield server
        finally:
            os.environ.clear()
            os.environ.update(before)
