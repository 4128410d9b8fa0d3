"""From HubSpot's objects to raw rows, and what a link is called."""

import pytest

from sources._base.errors import SchemaChanged
from sources.hubspot.associations import by_object, lost_links
from sources.hubspot.tables import (
    OBJECT_TYPES,
    custom_properties,
    merged_ids,
    object_row,
    owner_row,
    pipeline_rows,
)

CONTACTS, COMPANIES, DEALS = OBJECT_TYPES


def test_merged_ids_are_a_list_in_numeric_order() -> None:
    assert merged_ids("76340251;46897301;176226001") == [
        "46897301",
        "76340251",
        "176226001",
    ]
    assert merged_ids("") is None
    assert merged_ids(None) is None


def test_a_row_holds_what_was_sent_and_no_telephone_number() -> None:
    row = object_row(
        {
            "id": 501,
            "properties": {"email": "A@example.com", "phone": "+81 3", "team": "x"},
            "createdAt": "2026-02-25T16:23:49.023Z",
            "updatedAt": "2026-02-25T16:23:49.023Z",
            "archived": False,
        },
        CONTACTS,
        custom=("team",),
    )
    assert row["id"] == "501"
    assert row["email"] == "A@example.com"
    assert row["firstname"] is None
    assert row["custom_properties"] == {"team": "x"}
    assert "+81 3" not in str(row)
    assert set(row) <= set(CONTACTS.table.columns)


@pytest.mark.parametrize(
    "found", [{"id": "1"}, {"properties": {}}, {"id": "1", "properties": []}]
)
def test_an_object_in_another_shape_stops_the_load(found) -> None:
    with pytest.raises(SchemaChanged, match="needs a change"):
        object_row(found, DEALS)


def test_numbers_and_flags_sent_bare_become_text_and_lists_stop_the_load() -> None:
    sent = {"id": "1", "properties": {"amount": 3000, "hs_is_closed": True}}
    row = object_row(sent, DEALS, currency="JPY")
    assert (row["amount"], row["hs_is_closed"]) == ("3000", "true")
    with pytest.raises(SchemaChanged, match="amount"):
        object_row({"id": "1", "properties": {"amount": ["3000"]}}, DEALS)


def test_configured_properties_are_sorted_and_none_is_read_twice() -> None:
    settings = {"HUBSPOT_CONTACT_PROPERTIES": "zeta, alpha email,,alpha"}
    assert custom_properties(CONTACTS, settings) == ("alpha", "zeta")
    assert custom_properties(COMPANIES, settings) == ()


def test_owners_and_stages_keep_ids_as_text() -> None:
    owner = owner_row({"id": "6166860", "userId": 1296619, "archived": False})
    assert (owner["id"], owner["user_id"]) == ("6166860", "1296619")
    (stage,) = pipeline_rows(
        {"id": "default", "stages": [{"id": "won", "metadata": {"isClosed": "true"}}]}
    )
    assert (stage["pipeline_id"], stage["stage_id"], stage["is_closed"]) == (
        "default",
        "won",
        "true",
    )


def test_a_link_that_is_no_longer_told_is_landed_as_archived() -> None:
    known = by_object(["contact:501>company:9#1", "contact:501>company:9#279"])
    mine = known["contact_company", "501"]
    kept = [{"association_id": "contact:501>company:9#279"}]
    (lost,) = lost_links(mine, kept)
    assert (lost["from_id"], lost["to_id"], lost["type_id"]) == ("501", "9", "1")
    assert lost["archived"] is True
