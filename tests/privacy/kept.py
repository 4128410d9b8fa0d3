"""A small data folder with one person in every format that one has."""

import gzip
import json
import pickle
import re
import sqlite3
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from dlt.common.versioned_state import compress_state

from pipelines.identity import frames, log
from sources._base.rows import landed_rows
from sources._base.source import QUARANTINE, Table
from sources.connpass.tables import PARTICIPANTS, USERS
from sources.files import SOURCE as FILES
from tests.pipelines.published import make_warehouse, publish_day

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)
AT = "2026-11-21T05:30:00+09:00"
MEMBER, MERGED = "m_2", "m_9"
EMAIL = "hanako@acme.example"
COMMENT = "初めて参加します、よろしくお願いします"
# What must be nowhere after the erasure; the namesake's own name is not among them.
VALUES = (
    *("hanako_s8", EMAIL, "佐藤花子", "佐藤 花子", "サトウハナコ", "m_2"),
    *("portal:m700", "connpass:hanako", COMMENT),
)


def names(value: str, text: str) -> bool:
    """Whether a text has the value; a longer hash may begin like the id."""
    return re.search(re.escape(value) + r"(?![0-9a-f])", text) is not None


ACCOUNTS = next(table for table in FILES.tables if table.name == "accounts")


def land(data: Path, source: str, table: Table, rows: list[dict], load: str) -> Path:
    """Rows in raw as a load leaves them."""
    folder = data / "raw" / f"raw_{source}" / table.name
    folder.mkdir(parents=True, exist_ok=True)
    batches = landed_rows(rows, table=table, observed_at=CLOCK, newest={})
    landed = [
        {
            **{
                name: json.dumps(value, ensure_ascii=False)
                if isinstance(value, dict | list)
                else value
                for name, value in row.items()
            },
            "_dlt_load_id": load,
        }
        for batch in batches
        for row in batch.rows
    ]
    path = folder / f"{load}.f.parquet"
    pq.write_table(pa.Table.from_pylist(landed, schema=table.schema()), path)
    return path


def participant(number: int, nickname: str, name: str, comment: str | None) -> dict:
    """A row of connpass's participants list."""
    return {
        **dict.fromkeys(PARTICIPANTS.columns),
        "event_id": "1",
        "reception_no": str(number),
        "nickname": nickname,
        "display_name": name,
        "comment": comment,
        "status": "参加",
        "answers": [
            {"question": "会社名", "answer": "アクメ株式会社"},
            {"question": "メールアドレス", "answer": EMAIL if number < 3 else None},
            {"question": "動機", "answer": "面白そう"},
        ],
    }


PARTICIPANTS_ROWS = [
    participant(1, "hanako", "佐藤 花子", COMMENT),
    participant(2, "hanako", "佐藤花子", None),
    participant(3, "yamada", "山田太郎", "hanako@acme.example さんの紹介です"),
]


def account(account_id: str, name: str, email: str | None) -> dict:
    """A row of the universal accounts file."""
    return {
        **dict.fromkeys(ACCOUNTS.columns),
        "source": "portal",
        "account_id": account_id,
        "name": name,
        "email": email,
        "company": "アクメ株式会社",
        "extra": {"部署名": "開発部", "メモ": "電話 090-0000-0000"},
        "_source_file": "files/accounts.csv",
    }


def decision(sequence: int, **values: object) -> dict:
    """A line of the log of identity."""
    return {
        **dict.fromkeys(frames.DECISIONS.names),
        "decision_id": f"d_{sequence}",
        "probability": 1.0,
        "decided_at": pd.Timestamp(CLOCK),
        "run_id": "r",
        "sequence": sequence,
        **values,
    }


LOG = [
    decision(0, decision="found", account_id_a="connpass:hanako", member_id=MEMBER),
    decision(1, decision="found", account_id_a="connpass:yamada", member_id="m_1"),
    decision(2, decision="found", account_id_a="portal:m700", member_id=MERGED),
    decision(3, decision="found", account_id_a="portal:m800", member_id="m_8"),
    decision(4, decision="found", account_id_a="connpass:hanako_s8", member_id=MEMBER),
    decision(
        5,
        decision="link",
        account_id_a="portal:m700",
        account_id_b="connpass:hanako",
        member_id=MEMBER,
        previous_member_id=MERGED,
        rule="email",
        evidence=f"same address {EMAIL} of 佐藤花子",
    ),
    decision(
        6,
        decision="alias",
        account_id_a="portal:m700",
        member_id=MEMBER,
        previous_member_id=MERGED,
    ),
]


