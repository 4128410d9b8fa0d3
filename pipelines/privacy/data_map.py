"""`make data-map`: docs/data-map.md, which personal data is kept, from where and why.

    python -m pipelines.privacy.data_map

Roles of raw columns stand on the sources' cards (`Table.personal`), those of the marts
in their yml (`config: meta: personal`); this module has only the words. A test fails
when a column that looks personal is in neither, and when the page is not current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from pipelines.privacy.data_words import CONSENT, HEAD, PURPOSES, ROLES
from pipelines.settings import Settings
from pipelines.workspace import DBT_PROJECT, PROJECT
from sources import discover
from sources._base.personal import by_person
from sources._base.source import QUARANTINE, Source, Table

PAGE: Final = PROJECT / "docs" / "data-map.md"
MARTS: Final = DBT_PROJECT / "models" / "marts"
TELLING: Final = re.compile(
    r"name|nick|mail|user|author|account|handle|descr|comment|text|title|phone|bio"
    r"|owner|creator|presenter|answer|payload|note|vendor|fields|propert|extra|member"
    r"|evidence|decided|who|topic|purpose|subject"
)
# Columns that look like it and tell of nobody: by name, or `table.column`.
NOT_PERSONAL: Final = frozenset(
    {
        *("event_title", "group_title", "website_name", "table_name"),
        *("companies.name", "corporations.name"),
        *(
            "corporations.name_image_id",
            "corporations.prefecture_name",
            "channels.name",
        ),
        *("corporations.city_name", "corporations.en_name", "groups.name"),
        *("corporations.en_prefecture_name", "corporations.en_city_name"),
        *("groups.title", "groups.sub_title", "accounts.name", "campaigns.name"),
        *("published_text", "updated_text", "organization_url_name", "email_verified"),
        *("email_consent", "email_purpose", "companies.extra", "targets.extra"),
        "evidence",
        *("opportunities.account_id", "contacts.account_id", "tasks.account_id"),
        *("converted_account_id", "user_type", "has_opted_out_of_email", "name_ja"),
        *("companies.custom_properties", "deals.custom_properties"),
        *("accounts.custom_fields", "opportunities.custom_fields", "hs_email_optout"),
        *("name_en", "description_ja", "description_en", "primary_email_purpose"),
        *("dim_companies.name", "company_summary.name", "dim_events.title"),
        *(
            "event_summary.title",
            "method_note",
            "participants.user_id",
        ),
        *("member_since", "venue_name", "stage_name"),
    }
)


@dataclass(frozen=True)
class Row:
    """One line of a table of the page."""

    table: str
    columns: tuple[str, ...]
    role: str
    note: str = ""


def page() -> str:
    """Returns the whole page; the same for the same cards and yml."""
    return (
        "\n".join([*_head(), *_sources(), *_files(), *_marts(), *_elsewhere()]) + "\n"
    )


def unmapped() -> list[str]:
    """Columns that look personal and have no role; a test wants none."""
    found = [
        f"{source.name}: {table.name}.{column}"
        for source in discover().values()
        for table in (*source.tables, QUARANTINE)
        for column, kind in table.columns.items()
        if kind in ("text", "json")
        and column not in table.personal
        and _is_telling(table.name.removeprefix("file_"), column)
    ]
    for mart in marts():
        found += [
            f"{mart['name']}.{column['name']}"
            for column in mart["columns"]
            if str(column.get("data_type")) == "string"
            and role_of(column) is None
            and (
                _is_telling(mart["name"], column["name"])
                or column["name"] in restricted_columns(mart)
            )
            and column["name"] not in _not_people(mart)
        ]
    return sorted(set(found))


def marts() -> list[dict[str, Any]]:
    """The models of the marts' yml files, by name."""
    found = [
        model
        for path in MARTS.glob("*.yml")
        for model in _read(path).get("models", [])
        if "columns" in model
    ]
    return sorted(found, key=lambda model: str(model["name"]))


def _read(path: Path) -> dict[str, Any]:
    # libyaml, as dbt: the parser in Python refuses a ? in a list in braces
    text = path.read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)  # noqa: S506
    return read


def role_of(column: dict[str, Any]) -> str | None:
    """What a mart's column says of a person, None for nothing."""
    role = column.get("config", {}).get("meta", {}).get("personal")
    return str(role) if role else None


def is_restricted(mart: dict[str, Any]) -> bool:
    return bool(mart["config"]["meta"].get("restricted"))


def restricted_columns(mart: dict[str, Any]) -> list[str]:
    return list(mart["config"]["meta"].get("restricted_columns") or [])


def _not_people(mart: dict[str, Any]) -> frozenset[str]:
    # kept from the shareable file for another reason than people
    return (
        frozenset({"is_champion_gap"})
        if mart["name"] == "company_summary"
        else (frozenset())
    )


