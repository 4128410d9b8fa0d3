"""A merge, and its undoing, shows in every table of the same build.

SortingHat: an unmerge did not restore affiliations (../shared/design/lessons.md).
"""

from pathlib import Path

import pytest

from pipelines.identity import frames
from tests.dbt.project import SmallProject

HEADER = "decision,account_a,account_b,reason,who,when\n"
MERGE = "merge,connpass:taro,portal:7,same badge,hanako,2026-11-02\n"
MODELS = (
    *(
        f"identity/{name}.py"
        for name in (
            "account_flags",
            "account_members",
            "decisions",
            "manual_decisions",
            "member_aliases",
            "rejected_decisions",
            "review_queue",
        )
    ),
    *(
        f"intermediate/{name}.sql"
        for name in (
            "int_member_accounts",
            "int_member_activities",
            "int_member_affiliations",
            "int_members_resolved",
        )
    ),
    "marts/member_accounts.sql",
    "marts/member_companies.sql",
)
ACCOUNT_TYPES = {
    "email_is_verified": "boolean",
    "is_bot": "boolean",
    "is_internal": "boolean",
    "has_email_consent": "boolean",
    "first_seen_at": "timestamptz",
}
ACCOUNT_COLUMNS = (
    *frames.ACCOUNTS.names,
    *("source_account_id", "title", "prefecture", "is_internal", "has_email_consent"),
    "email_purpose",
)
ACCOUNTS = {
    "connpass:taro": ("taro", "2026-01-01"),
    "portal:7": ("山田 太郎", "2026-02-01"),
    "portal:8": ("佐藤 花子", "2026-03-01"),
}


def _account(account_id: str, name: str, day: str) -> str:
    source, _, number = account_id.partition(":")
    values = {
        "account_id": f"'{account_id}'",
        "source": f"'{source}'",
        "source_account_id": f"'{number}'",
        "display_name": f"'{name}'",
        "first_seen_at": f"timestamptz '{day} 00:00:00+00'",
        "is_bot": "false",
        "is_internal": "false",
    }
    cells = (
        f"{values[name]} as {name}"
        if name in values
        else f"null::{ACCOUNT_TYPES.get(name, 'varchar')} as {name}"
        for name in dict.fromkeys(ACCOUNT_COLUMNS)
    )
    return "select " + ", ".join(cells)


ACTIVITY = (
    "select '{id}' as activity_id, '{id}' as account_id, split_part('{id}', ':', 1) as"
    " source, 'activities' as source_table, 'post' as activity_type,"
    " timestamptz '2026-05-01 00:00:00+00' as occurred_at,"
    " date '2026-05-01' as local_date, '' as event_id, '' as object_key,"
    " '' as object_url, '' as title, '' as hashtags, '' as parent_activity_id,"
    " '' as working_group, 0 as reactions, 0 as impressions, true as is_output,"
    " false as is_future"
)
STUBS = {
    "int_accounts": "\nunion all\n".join(
        _account(account_id, *rest) for account_id, rest in ACCOUNTS.items()
    ),
    "int_account_links": "select '' as account_id_a, '' as account_id_b,"
    " '' as evidence, 1::bigint as n where false",
    "int_activities": "\nunion all\n".join(
        ACTIVITY.format(id=account_id) for account_id in ACCOUNTS
    ),
    "int_account_affiliations": "select 'portal:7' as account_id,"
    " 'crm:1' as company_id, date '2025-04-01' as valid_from, null::date as valid_to,"
    " timestamptz '2026-02-01 00:00:00+00' as known_since, 'crm' as evidence",
    "int_companies": "select 'crm:1' as company_id, null::varchar as corporate_number,"
    " null::varchar as domain",
    "stg_run__parameters": "select timestamptz '2026-11-20 20:00:00+00' as run_at,"
    " date '2026-11-20' as as_of_date, 'Asia/Tokyo' as timezone,"
    " '' as internal_companies",
}
# What each account and each thing done belongs to, as whom it is shown, where employed.
SHOWN = (
    "select * from (select 'account ' || account_id as what, member_id as who"
    " from marts.member_accounts union all select 'post ' || activity_id,"
    " member_id || coalesce(' at ' || company_id, '')"
    " from intermediate.int_member_activities union all"
    " select member_id, display_name || ' ' || account_count || ' '"
    " || coalesce(company_id, '-') from intermediate.int_members_resolved union all"
    " select member_id || ' works', company_id || ' since ' || valid_from"
    " from marts.member_companies) order by all"
)


@pytest.fixture
def project(tmp_path: Path) -> SmallProject:
    return SmallProject.create(
        tmp_path,
        models=MODELS,
        seeds=("activity_types", "name_precedence", "shared_domains"),
        stubs=STUBS,
    )


def _write(project: SmallProject, lines: str) -> None:
    file = project.data / "inbox" / "identity" / "decisions.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEADER + lines, encoding="utf-8")


def test_a_merge_and_its_undoing_show_in_the_tables_of_the_same_build(
    project: SmallProject,
):
    project.build()
    before = project.query(SHOWN)
    member = dict(before)
    taro, yamada = member["account connpass:taro"], member["account portal:7"]
    assert len({taro, yamada, member["account portal:8"]}) == 3

    _write(project, MERGE)
    project.build()
    merged = dict(project.query(SHOWN))
    assert merged["account connpass:taro"] == merged["account portal:7"] == taro
    # What Yamada's employer says holds for what connpass saw the same person do.
    assert merged["post connpass:taro"] == f"{taro} at crm:1"
    assert merged[taro] == "山田 太郎 2 crm:1"
    assert yamada not in merged
    assert project.query("select * from identity.member_aliases")[0][:2] == (
        yamada,
        taro,
    )

    ((decision,),) = project.query(
        "select decision_id from identity.decisions where rule = 'manual'"
    )
    _write(project, f"{MERGE}undo,{decision},,wrong,hanako,2026-11-03\n")
    project.build()
    assert project.query(SHOWN) == before