def make(data: Path) -> Path:
    """Writes the folder: raw, log, release, Dagster's files, logs and an inbox."""
    _raw(data)
    log.append(data, frames.shaped(pd.DataFrame(LOG), frames.DECISIONS))
    make_warehouse(data / "warehouse.duckdb")
    publish_day(data)
    (data / "published" / "current" / "quality.html").write_text(f"<p>{EMAIL}</p>")
    _working_files(data)
    _inbox(data / "inbox")
    return data


def _raw(data: Path) -> None:
    land(data, "connpass", PARTICIPANTS, PARTICIPANTS_ROWS, "1700000001.1")
    users = [
        {**dict.fromkeys(USERS.columns), "id": "610", "nickname": "hanako"},
        {**dict.fromkeys(USERS.columns), "id": "610", "nickname": "hanako_s8"},
    ]
    land(data, "connpass", USERS, users, "1700000001.1")
    # merged from many loads, as raw is after some hundred of them
    (data / "raw/raw_connpass/users/1700000001.1.f.parquet").rename(
        data / "raw/raw_connpass/users/compact.1700000001.1.parquet"
    )
    accounts = [
        account("m700", "佐藤 花子", EMAIL),
        account("m800", "佐藤 健", "sato@acme.example"),
    ]
    land(data, "files", ACCOUNTS, accounts, "1700000001.2")
    bad = {
        "source": "files",
        "table_name": "registrations",
        "file": "a.csv",
        "line": 3,
        "reason": "no event",
        "payload": f"portal;;{EMAIL};佐藤 花子",
    }
    land(data, "files", QUARANTINE, [bad], "1700000001.2")
    states = data / "raw" / "raw_connpass" / "_dlt_pipeline_state"
    states.mkdir()
    state = {"sources": {"connpass": {"asked": {"hanako_s8": "2026-11-01", "yu": "x"}}}}
    record = {"version": 1, "state": compress_state(state)}
    (states / "state.jsonl").write_text(json.dumps(record))


def _working_files(data: Path) -> None:
    package = data / "dlt" / "connpass" / "load" / "new"
    package.mkdir(parents=True)
    (package / "users.jsonl").write_text(json.dumps({"email": EMAIL}))
    (data / "logs").mkdir()
    (data / "logs" / "refresh.log").write_text(f"failed for {EMAIL}\nall is well\n")
    (data / "logs" / "old.log.gz").write_bytes(gzip.compress(EMAIL.encode()))
    dagster = data / "dagster" / "history"
    dagster.mkdir(parents=True)
    event = json.dumps({"sample": ["connpass:hanako", "佐藤花子"]})
    with sqlite3.connect(dagster / "runs.db") as connection:
        connection.execute(
            "CREATE TABLE event_logs (id INTEGER, event TEXT, body BLOB)"
        )
        packed = zlib.compress(event.encode())
        connection.execute("INSERT INTO event_logs VALUES (1, ?, ?)", (event, packed))
    (dagster / "output.pickle").write_bytes(pickle.dumps({"who": EMAIL}))


def _inbox(inbox: Path) -> None:
    (inbox / "files").mkdir(parents=True)
    cp932 = "source,account_id,name,company\r\nportal,m700,佐藤 花子,アクメ\r\n"
    cp932 += "portal,m800,佐藤 健,アクメ\r\n"
    (inbox / "files" / "accounts.csv").write_bytes(cp932.encode("cp932"))
    (inbox / "identity").mkdir()
    (inbox / "identity" / "decisions.csv").write_text(
        "decision,account_a,account_b,reason,who,when\n"
        "merge,connpass:hanako,portal:m700,佐藤花子 told me,taro,2026-11-02\n",
        encoding="utf-8-sig",
    )
    with zipfile.ZipFile(inbox / "export.zip", "w") as archive:
        archive.writestr("users.json", json.dumps([{"email": EMAIL}]))
    book = openpyxl.Workbook()
    book.active.append(["名前", "メール"])
    book.active.append(["佐藤花子", EMAIL])
    book.active.append(["山田太郎", "yamada@acme.example"])
    book.save(inbox / "files" / "sheet.xlsx")
