"""Corporate numbers, names as keys, and the companies that landed rows name."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sources._base.companies import (
    bare_name,
    company_key,
    is_corporate_number,
    known_companies,
)
from sources._base.raw import RawReader
from sources._sandbox.community import generate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1000011000005", True),  # 国立国会図書館
        ("4010801014350", True),
        ("4000012090001", True),  # 経済産業省
        ("1000011000006", False),
        ("2000011000005", False),
        ("100001100000", False),
        ("１000011000005", False),
        ("", False),
        (None, False),
    ],
)
def test_the_first_digit_checks_the_others(text, expected):
    assert is_corporate_number(text) is expected


def test_the_numbers_of_the_sandbox_are_valid():
    companies = generate(200, 1).companies
    assert all(is_corporate_number(one.corporate_number) for one in companies)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("株式会社ＡＢＣ", "abc"),
        ("㈱ABC", "abc"),
        ("ABC Co., Ltd.", "abc"),
        ("ABC Inc.", "abc"),
        ("ABC株式会社 情報システム部", "abc"),
        ("ABC 営業部", "abc"),
        ("合同会社 青空・システムズ", "青空システムズ"),
        ("有限会社青空", "青空"),
        ("株式会社", ""),
        (" ", ""),
        (None, ""),
    ],
)
def test_a_name_is_known_by_what_is_not_its_form(name, key):
    assert company_key(name) == key


def test_a_bare_name_keeps_its_letters():
    assert bare_name("ＡＢＣ・Works Co., Ltd.") == "ABC・Works"
    assert bare_name("㈱青空 営業部") == "青空"


def test_companies_are_those_that_other_sources_name(tmp_path):
    def write(source, table, **columns):
        folder = tmp_path / f"raw_{source}" / table
        (tmp_path / f"raw_{source}" / "_dlt_loads").mkdir(parents=True, exist_ok=True)
        record = '{"load_id":"1.5","status":0,"inserted_at":"x"}'
        (tmp_path / f"raw_{source}" / "_dlt_loads" / "1.jsonl").write_text(record)
        folder.mkdir(parents=True)
        count = len(next(iter(columns.values())))
        system = {
            "_dlt_load_id": ["1.5"] * count,
            "_observed_at": [datetime(2026, 11, 20, tzinfo=UTC)] * count,
        }
        pq.write_table(pa.table({**columns, **system}), folder / "1.5.f.parquet")

    own = json.dumps({"corporate_number": "4010801014350", "products": None})
    write("hubspot", "companies", name=["㈱青空", None], custom_properties=[own, "no"])
    write("hubspot", "contacts", company=["株式会社青空", "赤坂"], name=["x", "y"])
    write(
        "files",
        "companies",
        name=["緑"],
        corporate_number=["1000011000005"],
    )
    write("files", "accounts", company=["黒"], name=["a person"])
    other = json.dumps({"corporate_number": "7000012050002"})
    write("salesforce", "accounts", name=["株式会社白"], custom_fields=[other])
    write("salesforce", "contacts", custom_fields=[own])
    write("houjin_bangou", "corporations", corporate_number=["4000012090001"])
    raw = RawReader(tmp_path.as_uri())
    known = known_companies(raw, registers=frozenset({"houjin_bangou"}))
    assert known.numbers == {"4010801014350", "1000011000005", "7000012050002"}
    assert known.names == {
        "青空": "㈱青空", "赤坂": "赤坂", "緑": "緑", "黒": "黒", "白": "株式会社白"
    }  # fmt: skip
