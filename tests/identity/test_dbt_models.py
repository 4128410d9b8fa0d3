"""The Python models run inside dbt, and their descriptions name their columns."""

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner

from pipelines.identity import frames
from tests.conftest import PROJECT

IDENTITY = PROJECT / "dbt_project" / "models" / "identity"
ACCOUNTS = """
select
    'connpass:taro' as account_id, 'connpass' as source, 'taro' as handle,
    '山田太郎' as display_name, cast(null as varchar) as name_kana,
    'taro@corp.co.jp' as email, cast(null as boolean) as email_is_verified,
    cast(null as varchar) as company_name, cast(null as varchar) as department,
    cast(null as varchar) as profile_urls,
    timestamptz '2026-01-01 00:00:00+00' as first_seen_at,
    cast(null as varchar) as crm_contact_id, false as is_bot
union all
select
    'hubspot:7', 'hubspot', null, '山田 太郎', null, 'taro@corp.co.jp', null, null,
    null, 'x:taro',
    timestamptz '2026-02-01 00:00:00+00', '7', false
"""
LINKS = """
select
    '' as account_id_a, '' as account_id_b, '' as evidence, cast(1 as bigint) as n
where false
"""
PARAMETERS = "select timestamptz '2026-11-20 20:00:00+00' as run_at"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of the identity models over two accounts."""
    folder = tmp_path / "dbt_project"
    for part in ("macros", "tests", "models/identity"):
        shutil.copytree(PROJECT / "dbt_project" / part, folder / part)
    for file in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / "dbt_project" / file, folder / file)
    stubs = {
        "int_accounts": ACCOUNTS,
        "int_account_links": LINKS,
        "stg_run__parameters": PARAMETERS,
    }
    for name, sql in stubs.items():
        (folder / "models" / f"{name}.sql").write_text(sql, encoding="utf-8")
    settings = {
        "DBT_PROFILES_DIR": folder,
        "DBT_TARGET_PATH": tmp_path / "target",
        "DBT_LOG_PATH": tmp_path / "logs",
        "TSUNAGARI_DATA": tmp_path / "data",
        "TSUNAGARI_RAW": tmp_path / "data" / "raw",
        "TSUNAGARI_WAREHOUSE": tmp_path / "data" / "warehouse.duckdb",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    (tmp_path / "data").mkdir()
    return folder


def test_the_models_run_inside_dbt(project: Path, tmp_path: Path) -> None:
    result = dbtRunner().invoke(
        ["--quiet", "build", "--project-dir", str(project), "--select", "+path:models"]
    )
    assert result.success, result.exception
    with duckdb.connect(tmp_path / "data" / "warehouse.duckdb") as file:
        members = file.sql(
            "select account_id, link_rule, epoch_us(linked_at) as linked_at"
            " from identity.account_members order by account_id"
        ).fetchall()
        columns = file.sql(
            "select table_name, list(column_name order by column_index)"
            " from duckdb_columns() where schema_name = 'identity' group by all"
        ).fetchall()
    run_at = 1795204800000000
    assert members == [
        ("connpass:taro", "first_account", run_at),
        ("hubspot:7", "verified_email", run_at),
    ]
    assert dict(columns) == _documented()
    assert (tmp_path / "data" / "identity" / "decisions").is_dir()


def _documented() -> dict[str, list[str]]:
    """Table -> columns as the yml lists them."""
    text = (IDENTITY / "_identity.yml").read_text(encoding="utf-8")
    return {
        model["name"]: [column["name"] for column in model["columns"]]
        for model in yaml.safe_load(text)["models"]
    }


@pytest.mark.parametrize("table", sorted(_documented()))
def test_the_documented_columns_are_those_of_the_frame(table: str) -> None:
    assert _documented()[table] == getattr(frames, table.upper()).names
