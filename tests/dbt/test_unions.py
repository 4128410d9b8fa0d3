"""What a new source must add, and what it must not forget."""

import re

import pytest
import yaml

from sources import discover
from sources._files.kinds import KINDS
from tests.conftest import PROJECT

MODELS = PROJECT / "dbt_project" / "models"
STACKED = {
    path.stem.removeprefix("int_stacked_"): f"stacked/{path.stem}"
    for path in MODELS.glob("intermediate/stacked/int_stacked_*.sql")
}


def shaping_models() -> list[tuple[str, str]]:
    """Every (source, entity) for which a staging folder holds a shaping model."""
    names = (path.stem for path in MODELS.glob("staging/*/stg_*__as_*.sql"))
    pairs = (re.fullmatch(r"stg_(.+)__as_(.+)", name) for name in names)
    return sorted((pair[1], pair[2]) for pair in pairs if pair)


def sources_of(union: str) -> list[str]:
    """The sources that a union model lists, one line each."""
    text = (MODELS / "intermediate" / f"{union}.sql").read_text()
    listed = re.search(r"set sources = \[\n(.*?)\] %}", text, re.DOTALL)
    assert listed, f"{union} lists no sources"
    return re.findall(r"^    '(\w+)',$", listed[1], re.MULTILINE)


def lists_of(macro: str) -> dict[str, tuple[str, ...]]:
    """The lists that a macro about files returns, by name."""
    text = (PROJECT / "dbt_project/macros/mapped_files.sql").read_text()
    body = text.partition(f"macro {macro}()")[2].partition("endmacro")[0]
    lines = re.findall(r"^        '(\w+)': \[(.*)\],$", body, re.MULTILINE)
    return {name: tuple(re.findall(r"'(\w+)'", row)) for name, row in lines}


def test_every_shaping_model_has_its_line_in_the_union():
    listed = {
        (source, entity)
        for entity, union in STACKED.items()
        for source in sources_of(union)
    }
    assert listed == set(shaping_models())


@pytest.mark.parametrize("union", STACKED.values())
def test_sources_stand_in_order_so_that_a_new_one_is_one_line(union):
    assert sources_of(union) == sorted(sources_of(union))


def test_every_source_that_acts_is_among_those_whose_activities_are_counted():
    acting = {source for source, entity in shaping_models() if entity == "activities"}
    assert set(sources_of("reconciliation/int_mart_row_counts")) == acting


@pytest.mark.parametrize("union", ["int_row_counts", "int_quarantined"])
def test_every_staged_table_is_counted(union):
    text = (MODELS / "intermediate/reconciliation" / f"{union}.sql").read_text()
    lines = re.findall(r"^    '(\w+)': \[(.*)\],$", text, re.MULTILINE)
    counted = {(name, table) for name, row in lines for table in row.split(", ")}
    names = (path.stem for path in MODELS.glob("staging/*/stg_*_checked.sql"))
    pairs = (re.fullmatch(r"stg_(.+)__(.+)_checked", name) for name in names)
    assert counted == {(pair[1], f"'{pair[2]}'") for pair in pairs if pair}


def test_every_folder_of_staging_with_tables_is_a_source():
    folders = {path.parent.name for path in MODELS.glob("staging/*/stg_*__as_*.sql")}
    sources = {path.parent.name for path in PROJECT.glob("sources/[a-z]*/__init__.py")}
    assert folders <= sources


def test_every_table_of_mapped_files_is_staged_with_its_kind():
    """The card declares file_<kind>, the yml lets SQL find it, one line stages it."""
    listed = lists_of("mapped_files")
    assert list(listed) == sorted(listed)
    staged = {
        (name, f"file_{kind}") for name, kinds in listed.items() for kind in kinds
    }
    on_cards = {
        (source.name, table.name)
        for source in discover().values()
        for table in source.tables
        if table.name.startswith("file_")
    }
    in_ymls = {
        (source["name"], table["name"])
        for path in MODELS.glob("staging/*/_*.yml")
        for source in yaml.safe_load(path.read_text()).get("sources", [])
        for table in source["tables"]
        if table["name"].startswith("file_")
    }
    assert staged == on_cards
    assert staged == in_ymls


def test_a_row_of_a_file_is_known_by_what_its_kind_says():
    assert lists_of("file_keys") == {kind.name: kind.key for kind in KINDS}
