"""A small dbt project of real models over stubs, built as often as a test wants."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from tests.conftest import PROJECT

DBT = PROJECT / "dbt_project"


@dataclass(frozen=True)
class SmallProject:
    """Some models of the project, and SQL in place of what they read."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        models: Sequence[str],
        seeds: Sequence[str],
        stubs: Mapping[str, str],
    ) -> "SmallProject":
        """Copies models (paths below models/) and seeds; writes the stubs."""
        project = cls(folder)
        target = folder / "dbt_project"
        shutil.copytree(DBT / "macros", target / "macros")
        files = [f"models/{name}" for name in models]
        files += [f"seeds/{name}.csv" for name in seeds]
        for file in ("dbt_project.yml", "profiles.yml", *files):
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(DBT / file, target / file)
        # Contracts need the descriptions, and those every table that they speak of.
        file = target / "dbt_project.yml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("enforced: true", "enforced: false"))
        for name, sql in stubs.items():
            (target / "models" / f"{name}.sql").write_text(sql, encoding="utf-8")
        project.data.mkdir()
        return project

    def build(self) -> None:
        """Builds everything; fails with what dbt says."""
        settings = {
            "DBT_PROFILES_DIR": self.folder / "dbt_project",
            "DBT_TARGET_PATH": self.folder / "target",
            "DBT_LOG_PATH": self.folder / "logs",
            "TSUNAGARI_DATA": self.data,
            "TSUNAGARI_RAW": self.data / "raw",
            "TSUNAGARI_WAREHOUSE": self.data / "warehouse.duckdb",
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, str(value))
            folder = str(self.folder / "dbt_project")
            result = dbtRunner().invoke(["--quiet", "build", "--project-dir", folder])
            DuckDBConnectionManager.close_all_connections()
        told = [one.message for one in result.result or [] if one.message]
        assert result.success, (result.exception, told)

    def query(self, sql: str) -> list[tuple]:
        """Rows of the warehouse."""
        file = str(self.data / "warehouse.duckdb")
        with duckdb.connect(file, read_only=True) as connection:
            return connection.execute(sql).fetchall()
