"""Small communities, written as rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipelines.identity import frames, log, manual, resolve, undone
from pipelines.identity.lines import add_lines

FIRST_RUN = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)


class Community:
    """Accounts and links that grow, and the data folder of their runs."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.accounts: list[dict[str, Any]] = []
        self.links: list[dict[str, Any]] = []
        self.runs = 0

    def account(self, account_id: str, **values: Any) -> str:
        """Adds an account; each one is first seen a day after the one before."""
        seen = FIRST_RUN - timedelta(days=1000 - len(self.accounts))
        self.accounts.append(
            {
                "account_id": account_id,
                "source": account_id.partition(":")[0],
                "first_seen_at": seen,
                "is_bot": False,
            }
            | values
        )
        return account_id

    def change(self, account_id: str, **values: Any) -> None:
        """Gives an account other values."""
        next(row for row in self.accounts if row["account_id"] == account_id).update(
            values
        )

    def link(
        self, one: str, other: str, evidence: str = "acted as", n: int = 1
    ) -> None:
        """Adds a row of int_account_links."""
        self.links.append(
            {"account_id_a": one, "account_id_b": other, "evidence": evidence, "n": n}
        )

    def decide_by_hand(self, *lines: str) -> None:
        """Writes the decisions file."""
        file = self.data / "inbox" / "identity" / "decisions.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        header = "decision,account_a,account_b,reason,who,when"
        file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")

    def undo(self, *decision_ids: str, with_details: bool = True) -> None:
        """Adds undo lines to the decisions file, as `make undo` or as by hand."""
        file = manual.file_in(self.data / "inbox")
        details = [
            undone.of(self.log(), item).written() if with_details else ""
            for item in decision_ids
        ]
        add_lines(
            file,
            [
                {"decision": "undo", "account_a": item, "who": "jiro", "details": cell}
                for item, cell in zip(decision_ids, details, strict=True)
            ],
        )

    def resolve(self) -> pd.DataFrame:
        """Runs, a day after the last run: ACCOUNT_MEMBERS by account_id."""
        run_at = FIRST_RUN + timedelta(days=self.runs)
        self.runs += 1
        members = resolve.account_members(
            frames.to_table(pd.DataFrame(self.accounts), frames.ACCOUNTS),
            frames.to_table(pd.DataFrame(self.links), frames.LINKS),
            data=self.data,
            run_at=run_at,
        )
        return members.to_pandas().set_index("account_id")

    def groups(self) -> set[frozenset[str]]:
        """Runs: the accounts of each member."""
        members = self.resolve().reset_index()
        return {
            frozenset(rows["account_id"]) for _, rows in members.groupby("member_id")
        }

    def refresh(self) -> pd.DataFrame:
        """Runs and leaves a warehouse with what the commands read."""
        members = self.resolve()
        activities = pd.DataFrame(
            [
                (row["account_id"], "2026-10-01", "attend", "Meeting 会合")
                for row in self.accounts
                for _ in range(row.get("activities", 0))
            ],
            columns=["account_id", "local_date", "activity_type", "title"],
        ).astype("str")
        tables = {
            "intermediate.int_accounts": pd.DataFrame(self.accounts),
            "intermediate.int_account_links": pd.DataFrame(self.links),
            "intermediate.int_activities": activities,
            "identity.account_members": members.reset_index(),
        }
        shapes = {
            "intermediate.int_accounts": frames.ACCOUNTS,
            "intermediate.int_account_links": frames.LINKS,
            "identity.account_members": frames.ACCOUNT_MEMBERS,
        }
        (self.data / "inbox").mkdir(parents=True, exist_ok=True)
        with duckdb.connect(self.data / "warehouse.duckdb") as connection:
            for name, frame in tables.items():
                table = frame
                if name in shapes:
                    table = frames.to_table(frame, shapes[name])
                schema = name.partition(".")[0]
                connection.execute(f"create schema if not exists {schema}")
                connection.register("given", table)
                connection.execute(f"create or replace table {name} as from given")
        return members

    def command(
        self, main: Callable[[list[str]], int], *arguments: str, who: str = "hanako"
    ) -> int:
        """Runs a command on the community; its exit code."""
        places = ["--data", str(self.data), "--inbox", str(self.data / "inbox")]
        places += ["--clock", "2026-11-21T09:00:00+09:00"]
        return main([*arguments, *places, *(["--who", who] if who else [])])

    def lines(self) -> list[str]:
        """The decisions file without its header, as text."""
        file = manual.file_in(self.data / "inbox")
        return file.read_text("utf-8-sig").splitlines()[1:] if file.exists() else []

    def log(self) -> pd.DataFrame:
        """All decisions so far."""
        return log.read(self.data)

    def reviews(self) -> pd.DataFrame:
        """What waits for a person."""
        return resolve.review_queue(data=self.data).to_pandas()


@pytest.fixture
def community(tmp_path: Path) -> Community:
    return Community(tmp_path)


@pytest.fixture
def communities(tmp_path: Path) -> Callable[[str], Community]:
    """Makes several communities beside each other."""
    return lambda name: Community(tmp_path / name)
