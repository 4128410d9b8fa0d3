"""What a release is built from, in one hash: equal hash, nothing to build."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.identity.model import TRAINED
from pipelines.run import Resolved
from pipelines.workspace import DBT_PROJECT, PROJECT
from sources._base.tombstones import FOLDER, TOMBSTONES

CODE = ("pipelines", "sources", "dbt_project")
CODE_ENDINGS = {".py", ".sql", ".yml", ".yaml", ".csv", ".json"}


def fingerprint(run: Resolved) -> str:
    """Returns a hash over loads with rows, what people decided, code, settings, day."""
    digest = hashlib.sha256()
    parts = [
        code_fingerprint(),
        *_loads(run.workspace.raw),
        *_decisions(run.workspace.inbox),
        *_trained(run.workspace.data),
        *_erased(run.workspace.data),
        run.as_of.isoformat(),
        run.settings.timezone,
        str(run.settings.fiscal_year_start_month),
        run.settings.formula_version,
        str(run.settings.minimum_group),
        ",".join(run.settings.internal_companies),
    ]
    for part in parts:
        digest.update(f"{part}\n".encode())
    return digest.hexdigest()[:32]


def code_fingerprint(folders: Sequence[str] = CODE) -> str:
    """Returns a hash over the project's code, seeds included, or a part of it."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in CODE_ENDINGS and not _is_generated(path):
                digest.update(str(path.relative_to(PROJECT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _is_generated(path: Path) -> bool:
    return path.is_relative_to(DBT_PROJECT / "target") or "__pycache__" in path.parts


def _loads(raw: Path) -> Iterator[str]:
    """Yields the loads that landed or set aside a row, and the last reported totals."""
    reported: dict[tuple[str, str, str], tuple[str, int]] = {}
    for file in sorted(raw.glob("raw_*/load_counts/*.parquet")):
        counts: pa.Table = pq.read_table(file)
        for row in counts.to_pylist():
            load = row["_dlt_load_id"]
            if (row["landed"] or 0) > 0:
                yield f"{row['source']}.{row['table_name']} {load} {row['landed']}"
            if row["reported_by_source"] is not None:
                name = (row["source"], row["table_name"], row["period"] or "")
                if name not in reported or reported[name][0] <= load:
                    reported[name] = (load, row["reported_by_source"])
    for name, (_, total) in sorted(reported.items()):
        yield f"{name} {total}"


def _decisions(inbox: Path) -> Iterator[str]:
    for path in sorted((inbox / "identity").glob("*.csv")):
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _erased(data: Path) -> Iterator[str]:
    """Yields who was erased: their rows are others than those the release has."""
    for path in sorted((data / FOLDER / TOMBSTONES).glob("*.json")):
        yield path.name


def _trained(data: Path) -> Iterator[str]:
    """Yields the parameters of identity that were trained on this data."""
    file = data / TRAINED
    if file.exists():
        yield hashlib.sha256(file.read_bytes()).hexdigest()
