"""What is new is looked at, and gives what looking at everybody gives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.identity import frames, memory, resolve
from tests.bench.identity_community import community as invented

_FIRST = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)


class Runs:
    """Runs over one data folder, a day apart."""

    def __init__(self, data: Path, remember_from: int) -> None:
        self.data, self.remember_from, self.days = data, remember_from, 0

    def run(self, accounts: pd.DataFrame, links: pd.DataFrame) -> set[frozenset[str]]:
        """The accounts of each member."""
        self.days += 1
        members = resolve.account_members(
            frames.to_table(accounts, frames.ACCOUNTS),
            frames.to_table(links, frames.LINKS),
            data=self.data,
            run_at=_FIRST + timedelta(days=self.days),
            remember_from=self.remember_from,
        ).to_pandas()
        return {
            frozenset(ids)
            for ids in members.groupby("member_id")["account_id"].agg(list)
        }

    def queue(self) -> set[tuple[str, str]]:
        found = resolve.review_queue(data=self.data).to_pandas()
        return set(zip(found["account_id_a"], found["account_id_b"], strict=True))


def _told() -> tuple[pd.DataFrame, pd.DataFrame]:
    made = invented(1_500, seed=5)
    return made.accounts.to_pandas(), made.links.to_pandas()


def _looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many accounts each later run looks at."""
    seen: list[int] = []
    weigh = memory.Memory.weigh

    def watched(self, *told):
        found = weigh(self, *told)
        seen.append(found.seen)
        return found

    monkeypatch.setattr(memory.Memory, "weigh", watched)
    return seen


def _changed(
    accounts: pd.DataFrame, links: pd.DataFrame, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A day's work: accounts that go, move, are renamed; links that come and go."""
    random = np.random.default_rng(seed)
    kept = accounts[random.random(len(accounts)) > 0.003].reset_index(drop=True)
    at = random.choice(len(kept), 8, replace=False)
    for column in ("email", "display_name", "company_name", "handle"):
        one, other = random.choice(at, 2, replace=False)
        kept.loc[one, column] = kept.loc[other, column]
    kept.loc[at[0], "is_bot"] = not kept.loc[at[0], "is_bot"]
    links = links[random.random(len(links)) > 0.01].reset_index(drop=True)
    links.loc[links.index[:1], "account_id_b"] = kept.loc[at[1], "account_id"]
    return kept, links


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_days_of_changes_give_what_a_rebuild_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    accounts, links = _told()
    random = np.random.default_rng(seed)
    is_there = random.random(len(accounts)) > 0.04
    daily, rebuilt = Runs(tmp_path / "daily", 100), Runs(tmp_path / "rebuilt", 10**9)
    for runs in (daily, rebuilt):
        runs.run(accounts[is_there], links)
    seen = _looked_at(monkeypatch)
    for day in range(4):
        is_there |= random.random(len(accounts)) > 0.98
        today, links_today = _changed(accounts[is_there], links, 10 * seed + day)
        assert daily.run(today, links_today) == rebuilt.run(today, links_today)
        assert daily.queue() == rebuilt.queue()
    of_daily, of_rebuilt = seen[::2], seen[1::2]
    assert max(of_daily) < 0.6 * min(of_rebuilt)
    assert min(of_daily) > 0


def test_a_run_without_news_looks_at_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts, links = _told()
    runs = Runs(tmp_path, 100)
    first = runs.run(accounts, links)
    seen = _looked_at(monkeypatch)
    assert runs.run(accounts, links) == first
    assert seen == [0]


def test_without_the_memory_everybody_is_looked_at_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts, links = _told()
    runs = Runs(tmp_path, 100)
    first = runs.run(accounts, links)
    seen = _looked_at(monkeypatch)
    (tmp_path / memory.FOLDER / "version").write_text("of other code")
    assert runs.run(accounts, links) == first
    memory.forget(tmp_path)
    assert runs.run(accounts, links) == first
    assert seen == [len(accounts), len(accounts)]


def test_a_line_of_the_decisions_file_reaches_those_it_names(tmp_path: Path) -> None:
    accounts, links = _told()
    runs = Runs(tmp_path, 100)
    before = runs.run(accounts, links)
    together = sorted(next(ids for ids in before if len(ids) == 2))
    lines = "decision,account_a,account_b,reason,who,when\n" + ",".join(
        ["split", *together, "", "", ""]
    )
    file = tmp_path / "inbox" / "identity" / "decisions.csv"
    file.parent.mkdir(parents=True)
    file.write_text(lines + "\n", encoding="utf-8")
    after = runs.run(accounts, links)
    assert before - after == {frozenset(together)}
    assert after - before == {frozenset([one]) for one in together}
    file.unlink()
    assert runs.run(accounts, links) == before


def _account(account_id: str, **values: object) -> dict[str, object]:
    seen = pd.Timestamp("2024-01-01", tz="UTC")
    source = account_id.partition(":")[0]
    return {"account_id": account_id, "source": source, "first_seen_at": seen} | values


def _seen_to_act(*pairs: tuple[str, str, int]) -> pd.DataFrame:
    columns = ["account_id_a", "account_id_b", "n"]
    return pd.DataFrame(pairs, columns=columns).assign(evidence="acted as")


def test_who_was_seen_with_somebody_that_has_gone_is_looked_at(tmp_path: Path) -> None:
    accounts, links = _told()
    three = [
        _account("github:u", handle="u-login"),
        _account("git:v", email="v@one.example"),
        _account("github:g", handle="g-login"),
    ]
    accounts = pd.concat([accounts, pd.DataFrame(three)], ignore_index=True)
    links = pd.concat(
        [links, _seen_to_act(("github:g", "git:v", 9), ("github:u", "git:v", 9))]
    )
    runs, fresh = Runs(tmp_path / "daily", 100), Runs(tmp_path / "fresh", 10**9)
    for each in (runs, fresh):
        each.run(accounts, links)
    without = accounts[accounts["account_id"].ne("github:g")]
    after = runs.run(without, links)
    assert frozenset({"github:u", "git:v"}) in after
    assert after == fresh.run(without, links)


def test_a_damaged_memory_is_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts, links = _told()
    runs = Runs(tmp_path, 100)
    first = runs.run(accounts, links)
    (tmp_path / memory.FOLDER / "keys.parquet").write_bytes(b"PAR1")
    seen = _looked_at(monkeypatch)
    assert runs.run(accounts, links) == first
    assert seen == [len(accounts)]


def test_no_name_is_kept_in_plain(tmp_path: Path) -> None:
    accounts, links = _told()
    Runs(tmp_path, 100).run(accounts, links)
    assert (tmp_path / "identity").stat().st_mode & 0o077 == 0
    numbers = memory.statistics.read(tmp_path, memory._version(None))
    for table in numbers.tables.values():
        assert not any(str(field.type) == "string" for field in table.schema)


def test_the_statistics_are_taken_anew_when_the_community_has_doubled(
    tmp_path: Path,
) -> None:
    accounts, links = _told()
    runs = Runs(tmp_path, 100)
    runs.run(accounts.iloc[:500], links)
    taken = memory.statistics.read(tmp_path, memory._version(None))
    runs.run(accounts.iloc[:900], links)
    assert (
        memory.statistics.read(tmp_path, memory._version(None)).accounts
        == taken.accounts
    )
    runs.run(accounts, links)
    assert (
        memory.statistics.read(tmp_path, memory._version(None)).accounts
        > 2 * taken.accounts
    )
