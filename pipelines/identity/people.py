"""Accounts as the commands show them: read from the warehouse, held by nobody.

While a refresh holds the data folder the published file answers instead, with less on
each account. Either is open only while it is read: a review must not stop a refresh.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines.identity import frames, normalise
from pipelines.workspace import Busy, Workspace

COLUMNS = (
    "account_id",
    "member_id",
    "source",
    "handle",
    "display_name",
    "name_kana",
    "email",
    "company_name",
    "department",
    "first_seen_at",
    "profile_urls",
    "crm_contact_id",
)
WAREHOUSE = """
    create temp view people as
    select accounts.*, members.member_id
    from file.intermediate.int_accounts as accounts
    inner join file.identity.account_members as members using (account_id);
    create temp view activities as
    select account_id, local_date, activity_type, title
    from file.intermediate.int_activities
"""
PUBLISHED = """
    create temp view people as
    select
        accounts.account_id, accounts.member_id, accounts.source, accounts.handle,
        members.display_name, members.name_kana, accounts.email,
        null as company_name, members.department, members.first_seen_at,
        null as profile_urls, null as crm_contact_id
    from file.marts.member_accounts as accounts
    left join file.marts.dim_members as members using (member_id);
    create temp view activities as
    select account_id, local_date, activity_type, title
    from file.marts.fct_activities
"""


class NotRefreshed(Exception):
    """There is nothing to read yet; the message says what to do."""


class People:
    """Accounts and activities of a data folder.

    is_whole: whether the warehouse answers; False when only the published file can.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Raises: NotRefreshed."""
        self._workspace = workspace
        self.is_whole = True
        with self._open():
            pass

    def of(self, account_ids: Iterable[str]) -> pd.DataFrame:
        """COLUMNS and `activities` of the accounts and of all others of their members.

        Index: account_id; oldest account first.
        """
        return self._read(
            f"select {', '.join(COLUMNS)}, coalesce(done.n, 0) as activities"
            " from people left join ("
            "     select account_id, count(*) as n from activities group by account_id"
            " ) as done using (account_id)"
            " where member_id in ("
            "     select member_id from people where account_id in (select unnest($1))"
            " ) order by first_seen_at nulls last, account_id",
            list(account_ids),
        ).set_index("account_id", drop=False)

    def recent(self, account_id: str, limit: int = 8) -> list[tuple[str, str, str]]:
        """Day, type and title of the account's last activities, the latest first."""
        rows = self._read(
            "select local_date::varchar as day, activity_type, title from activities"
            " where account_id = $1 order by local_date desc, activity_type, title"
            f" limit {limit}",
            account_id,
        )
        return list(rows.fillna("").itertuples(index=False, name=None))

    def called(self, text: str) -> list[str]:
        """Accounts that are meant by an id, a handle, an address or a name."""
        exact = self._read("select account_id from people where account_id = $1", text)
        if len(exact):
            return list(exact["account_id"])
        keys = [text.strip().lower(), normalise.compare_handle(text)]
        rows = self._read(
            "select account_id from people where lower(email) in (select unnest($1))"
            " or lower(ltrim(handle, '@')) in (select unnest($1))"
            " or lower(display_name) in (select unnest($1)) order by account_id",
            keys,
        )
        return list(rows["account_id"])

    def everything(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """All accounts (ACCOUNTS) and links (LINKS); only when `is_whole`."""
        tables = []
        with self._open() as connection:
            for name, schema in (
                ("int_accounts", frames.ACCOUNTS),
                ("int_account_links", frames.LINKS),
            ):
                table: pa.Table = connection.execute(
                    f"select {', '.join(schema.names)} from file.intermediate.{name}"
                ).to_arrow_table()
                tables.append(frames.shaped(table.to_pandas(), schema))
        return tables[0], tables[1]

    def _read(self, sql: str, value: object) -> pd.DataFrame:
        with self._open() as connection:
            return connection.execute(sql, [value]).df()

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The warehouse, else what is published, for the time of the block."""
        with ExitStack() as stack:
            if self.is_whole:
                connection = self._warehouse(stack)
                self.is_whole = connection is not None
            if not self.is_whole:
                connection = self._published(stack)
            assert connection is not None
            yield connection

    def _warehouse(self, stack: ExitStack) -> duckdb.DuckDBPyConnection | None:
        """None while a refresh has it, or has not made it yet."""
        if not self._workspace.warehouse.exists():
            return None
        try:
            # A refresh that runs has tables half built, and must not find us there.
            stack.enter_context(self._workspace.lock())
            return _attached(self._workspace.warehouse, WAREHOUSE, stack)
        except (Busy, duckdb.IOException, duckdb.CatalogException):
            return None

    def _published(self, stack: ExitStack) -> duckdb.DuckDBPyConnection:
        published = self._workspace.published / "community.duckdb"
        if not published.exists():
            raise NotRefreshed(
                f"nothing is published in {self._workspace.data} yet: run `make"
                " refresh` first (with the same DATA= and INBOX=), or wait for the one"
                " that runs"
            )
        return _attached(published.resolve(), PUBLISHED, stack)


def _attached(file: Path, views: str, stack: ExitStack) -> duckdb.DuckDBPyConnection:
    """A connection in memory with the file attached, read-only, and views over it."""
    connection = stack.enter_context(duckdb.connect())
    path = str(file).replace("'", "''")
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"attach '{path}' as file (read_only)")
    connection.execute(views)
    return connection


def members_of(people: pd.DataFrame, account_id: str) -> Sequence[str]:
    """The other accounts of the account's member."""
    if account_id not in people.index:
        return []
    same = people[people["member_id"].eq(member_of(people, account_id))]
    return [item for item in same.index if item != account_id]


def member_of(people: pd.DataFrame, account_id: str) -> str:
    """The account's member. Raises: KeyError when the account is not among them."""
    return str(people["member_id"].loc[account_id])
