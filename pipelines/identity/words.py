"""How the commands print accounts and reasons: English, with the Japanese beside it."""

import unicodedata
from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipelines.identity import people as read

FIELDS = {
    "account_id": "account アカウント",
    "handle": "handle ハンドル",
    "display_name": "name 名前",
    "name_kana": "kana よみがな",
    "email": "e-mail メール",
    "company_name": "company 会社",
    "department": "department 部署",
    "crm_contact_id": "CRM contact CRM連絡先",
    "first_seen_at": "first seen 初回確認",
    "profile_urls": "profile links プロフィール",
    "activities": "activities 活動数",
    "member_id": "member メンバー",
}
RULES = {
    "first_account": "最初のアカウント",
    "manual": "人の判断",
    "crm_contact": "CRMの同じ連絡先",
    "renamed": "アカウント名の変更",
    "verified_email": "双方で登録した同じメール",
    "platform_login": "プラットフォーム発行のアドレス",
    "profile_link": "プロフィールのリンク",
    "survey_answer": "アンケートの回答",
    "same_address": "同じメール",
    "same_address_and_name": "同じメールと名前",
    "together_and_name": "行動と名前の一致",
    "always_together": "常に一緒に行動",
    "probable": "確率モデル",
    "merge": "統合",
}
DECISIONS = {
    "found": "初出",
    "link": "同一人物とした",
    "split": "別人とした",
    "alias": "IDの移行",
    "review": "確認待ち",
    "settled": "確認済み",
}
NOTHING = "-"


def rule(name: str) -> str:
    """The rule's name in both languages."""
    return f"{name} {RULES[name]}" if name in RULES else name


def decision(name: str) -> str:
    """The decision's name in both languages."""
    return f"{name} {DECISIONS[name]}" if name in DECISIONS else name


def width(text: str) -> int:
    """Columns of a terminal: Japanese letters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, columns: int) -> str:
    """The text with spaces up to a number of columns."""
    return text + " " * max(columns - width(text), 0)


def value(known: Any) -> str:
    """A cell as text; the day of a time; '-' for nothing."""
    if known is None or known is pd.NaT or pd.isna(known) or known == "":
        return NOTHING
    if isinstance(known, pd.Timestamp):
        return f"{known:%Y-%m-%d}"
    # Foreign text must not steer the terminal.
    return "".join(char for char in str(known) if char.isprintable())


def side_by_side(people: pd.DataFrame, one: str, other: str) -> str:
    """Two accounts, field by field, with the other accounts of their members."""
    rows = [
        (label, _cell(people, one, name), _cell(people, other, name))
        for name, label in FIELDS.items()
    ]
    also = [list(read.members_of(people, account)) for account in (one, other)]
    for number in range(max(len(also[0]), len(also[1]), 1)):
        label = "same person 同一人物" if number == 0 else ""
        cells = [
            described(people, side[number]) if number < len(side) else NOTHING
            for side in also
        ]
        rows.append((label, cells[0], cells[1]))
    return table([("", "A", "B"), *rows])


def described(people: pd.DataFrame, account_id: str) -> str:
    """An account in one cell: id, name and address."""
    facts = [_cell(people, account_id, name) for name in ("display_name", "email")]
    known = [fact for fact in facts if fact != NOTHING]
    return f"{account_id} ({', '.join(known)})" if known else account_id


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns one under the other, two spaces between them."""
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            padded(cell, columns) for cell, columns in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _cell(people: pd.DataFrame, account_id: str, name: str) -> str:
    if name == "account_id":
        return account_id
    if account_id not in people.index:
        return NOTHING
    return value(people.at[account_id, name])
