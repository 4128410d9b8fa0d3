"""docs/data-map.md: current, and every column that looks personal is in it."""

import pytest

from pipelines.privacy import data_map
from sources import discover
from sources._base.personal import ROLES, by_person
from sources._base.source import QUARANTINE


def test_the_page_is_current():
    assert data_map.PAGE.read_text(encoding="utf-8") == data_map.page(), (
        "run `make data-map` and commit docs/data-map.md"
    )


def test_every_column_that_looks_personal_is_mapped():
    assert data_map.unmapped() == [], (
        "say on the table's card or in the mart's yml what these columns tell of a"
        " person (`personal`), or list them in NOT_PERSONAL"
    )


def test_a_column_that_nobody_mapped_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        data_map, "NOT_PERSONAL", data_map.NOT_PERSONAL - {"channels.name"}
    )
    assert data_map.unmapped() == ["slack: channels.name"]


def test_nothing_is_called_ordinary_that_need_not_be(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data_map, "NOT_PERSONAL", frozenset())
    found = {name.rpartition(" ")[2] for name in data_map.unmapped()}
    found = {name.removeprefix("file_") for name in found}
    columns = {name.rpartition(".")[2] for name in found}
    monkeypatch.undo()
    assert sorted(data_map.NOT_PERSONAL - found - columns) == []


def test_roles_are_known_and_on_columns_that_there_are():
    for source in discover().values():
        for table in (*source.tables, QUARANTINE):
            assert set(table.personal) <= set(table.columns), table.name
            for columns in by_person(table.personal).values():
                assert {column.role for column in columns} <= ROLES, table.name
    for mart in data_map.marts():
        roles = {data_map.role_of(column) for column in mart["columns"]} - {None}
        assert roles <= ROLES, mart["name"]


def test_names_and_addresses_of_marts_are_restricted():
    """Ids get pseudonyms in the shareable file; names never stand there."""
    for mart in data_map.marts():
        for column in mart["columns"]:
            if data_map.role_of(column) in ("name", "email", "handle", "text", "url"):
                assert data_map.is_restricted(mart) or column[
                    "name"
                ] in data_map.restricted_columns(mart), (mart["name"], column["name"])