def _is_telling(table: str, column: str) -> bool:
    if column in NOT_PERSONAL or f"{table}.{column}" in NOT_PERSONAL:
        return False
    return TELLING.search(column) is not None


def _head() -> Iterator[str]:
    yield HEAD.format(releases=Settings.keep_releases).strip()


def _sources() -> Iterator[str]:
    yield ""
    yield "## Sources 取得元"
    for source in discover().values():
        own = [it for it in source.tables if not _is_of_files(source, it)]
        rows = [row for table in own for row in rows_of(table)]
        if not rows:
            continue
        purpose, ground = PURPOSES[source.kind]
        yield from ("", f"### {source.title}", "")
        yield f"Purpose 目的: {purpose}. Ground 根拠: {ground}."
        if source.name in CONSENT:
            yield f"Consent 同意: {CONSENT[source.name]}."
        yield ""
        yield from _table(rows)


def _files() -> Iterator[str]:
    kinds: dict[str, Table] = {}
    users: dict[str, list[str]] = {}
    for source in discover().values():
        for table in source.tables:
            if _is_of_files(source, table):
                kind = table.name.removeprefix("file_")
                kinds[kind] = table
                users.setdefault(kind, []).append(source.title)
    yield from ("", "### Exported files エクスポートファイル", "")
    yield "The same columns whichever platform a file was exported from; purpose and"
    yield "ground are the platform's."
    for source in discover().values():
        if source.name in CONSENT and any(
            _is_of_files(source, table) for table in source.tables
        ):
            yield f"{source.title}: {CONSENT[source.name]}."
    yield ""
    named = ((kind, table) for kind, table in sorted(kinds.items()))
    yield from _table(
        [
            Row(kind, row.columns, row.role)
            for kind, table in named
            for row in rows_of(table)
        ]
    )
    yield from ("", "Read from 取得元: " + "; ".join(_who_uses(users)) + ".")
    yield from ("", "### Rows set aside 隔離された行", "")
    yield from _table(list(rows_of(QUARANTINE)))


def _who_uses(users: dict[str, list[str]]) -> Iterator[str]:
    for kind, titles in sorted(users.items()):
        yield f"{kind}: {', '.join(sorted(titles))}"


def _is_of_files(source: Source, table: Table) -> bool:
    return source.name == "files" or table.name.startswith("file_")


def rows_of(table: Table) -> Iterator[Row]:
    """The personal columns of a raw table, those of one role together."""
    by_role: dict[str, list[str]] = {}
    for columns in by_person(table.personal).values():
        for column in columns:
            by_role.setdefault(column.role, []).append(column.name)
    for role, names in by_role.items():
        yield Row(table.name, tuple(names), role)


def _table(rows: list[Row]) -> Iterator[str]:
    yield "| table テーブル | columns 列 | what it is 内容 | erased 消去後 |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        what, becomes = ROLES[row.role]
        columns = ", ".join(f"`{name}`" for name in row.columns)
        yield f"| {row.table} | {columns} | {what} | {becomes} |"


def _marts() -> Iterator[str]:
    yield ""
    yield "## Marts マート"
    yield ""
    yield "Restricted tables and columns are not in the shareable file; ids there are"
    yield "pseudonyms. 制限付きのテーブル・列は共有用ファイルに含まれません。"
    yield ""
    yield (
        "| mart マート | column 列 | what it is 内容 | restricted 制限"
        " | erased 消去後 |"
    )
    yield "| --- | --- | --- | --- | --- |"
    for mart in marts():
        for column in mart["columns"]:
            role = role_of(column)
            if role is None:
                continue
            what, becomes = ROLES[role]
            name = column["name"]
            if is_restricted(mart) or name in restricted_columns(mart):
                shown = "yes 制限"
            else:
                shown = "pseudonym 仮名" if role in ("id", "own_id") else "no なし"
            yield f"| {mart['name']} | `{name}` | {what} | {shown} | {becomes} |"


def _elsewhere() -> Iterator[str]:
    yield ""
    yield "## Elsewhere その他"
    yield ""
    yield "| where 場所 | what it is 内容 | erased 消去後 |"
    yield "| --- | --- | --- |"
    for where, what, becomes in (
        ("identity/decisions", "who is who, and why 名寄せの記録", "rewritten"),
        ("identity/memory, statistics", "caches of names キャッシュ", "removed"),
        ("inbox/identity/decisions.csv", "what people decided 人の判断", "rewritten"),
        ("inbox in the data folder", "exported files 取込ファイル", "rewritten"),
        ("your own INBOX=", "your originals 元ファイル", "named, yours to change"),
        ("published/releases", "releases 公開版", "rewritten"),
        ("warehouse.duckdb, dlt", "made again by a refresh 再生成", "removed"),
        ("dagster, logs", "runs and what they said 実行履歴・ログ", "rewritten"),
    ):
        yield f"| `{where}` | {what} | {becomes} |"


def main() -> int:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"written: {PAGE.relative_to(Path.cwd())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
