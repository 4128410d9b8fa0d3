"""One run at a time in a data folder, whichever process it is in."""

import subprocess
import sys
from pathlib import Path

from pipelines.workspace import Workspace

TRY = (
    "import sys; from pathlib import Path; from pipelines.workspace import *\n"
    "try: Workspace(Path(sys.argv[1])).hold()\n"
    "except Busy: sys.exit(3)"
)


def another_process_may_hold(folder: Path) -> bool:
    return subprocess.run([sys.executable, "-c", TRY, str(folder)]).returncode == 0


def test_a_held_folder_is_refused_to_another_process_and_free_again_after(tmp_path):
    with Workspace(tmp_path).lock():
        assert not another_process_may_hold(tmp_path)
    assert another_process_may_hold(tmp_path)


def test_a_lock_within_a_lock_of_the_same_process_frees_nothing(tmp_path):
    workspace = Workspace(tmp_path)
    with workspace.lock():
        with workspace.lock():
            workspace.hold()
        assert not another_process_may_hold(tmp_path)
    assert another_process_may_hold(tmp_path)
