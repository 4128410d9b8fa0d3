"""Hard spellings of companies through the real models: no two are one, few are missed.

The truth stands in tests/dbt/companies/: rows of one `truth` are one company. A row
whose company nobody could tell has a truth of its own, marked by a question mark.
"""

import csv
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest

from pipelines.identity.companies import compare_company
from tests.dbt.project import DBT, SmallProject

CASES = Path(__file__).parent / "companies"
MODELS = (
    "int_registered_companies",
    "int_registered_names",
    "int_company_keys",
    "int_company_marks",
    "int_company_aliases",
    "int_company_names",
    "int_account_affiliations",
    "int_companies",
)
FILLED = (
    "select columns(name -> name <> 'truth')"
    " from (select nullif(columns(*), '') from read_csv('{file}', all_varchar = true))"
)
STUBS = {
    "int_stacked_companies": "select *, split_part(company_id, ':', 1) as source,"
    " null::varchar as industry, null::boolean as is_customer,"
    " null::varchar as contract_status, null::varchar as products from ({companies})",
    "stg_houjin_bangou__corporations": "select * replace (cast(is_current as boolean)"
    " as is_current, cast(closed_date as date) as closed_date),"
    " null::varchar as name_kana from ({register})",
    "stg_gbizinfo__companies": "select null::varchar as corporate_number,"
    " null::varchar as name, null::varchar as name_kana, null::varchar as prefecture,"
    " null::varchar as industry, null::boolean as is_closed where false",
    "int_accounts": "select account_id, email,"
    " timestamptz '2026-01-01 00:00:00+00' as first_seen_at from ({statements})",
    "int_stacked_account_affiliations": "select account_id, company_name,"
    " null::varchar as company_id, date '2026-01-01' as valid_from,"
    " null::date as valid_to, timestamptz '2026-01-01 00:00:00+00' as known_since,"
    " 'account' as evidence from ({statements}) where company_name is not null",
    "int_activities": "select '' as account_id,"
    " timestamptz '2026-01-01 00:00:00+00' as occurred_at where false",
    "compared_names": "select name, {{{{ comparable_company('name') }}}} as name_key"
    " from (select name from ({companies}) union"
    " select company_name from ({statements}) union select name from ({names}))"
    " where name is not null",
    "stg_run__parameters": "select date '2026-11-20' as as_of_date,"
    " 'Asia/Tokyo' as timezone",
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """The models of companies, built over the cases."""
    rows = {
        file.stem: FILLED.format(file=file.as_posix()) for file in CASES.glob("*.csv")
    }
    project = SmallProject.create(
        tmp_path_factory.mktemp("companies"),
        models=[f"intermediate/{name}.sql" for name in MODELS],
        seeds=["no_companies", "shared_domains"],
        stubs={name: sql.format(**rows) for name, sql in STUBS.items()},
    )
    project.build()
    return project


def _found(warehouse: SmallProject) -> dict[str, str]:
    """Company row or account -> the company it came to."""
    rows = warehouse.query(
        "select source_company_id, company_id from intermediate.int_company_aliases"
        " union all select account_id, any_value(company_id)"
        " from intermediate.int_account_affiliations where company_id <> 'none'"
        " group by account_id having count(distinct company_id) = 1"
    )
    return dict(rows)


def _truth() -> dict[str, str]:
    """Company row or account -> the company it is."""
    truth = {}
    for name, key in (("companies", "company_id"), ("statements", "account_id")):
        with (CASES / f"{name}.csv").open(encoding="utf-8") as file:
            truth |= {row[key]: row["truth"] for row in csv.DictReader(file)}
    return truth


def _pairs(company_of: dict[str, str]) -> set[tuple[str, str]]:
    members = defaultdict(list)
    for key, company in sorted(company_of.items()):
        members[company].append(key)
    return {pair for keys in members.values() for pair in combinations(keys, 2)}


def test_there_are_enough_hard_spellings():
    assert len(_truth()) >= 120


def test_no_two_companies_become_one(warehouse: SmallProject):
    assert _pairs(_found(warehouse)) - _pairs(_truth()) == set()


def test_few_spellings_of_a_company_are_missed(warehouse: SmallProject):
    true = _pairs(_truth())
    missed = true - _pairs(_found(warehouse))
    assert len(missed) / len(true) <= 0.02, missed


def test_companies_of_different_numbers_are_never_one(
    warehouse: SmallProject,
):
    several = warehouse.query(
        "select company_id from intermediate.int_company_aliases group by company_id"
        " having count(distinct corporate_number) > 1"
    )
    assert several == []


def test_a_number_that_does_not_check_is_none(warehouse: SmallProject):
    numbers = dict(
        warehouse.query(
            "select source_company_id, corporate_number"
            " from intermediate.int_company_aliases"
        )
    )
    assert numbers["crm:74"] is None
    assert numbers["crm:76"] is None
    assert numbers["files:3"] == numbers["crm:1"]


def test_sql_and_python_compare_names_alike(warehouse: SmallProject):
    rows = warehouse.query(
        "select name, coalesce(name_key, '') from main.compared_names"
    )
    assert len(rows) > 150
    different = {
        name: (key, compare_company(name))
        for name, key in rows
        if key != compare_company(name)
    }
    assert different == {}


def test_a_word_for_no_company_is_written_as_names_are_compared():
    with (DBT / "seeds" / "no_companies.csv").open(encoding="utf-8") as file:
        keys = [row["name_key"] for row in csv.DictReader(file)]
    assert keys == sorted({compare_company(key) for key in keys})


def test_domains_that_many_share_are_of_a_known_kind():
    with (DBT / "seeds" / "shared_domains.csv").open(encoding="utf-8") as file:
        kinds = {row["domain"]: row["kind"] for row in csv.DictReader(file)}
    assert set(kinds.values()) == {"mail", "provider", "host", "suffix"}
    assert list(kinds) == sorted(kinds)
