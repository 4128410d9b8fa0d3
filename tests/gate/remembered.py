"""What runs over one folder share, computed once: a run costs half.

Results only, of equal inputs: the graph of the parsed project, and what Great
Expectations said of a frame when it sees that very frame again. And nobody looks at a
page of Dagster's here, which is told beforehand what a run is going to make.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from dagster._core.instance.runs.run_domain import RunDomain
from dbt.compilation import Compiler
from dbt.graph import Graph

from pipelines import audit
from pipelines.assets import audit as audit_asset
from pipelines.audit import AuditContext, Suite
from pipelines.publish.catalogue import Mart
from tests.gate.in_place import in_place_of


class Memory:
    """The results of one project; one process, one manifest."""

    def __init__(self) -> None:
        self._graphs: dict[bool, Graph] = {}
        self._outcomes: dict[str, list[Any]] = {}
        self._catalogues: dict[Path, list[Mart]] = {}

    @contextmanager
    def used(self) -> Iterator[None]:
        """While it is open, dbt and the audit ask here first."""
        linked, judged = Compiler.compile, audit._outcomes
        read = audit_asset.catalogue

        def graph(
            compiler: Any,
            manifest: Any,
            write: bool = True,
            add_test_edges: bool = False,
        ) -> Graph:
            if add_test_edges not in self._graphs:
                self._graphs[add_test_edges] = linked(
                    compiler, manifest, write=write, add_test_edges=add_test_edges
                )
            compiler.initialize()
            return Graph(self._graphs[add_test_edges].graph.copy())

        def outcomes(
            suite: Suite, frames: Any, frame: pd.DataFrame, context: AuditContext
        ) -> list[Any]:
            key = _key(suite, frame, context)
            if key not in self._outcomes:
                self._outcomes[key] = judged(suite, frames, frame, context)
            return self._outcomes[key]

        def catalogue(manifest: Path) -> list[Mart]:
            if manifest not in self._catalogues:
                self._catalogues[manifest] = list(read(manifest))
            return self._catalogues[manifest]

        def planned(*_: Any) -> None:
            return None

        with in_place_of(
            (Compiler, "compile", graph),
            (audit, "_outcomes", outcomes),
            (audit_asset, "catalogue", catalogue),
            (RunDomain, "_log_asset_planned_events", planned),
        ):
            yield


def _key(suite: Suite, frame: pd.DataFrame, context: AuditContext) -> str:
    """Returns what the outcomes follow from: the rows, and what is expected of them."""
    expected = [one.configuration.to_json_dict() for one in suite.expectations(context)]
    said = json.dumps([suite.name, expected], default=str, sort_keys=True)
    return hashlib.sha256(pickle.dumps(frame) + said.encode()).hexdigest()
