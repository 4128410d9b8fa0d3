"""Processes forked from one that has everything imported: half of a start is imports.

The server is started by whoever needs it first, one for each process of pytest. It has
opened nothing and only forks; what it forks is killed like any other process.
"""

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.victims", "tests.imported"])
