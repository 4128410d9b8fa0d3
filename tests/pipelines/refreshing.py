"""A refresh in a forked process: the command, but for Python's start and imports."""

import gc
import os
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import TimeoutExpired

from pipelines.refresh import main
from tests.conftest import PROJECT
from tests.forked import PROCESSES


class Refresh:
    """As much of `subprocess.Popen` as the tests use of it.

    It leads a session of its own and has the umask of whoever starts it.
    """

    def __init__(
        self, command: list[str], environment: dict[str, str], output: Path
    ) -> None:
        self.args = command
        self.output = output
        umask = os.umask(0)
        os.umask(umask)  # the only way to read it is to set it
        self._process: BaseProcess = PROCESSES.Process(
            target=_refresh, args=(command[3:], environment, umask, output)
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, None]:
        """Waits for the end; returns what was printed. Raises: TimeoutExpired."""
        self._process.join(timeout)
        if self._process.is_alive():
            raise TimeoutExpired(self.args, timeout or 0)
        return self.output.read_text(encoding="utf-8"), None


def _refresh(
    arguments: list[str], environment: dict[str, str], umask: int, output: Path
) -> None:
    os.setsid()
    with output.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.umask(umask)
    os.chdir(PROJECT)
    os.environ.clear()
    os.environ.update(environment)
    gc.freeze()  # what is imported stays: looking through it again frees nothing
    sys.exit(main(arguments))
